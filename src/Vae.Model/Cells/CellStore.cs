using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Vae.Model;

/// <summary>The cells of a table, row after row: in memory while they are few, else in a temporary file.</summary>
/// <remarks>One thread adds rows. After <see cref="Finish"/> any number of threads may read at once.</remarks>
internal sealed class CellStore : ICells, IDisposable
{
    /// <summary>The most bytes of cells in memory.</summary>
    public const long MostInMemory = 1 << 26;

    private const int PieceLength = 1 << 20;
    private const long MostOthersInMemory = 1 << 22;
    private const long MostLinesInMemory = 1 << 22;
    private const int LengthBytes = sizeof(int);

    private readonly string[] _names;
    private readonly CellNotation[] _notations;
    private readonly LineNumbers? _lines;
    private readonly OpenedCells? _file;

    /// <summary>Makes an empty store to be filled.</summary>
    /// <param name="names">The names of the columns.</param>
    /// <param name="hasLines">Whether rows have line numbers.</param>
    /// <param name="folder">The folder for temporary files; null for the system's.</param>
    /// <param name="mostInMemory">The most bytes of cells in memory.</param>
    public CellStore(IReadOnlyList<string> names, bool hasLines, string? folder, long mostInMemory = MostInMemory)
    {
        _names = [.. names];
        _notations = new CellNotation[_names.Length];
        SpillFile Open() => new(folder, folder is null ? "vae-table" : TableFile.UsualName);
        Cells = new StoredBytes(RowBytes * RowsInPiece(RowBytes), mostInMemory, Open, TableFile.RoomForHeader);
        Others = new StoredBytes(PieceLength, MostOthersInMemory, Open);
        _lines = hasLines ? new LineNumbers(new StoredBytes(PieceLength, MostLinesInMemory, Open)) : null;
        var room = new TextRoom(TextRoom.OfTable);
        Texts = [.. _names.Select(_ => new ColumnTexts(room))];
    }

    /// <summary>Takes the parts of a table's file.</summary>
    internal CellStore(
        string[] names,
        CellNotation[] notations,
        ColumnTexts[] texts,
        (StoredBytes Cells, StoredBytes Others, LineNumbers? Lines) parts,
        int rows,
        OpenedCells file)
    {
        _names = names;
        _notations = notations;
        _lines = parts.Lines;
        _file = file;
        Texts = texts;
        Cells = parts.Cells;
        Others = parts.Others;
        Rows = rows;
    }

    /// <inheritdoc/>
    public int Rows { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether all cells are in memory.</summary>
    public bool IsInMemory => Cells.IsInMemory;

    /// <summary>Whether rows have line numbers.</summary>
    public bool HasLines => _lines is not null;

    /// <summary>Whether there are texts in no column's list.</summary>
    public bool HasOtherTexts => Others.Length > 0;

    /// <summary>The bytes of a row.</summary>
    public int RowBytes => _names.Length * sizeof(double);

    /// <summary>The cells.</summary>
    internal StoredBytes Cells { get; }

    /// <summary>The texts that are in no column's list, each with its length before it.</summary>
    internal StoredBytes Others { get; }

    /// <summary>The lists of texts, one for each column.</summary>
    internal ColumnTexts[] Texts { get; }

    /// <summary>The line numbers; null where rows have none.</summary>
    internal LineNumbers? Lines => _lines;

    /// <summary>Adds a row, whose cells the caller fills before it adds the next.</summary>
    /// <param name="line">The line where it begins.</param>
    public Span<Cell> AddRow(long line)
    {
        if (Rows == int.MaxValue)
        {
            throw new IOException(
                $"A table of at most {int.MaxValue} rows is wanted, but there are more. Read fewer rows.");
        }

        _lines?.Add(line);
        Rows++;
        return MemoryMarshal.Cast<byte, Cell>(Cells.Add(RowBytes));
    }

    /// <summary>The cell of a text, which joins its column's list or, where that is full, the other texts.</summary>
    /// <param name="column">The column.</param>
    /// <param name="text">The text in UTF-8.</param>
    public Cell AddText(int column, ReadOnlySpan<byte> text)
        => Texts[column].CodeOf(text) is >= 0 and var code ? Cell.OfText(code) : AddOther(text);

    /// <summary>Ends the filling.</summary>
    /// <param name="notations">How the numbers of each column are written.</param>
    public void Finish(ReadOnlySpan<CellNotation> notations)
    {
        notations.CopyTo(_notations);
        Cells.Finish();
        Others.Finish();
        _lines?.Gaps.Finish();
    }

    /// <inheritdoc/>
    public CellNotation NotationOf(int column) => _notations[column];

    /// <inheritdoc/>
    public void Read(int first, Span<Cell> cells)
    {
        Cells.Read((long)first * RowBytes, MemoryMarshal.AsBytes(cells));
        Check((long)first * _names.Length, cells);
    }

    /// <summary>The cells of a row that is in memory, without a copy.</summary>
    public ReadOnlySpan<Cell> InMemory(int row)
        => MemoryMarshal.Cast<byte, Cell>(Cells.InMemory((long)row * RowBytes, RowBytes));

    /// <summary>One cell.</summary>
    public Cell CellAt(int row, int column)
    {
        Span<Cell> cell = stackalloc Cell[1];
        Cells.Read(((long)row * RowBytes) + (column * sizeof(double)), MemoryMarshal.AsBytes(cell));
        Check(((long)row * _names.Length) + column, cell);
        return cell[0];
    }

    /// <inheritdoc/>
    public int TextsIn(int column) => Texts[column].Count;

    /// <inheritdoc/>
    public string TextAt(int column, int code) => Texts[column][code];

    /// <inheritdoc/>
    public string TextOf(int column, Cell cell) => !cell.IsText ? OtherAt(cell.TextPlace)
        : cell.TextCode < TextsIn(column) ? TextAt(column, cell.TextCode)
        : throw new CheckpointException(
            $"{_file?.Path ?? "A table"}: a cell names text {cell.TextCode} of column '{Printable.Cut(_names[column])}', "
            + $"which has {TextsIn(column)}. "
            + "The table's file is damaged: read the table again.");

    /// <inheritdoc/>
    public long LineOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        var line = _lines is null ? row + 1L : _lines[row];
        return line >= 1 ? line
            : throw new CheckpointException(
                $"{_file?.Path ?? "A table"}: expected the line of row {row + 1L}, but found {line}. "
                + "The table's file is damaged: read the table again.");
    }

    /// <summary>Refuses cells of a file that is loaded, the others being checked when they are read.</summary>
    /// <exception cref="CheckpointException">There is a cell that no table has.</exception>
    internal void CheckLoaded()
    {
        var place = 0L;
        foreach (var piece in IsInMemory ? Cells.Pieces() : [])
        {
            var cells = MemoryMarshal.Cast<byte, Cell>(piece.Span);
            Check(place, cells);
            place += cells.Length;
        }
    }

    /// <summary>Releases the memory and removes temporary files.</summary>
    public void Dispose()
    {
        Cells.Dispose();
        Others.Dispose();
        _lines?.Gaps.Dispose();
        _file?.Dispose();
    }

    // Cells that were coded here need no check.
    private void Check(long first, ReadOnlySpan<Cell> cells)
    {
        if (_file is null)
        {
            return;
        }

        var column = (int)(first % _names.Length);
        for (var i = 0; i < cells.Length; i++)
        {
            if (!cells[i].IsOfTable(Texts[column].Count, Others.Length))
            {
                throw _file.Wrong(first + i, _names, cells[i]);
            }

            column = column + 1 < _names.Length ? column + 1 : 0;
        }
    }

    private static int RowsInPiece(int rowBytes) => int.Max(1, PieceLength / int.Max(1, rowBytes));

    private Cell AddOther(ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        var place = Others.Length;
        Others.Append(length);
        Others.Append(text);
        return Cell.OfOtherText(place);
    }

    private string OtherAt(long place)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (place <= Others.Length - LengthBytes)
        {
            Others.Read(place, prefix);
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (length >= 0 && length <= Others.Length - place - LengthBytes)
            {
                var text = new byte[length];
                Others.Read(place + LengthBytes, text);
                return Encoding.UTF8.GetString(text);
            }
        }

        throw new CheckpointException(
            $"{_file?.Path ?? "A table"}: a cell names a text at byte {place} of the other texts, but they end at "
            + $"{Others.Length}, or none begins there. The table's file is damaged: read the table again.");
    }
}
