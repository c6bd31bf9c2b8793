using static System.FormattableString;

namespace Vae.Model;

/// <summary>The open file of a table's cells, to close it and to name a wrong cell.</summary>
/// <param name="path">The file's path.</param>
/// <param name="file">The open file.</param>
/// <param name="position">The place of the first cell in it.</param>
internal sealed class OpenedCells(string path, SafeTensorsFile file, long position) : IDisposable
{
    /// <summary>The file's path.</summary>
    public string Path => path;

    /// <summary>The refusal of a cell that no table has.</summary>
    /// <param name="place">The cell's place among all, row after row.</param>
    /// <param name="names">The names of the columns.</param>
    /// <param name="cell">The cell.</param>
    public CheckpointException Wrong(long place, string[] names, Cell cell)
    {
        var (row, column) = long.DivRem(place, names.Length);
        return new CheckpointException(Invariant(
            $"{path}: at byte {position + (place * sizeof(double))}, row {row + 1}, column '{Printable.Cut(names[column])}', ")
            + "expected a finite number, a missing value or a text that is there, "
            + Invariant($"but found the bits 0x{cell.Bits:X16}. The table's file is damaged: read the table again."));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
