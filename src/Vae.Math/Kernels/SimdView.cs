using System.Numerics;

namespace Vae.Math;

/// <summary>
/// A matrix in pinned memory, read by two steps. Transposing swaps the steps and copies nothing; one of them is always 1,
/// or the matrix is a packed panel.
/// </summary>
/// <param name="start">The entry at row 0, column 0.</param>
/// <param name="rowStep">From a row to the next.</param>
/// <param name="columnStep">From a column to the next.</param>
/// <typeparam name="T">The number.</typeparam>
internal readonly unsafe struct SimdView<T>(T* start, nint rowStep, nint columnStep)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T* Start = start;
    public readonly nint RowStep = rowStep;
    public readonly nint ColumnStep = columnStep;

    /// <summary>A dense column-major matrix of so many rows, or its transpose.</summary>
    public static SimdView<T> Of(T* start, int rows, bool transposed) => transposed ? new(start, rows, 1) : new(start, 1, rows);

    public SimdView<T> Transpose => new(Start, ColumnStep, RowStep);

    public SimdView<T> From(nint row, nint column) => new(Start + row * RowStep + column * ColumnStep, RowStep, ColumnStep);
}
