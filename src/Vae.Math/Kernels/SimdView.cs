using System.Numerics;

namespace Vae.Math;

/// <summary>A matrix in pinned memory, reached by two steps. Transposing it swaps the steps and copies nothing.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="start">The entry at row 0, column 0.</param>
/// <param name="rowStep">From a row to the next.</param>
/// <param name="columnStep">From a column to the next.</param>
internal readonly unsafe struct SimdView<T>(T* start, nint rowStep, nint columnStep)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The entry at row 0, column 0.</summary>
    public readonly T* Start = start;

    /// <summary>From a row to the next; 1 where columns are contiguous.</summary>
    public readonly nint RowStep = rowStep;

    /// <summary>From a column to the next; 1 where rows are contiguous.</summary>
    public readonly nint ColumnStep = columnStep;

    /// <summary>The transpose: the same memory.</summary>
    public SimdView<T> Transpose => new(Start, ColumnStep, RowStep);

    /// <summary>The view that begins at this entry.</summary>
    public SimdView<T> From(nint row, nint column) => new(Start + row * RowStep + column * ColumnStep, RowStep, ColumnStep);

    /// <summary>Copies so many rows and columns from here to there.</summary>
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

/// <summary>A product <c>C = A B</c>, or a block of one, in pinned memory.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="A">rows x inner.</param>
/// <param name="B">inner x columns.</param>
/// <param name="C">rows x columns.</param>
/// <param name="Rows">Rows of A and C.</param>
/// <param name="Inner">The length of the summed index.</param>
/// <param name="Columns">Columns of B and C.</param>
internal readonly record struct SimdBlock<T>(SimdView<T> A, SimdView<T> B, SimdView<T> C, int Rows, int Inner, int Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same product as <c>C^T = B^T A^T</c>.</summary>
    public SimdBlock<T> Transpose => new(B.Transpose, A.Transpose, C.Transpose, Columns, Inner, Rows);

    /// <summary>What a stretch of the summed index adds to a range of columns.</summary>
    public SimdBlock<T> Part(int firstInner, int inner, int firstColumn, int columns)
        => new(A.From(0, firstInner), B.From(firstInner, firstColumn), C.From(0, firstColumn), Rows, inner, columns);
}
