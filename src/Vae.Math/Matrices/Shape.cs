using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>Checks shapes; a message has the expected shape and the actual one.</summary>
public static class Shape
{
    /// <summary>Requires a matrix of exactly this shape.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">The matrix to check.</param>
    /// <param name="rows">Its number of features.</param>
    /// <param name="columns">Its number of samples.</param>
    /// <param name="name">The argument's name; the compiler fills it in.</param>
    /// <exception cref="ArgumentNullException">There is no matrix.</exception>
    /// <exception cref="ArgumentException">The shape is another one.</exception>
    public static void Require<T>(
        [NotNull] Matrix<T>? matrix, int rows, int columns, [CallerArgumentExpression(nameof(matrix))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        if (matrix.RowCount != rows || matrix.ColumnCount != columns)
        {
            throw new ArgumentException(
                $"Must be {rows} x {columns} (features x samples), but is {matrix.RowCount} x {matrix.ColumnCount}.", name);
        }
    }

    /// <summary>Requires a matrix that holds the same number of draws for each sample, one after another: column j belongs to
    /// sample j / k.</summary>
    /// <param name="matrix">The matrix to check.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="samples">The number of samples.</param>
    /// <param name="name">The argument's name; the compiler fills it in.</param>
    /// <returns>k, the number of draws of each sample: at least 1.</returns>
    /// <exception cref="ArgumentNullException">There is no matrix.</exception>
    /// <exception cref="ArgumentException">The number of rows differs, or the columns are no
    /// multiple of the samples.</exception>
    internal static int RequireDraws<T>(
        [NotNull] Matrix<T>? matrix, int rows, int samples, [CallerArgumentExpression(nameof(matrix))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        if (matrix.RowCount != rows || matrix.ColumnCount % samples != 0)
        {
            throw new ArgumentException(
                $"Must be {rows} x {samples} (features x samples), or have the same number of draws for each of the "
                + $"{samples} samples, but is {matrix.RowCount} x {matrix.ColumnCount}.", name);
        }

        return matrix.ColumnCount / samples;
    }

    /// <summary>Checks that three matrices fit <c>C = op(A) op(B)</c>.</summary>
    /// <returns>The length of the summed index.</returns>
    /// <exception cref="ArgumentException">They do not fit, or C is A or B.</exception>
    internal static int RequireProduct<T>(Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(result);

        var (rows, inner) = (transposed & Transposed.Left) != 0
            ? (left.ColumnCount, left.RowCount)
            : (left.RowCount, left.ColumnCount);
        var (second, columns) = (transposed & Transposed.Right) != 0
            ? (right.ColumnCount, right.RowCount)
            : (right.RowCount, right.ColumnCount);
        if (inner != second)
        {
            throw new ArgumentException(
                $"The inner lengths must agree, but left is {left.RowCount} x {left.ColumnCount} and right is "
                + $"{right.RowCount} x {right.ColumnCount} (transposed: {transposed}).", nameof(right));
        }

        Require(result, rows, columns);
        if (ReferenceEquals(result, left) || ReferenceEquals(result, right))
        {
            throw new ArgumentException(
                "Must be neither of the factors: they are still read while it is written.", nameof(result));
        }

        return inner;
    }
}
