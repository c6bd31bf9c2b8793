using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The logistic function, <c>y = 1 / (1 + exp(-x))</c>, element by element: from a logit to a probability.</summary>
/// <remarks>Training does not use it, see <see cref="BinaryCrossEntropy{T}"/>. Derivation: docs/derivations.md, Sigmoid.</remarks>
public static class Sigmoid
{
    /// <summary>Computes <c>y = 1 / (1 + exp(-x))</c>; exactly 0 or 1 where x is far out, never NaN unless x is.</summary>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(output, input.RowCount, input.ColumnCount);
        Elementwise.Sigmoid<T>(input.AsSpan(), output.AsSpan());      // y = 1 / (1 + exp(-x))
    }

    /// <summary>Given dL/dY, computes dL/dX.</summary>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        Shape.Require(inputGradient, output.RowCount, output.ColumnCount);

        var loop = new BackwardLoop<T>(output.AsSpan(), outputGradient.AsSpan(), inputGradient.AsSpan());
        SimdLoop.Run<BackwardLoop<T>, T>(ref loop, output.AsSpan().Length);
    }

    private readonly ref struct BackwardLoop<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
        : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _output = output;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var y = TSimd.Load(in _output[i]);
                var dy = TSimd.Load(in _outputGradient[i]);
                var dx = TSimd.Multiply(TSimd.Multiply(dy, y), TSimd.Subtract(one, y)); // dx = dy y (1 - y)
                TSimd.Store(dx, ref _inputGradient[i]);
            }

            return i;
        }
    }
}
