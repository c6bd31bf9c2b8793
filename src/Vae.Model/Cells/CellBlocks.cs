namespace Vae.Model;

/// <summary>Consecutive rows of a table.</summary>
/// <param name="First">The first row's number.</param>
/// <param name="Columns">The cells in a row.</param>
/// <param name="Cells">The rows, one after another; valid during the visit alone.</param>
internal readonly record struct CellBlock(int First, int Columns, ReadOnlyMemory<Cell> Cells)
{
    /// <summary>The number of rows.</summary>
    public int Rows => Columns == 0 ? 0 : Cells.Length / Columns;
}

/// <summary>Walks over all rows of a table in order, block by block.</summary>
internal static class CellBlocks
{
    /// <summary>Visits all blocks.</summary>
    /// <param name="cells">The table's cells.</param>
    /// <param name="most">The most cells in a block; a block has one row at least.</param>
    /// <param name="visit">Receives each block.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    public static void Visit(ICells cells, int most, Action<CellBlock> visit, CancellationToken cancellationToken = default)
    {
        var columns = cells.Names.Count;
        var atOnce = int.Clamp(most / int.Max(1, columns), 1, int.Max(1, cells.Rows));
        var memory = new Cell[atOnce * columns];
        for (var first = 0; first < cells.Rows && columns > 0; first += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = memory.AsMemory(0, int.Min(atOnce, cells.Rows - first) * columns);
            cells.Read(first, block.Span);
            visit(new CellBlock(first, columns, block));
        }
    }
}
