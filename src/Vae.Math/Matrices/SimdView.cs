using System.Numerics;

namespace Vae.Math;

/// <summary>A matrix in pinned memory, reached by two steps. Transposing it swaps the steps and copies nothing.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="start">The entry at row 0, column 0.</param>
/// <param name="rowStep">The step from a row to the next.</param>
/// <param name="columnStep">The step from a column to the next.</param>
internal readonly unsafe struct SimdView<T>(T* start, nint rowStep, nint columnStep)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The entry at row 0, column 0.</summary>
    public readonly T* Start = start;

    /// <summary>The step from a row to the next; 1 where columns are contiguous.</summary>
    public readonly nint RowStep = rowStep;

    /// <summary>The step from a column to the next; 1 where rows are contiguous.</summary>
    public readonly nint ColumnStep = columnStep;

    /// <summary>The transpose: the same memory.</summary>
    public SimdView<T> Transpose => new(Start, ColumnStep, RowStep);

    /// <summary>The view that begins at this entry.</summary>
    public SimdView<T> From(nint row, nint column) => new(Start + row * RowStep + column * ColumnStep, RowStep, ColumnStep);

    /// <summary>Copies some rows and columns to another view.</summary>
    public void CopyTo(SimdView<T> destination, int rows, int columns)
    {
        for (var j = 0; j < columns; j++)
        {
            T* from = From(0, j).Start, to = destination.From(0, j).Start;
            if (RowStep == 1 && destination.RowStep == 1)
            {
                new ReadOnlySpan<T>(from, rows).CopyTo(new Span<T>(to, rows));
                continue;
            }

            for (var i = 0; i < rows; i++)
            {
                to[i * destination.RowStep] = from[i * RowStep];
            }
        }
    }
}
