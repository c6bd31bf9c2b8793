using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

namespace Vae.Math;

/// <summary>
/// The numbers of a dense matrix as a span, without a copy. MathNet keeps a dense matrix column by column, and a
/// column is a sample here, so a sample is contiguous.
/// </summary>
public static class MatrixSpans
{
    /// <summary>All entries, column by column.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">A dense matrix.</param>
    /// <returns>The matrix's own memory, rows x columns entries.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="matrix"/> is null.</exception>
    /// <exception cref="ArgumentException">The matrix is not dense.</exception>
    public static Span<T> AsSpan<T>(this Matrix<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.Storage is DenseColumnMajorMatrixStorage<T> dense
            ? dense.Data
            : throw new ArgumentException(
                $"Must be a dense matrix, but is {matrix.GetType().Name}. Copy it with Matrix<T>.Build.DenseOfMatrix.",
                nameof(matrix));
    }

    /// <summary>One column: the features of one sample.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">A dense matrix, features x samples.</param>
    /// <param name="column">The sample's number.</param>
    /// <returns>The column's own memory.</returns>
    /// <exception cref="ArgumentException">The matrix is not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static Span<T> ColumnSpan<T>(this Matrix<T> matrix, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var all = matrix.AsSpan();
        return all.Slice(column * matrix.RowCount, matrix.RowCount);
    }
}
