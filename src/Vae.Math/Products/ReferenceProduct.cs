using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The textbook product of three loops. Slow, and the oracle of every other product.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ReferenceProduct<T> : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public string Description => "reference product: three loops, one thread";

    /// <inheritdoc/>
    public WorkerTeam Team => WorkerTeam.OfOne;

    /// <inheritdoc/>
    public void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
    {
        var inner = Shape.RequireProduct(left, right, result, transposed);
        for (var i = 0; i < result.RowCount; i++)
        {
            for (var j = 0; j < result.ColumnCount; j++)
            {
                var sum = add ? result.At(i, j) : T.Zero;
                for (var k = 0; k < inner; k++)
                {
                    var a = transposed.HasFlag(Transposed.Left) ? left.At(k, i) : left.At(i, k);
                    var b = transposed.HasFlag(Transposed.Right) ? right.At(j, k) : right.At(k, j);
                    sum += a * b;                                     // C_ij = sum over k of A_ik B_kj
                }

                result.At(i, j, sum);
            }
        }
    }
}
