using System.Numerics;
using System.Numerics.Tensors;

namespace Vae.Math;

/// <summary>Multiplies the gradient of each draw by the draw's weight, <c>doutput = w dL</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="gradient">dL of one draw after the other; overwritten.</param>
/// <param name="weights">The weight of each draw.</param>
internal readonly ref struct DrawWeighing<T>(Span<T> gradient, ReadOnlySpan<double> weights) : IParallelWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsInPart = 64;

    private readonly Span<T> _gradient = gradient;
    private readonly ReadOnlySpan<double> _weights = weights;

    /// <summary>The number of parts.</summary>
    public int Parts => SimdLoop.Parts(_weights.Length, DrawsInPart);

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var rows = _gradient.Length / _weights.Length;
        for (var draw = part * DrawsInPart; draw < int.Min((part + 1) * DrawsInPart, _weights.Length); draw++)
        {
            var own = _gradient.Slice(draw * rows, rows);
            if (_weights[draw] == 0)
            {
                own.Clear();                                          // also where the gradient is no number
            }
            else
            {
                TensorPrimitives.Multiply(own, T.CreateChecked(_weights[draw]), own);
            }
        }
    }
}
