using System.Text;
using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Reads a table once, from the first line to the last.</summary>
/// <param name="path">The file.</param>
/// <param name="options">The notation of the file and the columns to read.</param>
internal sealed class CsvTableReader(string path, CsvTableOptions options)
{
    private const int MostInLine = 1 << 20;                           // bytes, of which the reader takes up to 36 times as
                                                                      // many; an unclosed quote joins all further lines
    private const int RowsBetweenLooks = 4096;                        // at whether to stop: milliseconds for the usual row
    private const int MostShown = 200;                                // bytes of a field, before it is escaped and cut

    private readonly FieldNumber _number = new(options.DecimalComma ?? false);
    private readonly NumberList _numbers = new();
    private readonly LineNumbers _lines = new();

    /// <summary>Reads the table.</summary>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public CsvTable Read(CancellationToken cancellationToken) => Open((reader, length) =>
    {
        var header = ReadHeader(reader);
        ReadRows(reader, header, length, cancellationToken);
        return new CsvTable(path, reader.Separator, header.Names, _numbers.Numbers, _lines);
    });

    /// <summary>Reads the names of the columns alone.</summary>
    public string[] ReadNames() => Open((reader, _) => ReadHeader(reader).Names);

    private TResult Open<TResult>(Func<CsvReader, long, TResult> read)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!stream.CanSeek)
        {
            throw Wrong(0, "a plain file is wanted, but this is a pipe or a device", "Write the table into a file first.");
        }

        var delimiter = options.Delimiter ?? Delimiters.Detect(stream, options.DecimalComma ?? false);
        stream.Position = 0;
        using var reader = CsvReader.Create(stream, ReaderOptions(delimiter), leaveOpen: true);
        try
        {
            return read(reader, stream.Length);
        }
        catch (CsvFormatException tooLong)
        {
            throw new TableException(
                path,
                tooLong.LineNumber,
                null,
                $"a line of at most {MostInLine} bytes is wanted, but this one is longer",
                "Close every quote in it. Or is this no table?",
                innerException: tooLong);
        }
    }

    private CsvReaderOptions ReaderOptions(char delimiter) => new()
    {
        Separator = delimiter,
        HasHeader = false,                                            // the header's own faults are found as any line's are
        TrimWhitespace = false,                                       // it takes minutes for megabytes of spaces behind a quote
        TrackLineNumbers = true,
        MaxRecordSize = MostInLine,
        OnMalformedRecord = record => throw Malformed(record),
    };

    private TableHeader ReadHeader(CsvReader reader) => reader.Read()
        ? new TableHeader(path, options, reader)
        : throw Wrong(
            0,
            "a table is wanted, but the file is empty",
            "Write a line with the names of the columns, and a line for each sample.");

    private void ReadRows(CsvReader reader, TableHeader header, long length, CancellationToken cancellationToken)
    {
        var row = new float[header.Fields.Length];
        var rows = 0L;
        for (var more = options.HasHeader == false || reader.Read(); more; more = reader.Read())
        {
            if (rows++ % RowsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (reader.FieldCount != header.FieldCount)
            {
                throw WrongCount(reader, header);
            }

            for (var column = 0; column < row.Length; column++)
            {
                if (!_number.TryParse(reader.GetSpan(header.Fields[column]), out row[column]))
                {
                    throw NoNumber(reader, header, column);
                }
            }

            _lines.Add(reader.LineNumber);
            if (!_numbers.TryAdd(row, (double)reader.ByteOffset / length))
            {
                throw Wrong(
                    reader.LineNumber,
                    $"at most {Array.MaxLength} numbers are wanted, but there are more",
                    "Read fewer columns or fewer rows.");
            }
        }

        if (_numbers.Numbers.IsEmpty)
        {
            throw Wrong(
                0,
                $"at least one row is wanted, but there is none after the names of the columns in line {header.Line}",
                "Write a line for each sample.");
        }
    }

    private TableException Malformed(CsvMalformedRecord record) => Wrong(
        record.LineNumber,
        record.Reason switch
        {
            CsvMalformedReason.UnterminatedQuote => "a quoted field must end in a quote, but this one never does",
            CsvMalformedReason.TextAfterClosingQuote
                => "a quoted field must end with its closing quote, but there is text after it",
            _ => "a quote must be the first of a field or stand in a quoted one, "
                + "but here it is in the middle of a field without quotes",
        },
        "Put the field into quotes and double each quote in it (\"5\"\" pipe\"), or remove the quote.");

    private TableException WrongCount(CsvReader reader, TableHeader header)
    {
        var delimiter = Delimiters.NameOf(reader.Separator);
        return Wrong(
            reader.LineNumber,
            $"{Plural(header.FieldCount)} wanted, as in line {header.Line}, "
                + $"but there {Plural(reader.FieldCount, verbFirst: true)}",
            reader.FieldCount < header.FieldCount
                ? $"Complete or remove the line; the delimiter of fields is {delimiter}."
                : $"Put a field with {delimiter} in it into quotes, or remove the line; the delimiter of fields is {delimiter}.");
    }

    private TableException NoNumber(CsvReader reader, TableHeader header, int column)
    {
        var bytes = reader.GetSpan(header.Fields[column]);
        var text = Encoding.UTF8.GetString(bytes[..int.Min(bytes.Length, MostShown)]);
        var (name, shown) = (header.Names[column], Printable.Cut(text));
        var (problem, remedy) = string.IsNullOrWhiteSpace(text)
            ? ("a number is wanted, but the field is empty", "Fill it in or remove the row.")
            : FieldNumber.IsMissing(text)
                ? ($"a number is wanted, but the field is '{shown}', a missing value", "Fill it in or remove the row.")
            : _number.IsTooLarge(text)
                ? ($"a number of at most 3.4e38 is wanted, but the field is '{shown}'", "Correct it or remove the row.")
            : _number.IsNumberOtherwise(text)
                ? ($"a number is wanted, but the field is '{shown}'", PointRemedy())
            : ($"a number is wanted, but the field is '{shown}'", "Correct it or remove the row.");
        var suggestion = !bytes.IsEmpty && _number.IsNumberOtherwise(text) ? WithOtherPoint(reader.Separator)
            : header.Names.Length > 1 ? options with { Ignore = [.. options.Ignore, name] }
            : null;
        return new TableException(
            path, reader.LineNumber, Printable.Cut(name), problem, remedy, suggestion is null ? null : (options, suggestion));
    }

    private string PointRemedy() => options.DecimalComma == true
        ? "If the point separates thousands, remove it."
        : "If the comma separates thousands, remove it.";

    // The delimiter is stated where detection would find another one.
    private CsvTableOptions WithOtherPoint(char delimiter)
    {
        using var stream = File.OpenRead(path);
        var other = options with { DecimalComma = options.DecimalComma != true };
        return other.Delimiter is null && Delimiters.Detect(stream, other.DecimalComma ?? false) != delimiter
            ? other with { Delimiter = delimiter }
            : other;
    }

    private static string Plural(int fields, bool verbFirst = false) => (fields == 1, verbFirst) switch
    {
        (true, false) => "1 field is",
        (false, false) => $"{fields} fields are",
        (true, true) => "is 1",
        _ => $"are {fields}",
    };

    private TableException Wrong(long line, string problem, string remedy) => new(path, line, null, problem, remedy);
}
