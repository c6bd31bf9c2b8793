using System.Numerics;
using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>Products by our own blocked, vectorised and threaded kernel: the default.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="team">The threads; the shared team where there is none.</param>
public sealed unsafe class SimdProduct<T>(WorkerTeam? team = null) : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal const int InnerBlock = 800;

    /// <inheritdoc/>
    public string Description => $"SIMD product: {SimdWidth.Bits} bit, {Team.Threads} threads";

    /// <inheritdoc/>
    public WorkerTeam Team { get; } = team ?? WorkerTeam.Shared;

    /// <inheritdoc/>
    public void Multiply(Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
    {
        var inner = Shape.RequireProduct(left, right, result, transposed);
        fixed (T* a = left.AsSpan(), b = right.AsSpan(), c = result.AsSpan())
        {
            var viewA = SimdView<T>.Of(a, left.RowCount, transposed.HasFlag(Transposed.Left));
            var viewB = SimdView<T>.Of(b, right.RowCount, transposed.HasFlag(Transposed.Right));
            if (result.RowCount == 1)
            {
                Multiply(viewB.Transpose, viewA.Transpose, c, result.ColumnCount, inner, 1, add); // C^T = B^T A^T
            }
            else
            {
                Multiply(viewA, viewB, c, result.RowCount, inner, result.ColumnCount, add);
            }
        }
    }

    private void Multiply(SimdView<T> a, SimdView<T> b, T* c, int rows, int inner, int columns, bool add)
    {
        if (SimdWidth.Bits == 512)
        {
            Multiply<Simd512<T>, Vector512<T>>(a, b, c, rows, inner, columns, add);
        }
        else if (SimdWidth.Bits == 256)
        {
            Multiply<Simd256<T>, Vector256<T>>(a, b, c, rows, inner, columns, add);
        }
        else if (SimdWidth.Bits == 128)
        {
            Multiply<Simd128<T>, Vector128<T>>(a, b, c, rows, inner, columns, add);
        }
        else
        {
            Multiply<Scalar<T>, T>(a, b, c, rows, inner, columns, add);
        }
    }

    private void Multiply<TSimd, TVector>(SimdView<T> a, SimdView<T> b, T* c, int rows, int inner, int columns, bool add)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        var work = new SimdPanels<TSimd, TVector, T>(a, b, c, rows, inner, columns, add, Team.Threads);
        Team.Run(work, work.Parts);
    }
}
