using System.Numerics;

namespace Vae.Math;

/// <summary>A product <c>C = A B</c>, or a block of one, in pinned memory.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="A">rows x inner.</param>
/// <param name="B">inner x columns.</param>
/// <param name="C">rows x columns.</param>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Inner">The length of the summed index.</param>
/// <param name="Columns">Columns of B and C.</param>
/// <param name="Finish">The last pass over each part of C, once it has all its summands.</param>
internal readonly record struct SimdBlock<T>(
    SimdView<T> A, SimdView<T> B, SimdView<T> C, int Rows, int Inner, int Columns, SimdFinish<T> Finish)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The transposed product, <c>C^T = B^T A^T</c>.</summary>
    public SimdBlock<T> Transpose => new(B.Transpose, A.Transpose, C.Transpose, Columns, Inner, Rows, Finish.Transpose);

    /// <summary>The product of a stretch of the summed index and a range of columns.</summary>
    public SimdBlock<T> Part(int firstInner, int inner, int firstColumn, int columns)
        => new(
            A.From(0, firstInner),
            B.From(firstInner, firstColumn),
            C.From(0, firstColumn),
            Rows,
            inner,
            columns,
            firstInner + inner == Inner ? Finish.From(0, firstColumn) : default);

    /// <summary>Runs the last pass over rows and columns of C that have all summands of this block.</summary>
    public void FinishPart(int row, int rows, int column, int columns)
        => Finish.From(row, column).Apply(C.From(row, column), rows, columns);
}
