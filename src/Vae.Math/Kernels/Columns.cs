using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>What a bias needs: adding one column to all columns, and summing all columns into one.</summary>
public static class Columns
{
    /// <summary>Adds one column to every column, <c>Y += b 1^T</c>.</summary>
    /// <param name="column">b, rows x 1.</param>
    /// <param name="matrix">Y, rows x samples; added to.</param>
    /// <param name="team">The threads to use.</param>
    public static void Add<T>(Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(column, matrix.RowCount, 1);

        var width = SimdLoop.ColumnsInPart(matrix.RowCount);
        team.Run(new Addition<T>(column.AsSpan(), matrix.AsSpan(), width), SimdLoop.Parts(matrix.ColumnCount, width));
    }

    /// <summary>Sums the columns, <c>s = Y 1</c>.</summary>
    /// <param name="matrix">Y, rows x samples.</param>
    /// <param name="sums">s, rows x 1; overwritten.</param>
    /// <remarks>One thread: a part would need rows of its own, and rows are not contiguous.</remarks>
    public static void Sum<T>(Matrix<T> matrix, Matrix<T> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Shape.Require(sums, matrix.RowCount, 1);

        var total = sums.AsSpan();
        total.Clear();
        for (var column = 0; column < matrix.ColumnCount; column++)
        {
            TensorPrimitives.Add(total, matrix.ColumnSpan(column), total); // s += y_j
        }
    }

    private readonly ref struct Addition<T>(ReadOnlySpan<T> column, Span<T> matrix, int width) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _column = column;
        private readonly Span<T> _matrix = matrix;

        public void DoPart(int part)
        {
            var rows = _column.Length;
            var end = int.Min((part + 1) * width * rows, _matrix.Length);
            for (var start = part * width * rows; start < end; start += rows)
            {
                var target = _matrix.Slice(start, rows);
                TensorPrimitives.Add(target, _column, target);        // y_j += b
            }
        }
    }
}
