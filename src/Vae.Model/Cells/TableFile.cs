using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>The file of a table: a safetensors file with the cells row after row, the lists of texts, and a
/// description.</summary>
/// <remarks>
/// <para>The tensors are <c>cells</c> (F64, rows x columns; a <see cref="Cell"/> that is no number is a NaN), <c>lines</c> (I64,
/// the gaps of <see cref="LineNumbers"/>), <c>text_ends</c> (I64) and <c>texts</c> (U8) of the columns' lists, <c>others</c> (U8,
/// the texts that are in no list) and <c>description</c> (U8, JSON).</para>
/// <para>A table in a temporary file of the same folder becomes the table's file: nothing that is large is copied.</para>
/// </remarks>
internal static class TableFile
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string UsualName = "table.safetensors";

    /// <summary>The bytes before the cells.</summary>
    public const int RoomForHeader = 1 << 12;

    private const string Format = "vae-table-1";
    private const int MostDescription = 1 << 24;
    private const int GapLength = 2 * sizeof(long);

    /// <summary>Writes a table, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="description">All but the cells and texts.</param>
    /// <param name="sha256">The table's checksum.</param>
    /// <exception cref="ArgumentException">The description is longer than is read again.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Save(string path, CellStore cells, TableDescription description, string sha256)
    {
        var json = description.ToJson();
        if (json.Length > MostDescription)
        {
            throw new ArgumentException(Invariant(
                $"The table's description would have {json.Length} bytes, but at most {MostDescription} are read again. ")
                + "Leave some columns out, or give them shorter names.");
        }

        var ends = Ends(cells.Texts);
        var header = Header(cells, json.Length, ends.Length / sizeof(long), sha256);
        var full = Path.GetFullPath(path);
        if (cells.Cells.Spill is { } spill && spill.CanBecome(full))
        {
            var place = RoomForHeader + cells.Cells.Length;
            WriteRest(cells, ends, json, bytes =>
            {
                spill.Write(bytes, place);
                place += bytes.Length;
            });
            spill.Write(header, 0);
            spill.Become(full);
            return;
        }

        AtomicFile.Write(full, stream =>
        {
            stream.Write(header);
            foreach (var piece in cells.Cells.Pieces())
            {
                stream.Write(piece.Span);
            }

            WriteRest(cells, ends, json, stream.Write);
        });
    }

    /// <summary>Opens a table's file. A small table is loaded, a large one read at need.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostInMemory">The most bytes of cells, and of other texts and of lines, that are loaded.</param>
    /// <exception cref="CheckpointException">The file is missing, or no table's.</exception>
    public static (CellStore Cells, TableDescription Description, string? Sha256) Open(
        string path, long mostInMemory = CellStore.MostInMemory)
    {
        var file = SafeTensors.Read(path);
        try
        {
            return Open(path, file, mostInMemory);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static (CellStore Cells, TableDescription Description, string? Sha256) Open(
        string path, SafeTensorsFile file, long mostInMemory)
    {
        if (file.Metadata.GetValueOrDefault("format") is var format && format != Format)
        {
            throw Wrong(path, $"a table of format '{Format}'", format is null ? "none" : $"'{Printable.Cut(format)}'");
        }

        var cells = Find(path, file, "cells", SafeTensorType.F64);
        var (rows, columns) = cells.MatrixShape is { } shape && cells.Shape.Count == 2
            ? shape
            : throw Wrong(path, "cells of at least one row and one column", cells.ShapeText);
        var description = Description(path, file, rows, columns);
        var texts = Texts(path, file, description);
        var lines = file.Find("lines") is null ? null : Find(path, file, "lines", SafeTensorType.I64);
        if (lines is not null && (lines.Length == 0 || lines.Length % GapLength != 0))
        {
            throw Wrong(path, "lines in pairs of a row and its line", lines.ShapeText);
        }

        var rowsInPiece = int.Max(1, (1 << 20) / (columns * sizeof(double)));
        var others = Load(file, Find(path, file, "others", SafeTensorType.U8), 1 << 20, mostInMemory);
        var gaps = lines is null ? null : Load(file, lines, 1 << 20, mostInMemory);
        var store = new CellStore(
            [.. description.Columns.Select(column => column.Name)],
            [.. description.Columns.Select(column => column.Notation)],
            texts,
            (Load(file, cells, rowsInPiece * columns * sizeof(double), mostInMemory), others,
                gaps is null ? null : new LineNumbers(gaps, rows)),
            rows,
            new OpenedCells(path, file, cells.Position));
        store.CheckLoaded();
        if (gaps is { IsInMemory: true } && !store.Lines!.AreSound())
        {
            throw Wrong(path, "line numbers of rows that ascend", "others");
        }

        var sha256 = file.Metadata.GetValueOrDefault("sha256");
        return (store, description, sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower) ? sha256 : null);
    }

    private static byte[] Header(CellStore cells, int descriptionLength, int texts, string sha256)
    {
        List<SafeTensorEntry> tensors = [new("cells", SafeTensorType.F64, [cells.Rows, cells.Names.Count])];
        if (cells.Lines is { } lines)
        {
            tensors.Add(new("lines", SafeTensorType.I64, [lines.Gaps.Length / GapLength, 2]));
        }

        tensors.Add(new("text_ends", SafeTensorType.I64, [texts]));
        tensors.Add(new("texts", SafeTensorType.U8, [cells.Texts.Sum(list => (long)list.Length)]));
        tensors.Add(new("others", SafeTensorType.U8, [cells.Others.Length]));
        tensors.Add(new("description", SafeTensorType.U8, [descriptionLength]));
        var metadata = new Dictionary<string, string> { ["format"] = Format, ["sha256"] = sha256 };
        var json = SafeTensorEntry.Header(tensors, metadata, RoomForHeader - SafeTensors.LengthBytes);
        var header = new byte[SafeTensors.LengthBytes + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(header, json.Length);
        json.CopyTo(header, SafeTensors.LengthBytes);
        return header;
    }

    // All that stands behind the cells, in the order of the header.
    private static void WriteRest(CellStore cells, byte[] ends, byte[] json, Sink write)
    {
        foreach (var piece in cells.Lines?.Gaps.Pieces() ?? [])
        {
            write(piece.Span);
        }

        write(ends);
        foreach (var texts in cells.Texts)
        {
            write(texts.AllUtf8);
        }

        foreach (var piece in cells.Others.Pieces())
        {
            write(piece.Span);
        }

        write(json);
    }

    private static byte[] Ends(ColumnTexts[] texts)
    {
        var ends = new long[texts.Sum(list => list.Count)];
        var place = 0;
        foreach (var list in texts)
        {
            foreach (var end in list.Ends)
            {
                ends[place++] = end;
            }
        }

        return MemoryMarshal.AsBytes(ends.AsSpan()).ToArray();
    }

    private static TableDescription Description(string path, SafeTensorsFile file, int rows, int columns)
    {
        var tensor = Find(path, file, "description", SafeTensorType.U8);
        if (tensor.Length > MostDescription)
        {
            throw Wrong(path, $"a description of at most {MostDescription} bytes", Invariant($"{tensor.Length}"));
        }

        var json = new byte[tensor.Length];
        file.Read(tensor, 0, json);
        var description = TableDescription.Read(path, json, columns, rows);
        return description.Columns.Count == columns
            ? description
            : throw Wrong(path, Invariant($"{columns} columns in the description"), Invariant($"{description.Columns.Count}"));
    }

    private static ColumnTexts[] Texts(string path, SafeTensorsFile file, TableDescription description)
    {
        var (endsTensor, textsTensor) = (
            Find(path, file, "text_ends", SafeTensorType.I64), Find(path, file, "texts", SafeTensorType.U8));
        var count = description.Columns.Sum(column => (long)column.Texts);
        if (textsTensor.Length > TextRoom.OfTable || count > TextRoom.OfTable / sizeof(long)
            || endsTensor.Length != count * sizeof(long))
        {
            throw Wrong(
                path,
                Invariant($"the ends of {count} texts, and at most {TextRoom.OfTable} bytes of texts"),
                Invariant($"{endsTensor.Length / sizeof(long)} ends and {textsTensor.Length} bytes"));
        }

        var ends = new long[count];
        file.Read(endsTensor, 0, MemoryMarshal.AsBytes(ends.AsSpan()));
        var texts = new ColumnTexts[description.Columns.Count];
        var (first, start) = (0, 0L);
        for (var column = 0; column < texts.Length; column++)
        {
            var own = ends.AsSpan(first, description.Columns[column].Texts);
            first += own.Length;
            var length = own.IsEmpty ? 0 : own[^1];
            if (length < 0 || length > textsTensor.Length - start || !ColumnTexts.AreEnds(own))
            {
                throw Wrong(
                    path,
                    Invariant($"texts of column {column + 1} one after another in {textsTensor.Length - start} bytes"),
                    Invariant($"ends up to {length}"));
            }

            var bytes = new byte[length];
            file.Read(textsTensor, start, bytes);
            texts[column] = new ColumnTexts(bytes, own);
            start += length;
        }

        if (start != textsTensor.Length)
        {
            throw Wrong(path, Invariant($"texts up to byte {textsTensor.Length} of them all"), Invariant($"an end at {start}"));
        }

        return texts;
    }

    private static StoredBytes Load(SafeTensorsFile file, SafeTensor tensor, int pieceLength, long mostInMemory)
    {
        if (tensor.Length > mostInMemory)
        {
            return new StoredBytes(file, tensor);
        }

        var bytes = StoredBytes.OfMemory(pieceLength);
        for (long place = 0, length; place < tensor.Length; place += length)
        {
            length = long.Min(pieceLength, tensor.Length - place);
            file.Read(tensor, place, bytes.Add((int)length));
        }

        return bytes;
    }

    private static SafeTensor Find(string path, SafeTensorsFile file, string name, SafeTensorType type)
        => file.Find(name) is not { } tensor ? throw Wrong(path, $"a tensor '{name}'", "none")
            : tensor.Type == type ? tensor
            : throw Wrong(path, $"'{name}' of type {type.Name}", tensor.Type.Name);

    private static CheckpointException Wrong(string path, string expected, string found)
        => new($"{path}: expected {expected}, but found {found}. The file is damaged, or not a table's.");

    private delegate void Sink(ReadOnlySpan<byte> bytes);
}
