using System.Text;
using Vae.Model;

namespace Vae.Formats;

/// <summary>The text of a table in UTF-8, read once from its beginning: of a file, a pipe or standard input, plain or gzipped, in
/// any of the usual encodings.</summary>
internal sealed class TableSource : IDisposable
{
    /// <summary>The name of standard input in messages.</summary>
    public const string StandardName = "standard input";

    private const int MagicLength = 16;
    private const int EncodingLength = 1 << 12;                       // bytes from which UTF-16 without a mark is recognised

    private static readonly (byte[] Magic, string Kind, string Remedy)[] Others =
    [
        ([.. "PK\x03\x04"u8], "a zip archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook", "Save the sheet as CSV."),
        ([.. "PAR1"u8], "a Parquet file", "Read it with the package Vae.Parquet, or write it as CSV."),
        ([.. "SQLite format 3"u8], "an SQLite database", "Read a query's IDataReader, or write its rows as CSV."),
        ([.. "BZh"u8, 0x39], "a bzip2 archive", "Unpack it with bunzip2."),
        ([0xFD, .. "7zXZ"u8], "an xz archive", "Unpack it with unxz."),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive", "Unpack it with unzstd."),
        ([.. "%PDF"u8], "a PDF document", "Write its table as CSV."),
        ([0x89, .. "HDF\r\n"u8], "an HDF5 file", "Write its table as CSV."),
    ];

    private readonly Stream _raw;
    private readonly long _length;
    private readonly PeekStream _text;
    private readonly Utf8Stream _utf8;
    private readonly string? _encoding;

    /// <summary>Opens a table.</summary>
    /// <param name="raw">The bytes; disposed with the source, also where this fails.</param>
    /// <param name="name">The name in messages.</param>
    public TableSource(Stream raw, string name)
    {
        (_raw, Name) = (raw, name);
        try
        {
            _length = raw.CanSeek ? raw.Length : 0;
            var plain = new PeekStream(raw);
            if (plain.Peek(MagicLength).Span.StartsWith<byte>([0x1F, 0x8B]))
            {
                plain = new PeekStream(new GzipContent(plain, name));
                IsGzip = true;
            }

            RequireText(plain);
            var (encoding, shown) = EncodingOf(plain.Peek(EncodingLength).Span);
            _encoding = shown;
            _utf8 = new Utf8Stream(
                encoding is null ? plain : Encoding.CreateTranscodingStream(plain, encoding, Encoding.UTF8), name);
            _text = new PeekStream(_utf8);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>The name in messages: the file's path, or that of standard input.</summary>
    public string Name { get; }

    /// <summary>Whether the table is unpacked as it is read.</summary>
    public bool IsGzip { get; }

    /// <summary>The text, without looking ahead any more.</summary>
    public PeekStream Text => _text;

    /// <summary>The share of the bytes that was read, 0 to 1; NaN where their number is unknown.</summary>
    public double ShareRead => _length > 0 ? double.Min(1, (double)_raw.Position / _length) : double.NaN;

    /// <summary>The encoding in words where it is not UTF-8, as far as the text was read; null where it is.</summary>
    public string? EncodingNote => (_utf8.Mended, _encoding) switch
    {
        (0, null) => null,
        (0, var encoding) => $"the text is read as {encoding}",
        (1, _) => $"a byte that is not UTF-8, in line {_utf8.FirstMendedLine}, is read as Windows-1252",
        var (count, _)
            => $"{count} bytes that are not UTF-8, the first in line {_utf8.FirstMendedLine}, are read as Windows-1252",
    };

    /// <summary>Opens a file, a pipe, or standard input where the path is <c>-</c>.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static TableSource Open(string path) => path == CsvTable.StandardInput
        ? new TableSource(Console.OpenStandardInput(), StandardName)
        : new TableSource(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), path);

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _raw.Dispose();
    }

    private void RequireText(PeekStream plain)
    {
        var start = plain.Peek(MagicLength).Span;
        foreach (var (magic, kind, remedy) in Others)
        {
            if (start.StartsWith(magic))
            {
                throw Refusal(kind, remedy);
            }
        }

        if (IsJson(start))
        {
            throw Refusal("JSON", "Write its rows as CSV. A file of columns is a schema (TableOptions.Schema).");
        }
    }

    // {"columns": ... or [1, ... or [{ ..., but not [name],[price] as SQL Server writes names.
    private static bool IsJson(ReadOnlySpan<byte> start)
    {
        var text = Utf8Blanks.Trim(start.StartsWith("\uFEFF"u8) ? start[3..] : start);
        return text is [(byte)'{' or (byte)'[', .. var rest]
            && Utf8Blanks.Trim(rest) is [] or [(byte)'"' or (byte)'{' or (byte)'[' or (byte)'}' or (byte)']' or (byte)'-', ..]
                or [>= (byte)'0' and <= (byte)'9', ..];
    }

    private TableException Refusal(string kind, string remedy)
        => new(Name, 0, null, $"a table as text is wanted, but this is {kind}", remedy);

    // Without a mark, every other byte of UTF-16 is 0 in most texts.
    private static (Encoding? Encoding, string? Shown) EncodingOf(ReadOnlySpan<byte> start)
    {
        var (zeros, length) = ((Even: 0, Odd: 0), start.Length & ~1);
        for (var i = 0; i < length; i += 2)
        {
            zeros.Even += start[i] == 0 ? 1 : 0;
            zeros.Odd += start[i + 1] == 0 ? 1 : 0;
        }

        return start switch
        {
            [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, "UTF-32"),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, "UTF-16"),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, "UTF-16, big-endian"),
            _ when zeros.Even == 0 && 4 * zeros.Odd > length && length >= 4 => (Encoding.Unicode, "UTF-16"),
            _ when zeros.Odd == 0 && 4 * zeros.Even > length && length >= 4 => (Encoding.BigEndianUnicode, "UTF-16, big-endian"),
            _ => (null, null),
        };
    }
}
