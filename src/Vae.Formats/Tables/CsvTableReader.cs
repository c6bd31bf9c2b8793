using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Reads a table once, from the first line to the last.</summary>
/// <param name="path">The file.</param>
/// <param name="options">How it is written, and which columns are wanted.</param>
internal sealed class CsvTableReader(string path, CsvTableOptions options)
{
    private const int MostInLine = 1 << 20;                           // bytes, of which each may cost CsvHelper 36; an unclosed quote makes one line of all that follows
    private const int RowsBetweenLooks = 4096;                        // at whether to stop: milliseconds for the usual row
    private const int MostShown = 200;                                // bytes of a field, before it is escaped and cut

    private readonly FieldNumber _number = new(options.DecimalComma);
    private readonly NumberList _numbers = new();
    private readonly LineNumbers _lines = new();

    /// <summary>Reads the table.</summary>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public CsvTable Read(CancellationToken cancellationToken)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!stream.CanSeek)
        {
            throw Wrong(0, "a plain file is wanted, but this is a pipe or a device", "Write the table into a file first.");
        }

        var delimiter = options.Delimiter ?? Delimiters.Detect(stream, options.DecimalComma);
        stream.Position = 0;
        using var reader = CsvReader.Create(stream, ReaderOptions(delimiter), leaveOpen: true);
        try
        {
            var header = ReadHeader(reader);
            ReadRows(reader, header, stream.Length, cancellationToken);
            return new CsvTable(path, delimiter, header.Names, _numbers.Numbers, _lines);
        }
        catch (CsvFormatException tooLong)
        {
            throw Wrong(
                tooLong.LineNumber, $"a line of at most {MostInLine} bytes is wanted, but this one is longer",
                "Is there a quote in it that is never closed? Or is this no table?", tooLong);
        }
    }

    private CsvReaderOptions ReaderOptions(char delimiter) => new()
    {
        Separator = delimiter,
        HasHeader = false,                                            // the header is read like any line, or its faults would not be found
        TrimWhitespace = false,                                       // it takes minutes for megabytes of spaces behind a quote
        TrackLineNumbers = true,
        MaxRecordSize = MostInLine,
        OnMalformedRecord = record => throw Malformed(record),
    };

    private TableHeader ReadHeader(CsvReader reader) => reader.Read()
        ? new TableHeader(path, options, reader)
        : throw Wrong(0, "a table is wanted, but the file is empty", "Write a line with the names of the columns, and a line for each sample.");

    private void ReadRows(CsvReader reader, TableHeader header, long length, CancellationToken cancellationToken)
    {
        var row = new float[header.Fields.Length];
        var rows = 0L;
        for (var more = !options.HasHeader || reader.Read(); more; more = reader.Read())
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
                throw Wrong(reader.LineNumber, $"at most {Array.MaxLength} numbers are wanted, but there are more", "Take fewer columns or fewer rows.");
            }
        }

        if (_numbers.Numbers.IsEmpty)
        {
            throw Wrong(0, $"at least one row is wanted, but there is none after the names of the columns in line {header.Line}", "Write a line for each sample.");
        }
    }

    private TableException Malformed(CsvMalformedRecord record) => Wrong(
        record.LineNumber,
        record.Reason switch
        {
            CsvMalformedReason.UnterminatedQuote => "a quoted field must end in a quote, but this one never does",
            CsvMalformedReason.TextAfterClosingQuote => "a quoted field must end with its closing quote, but there is text after it",
            _ => "a quote must be the first of a field or stand in a quoted one, but here it is in the middle of a field without quotes",
        },
        "Put the field into quotes and double each quote in it (\"5\"\" pipe\"), or take the quote out.");

    private TableException WrongCount(CsvReader reader, TableHeader header)
    {
        var delimiter = Delimiters.NameOf(reader.Separator);
        return Wrong(
            reader.LineNumber,
            $"{Plural(header.FieldCount)} wanted, as in line {header.Line}, but there {Plural(reader.FieldCount, verbFirst: true)}",
            reader.FieldCount < header.FieldCount
                ? $"Complete the line or take it out; what separates fields is {delimiter}."
                : $"Put a field with {delimiter} in it into quotes, or take the line out; what separates fields is {delimiter}.");
    }

    private TableException NoNumber(CsvReader reader, TableHeader header, int column)
    {
        var bytes = reader.GetSpan(header.Fields[column]);
        var text = System.Text.Encoding.UTF8.GetString(bytes[..int.Min(bytes.Length, MostShown)]);
        var (name, shown) = (header.Names[column], Printable.Cut(text));
        var leave = $"leave the row out, or leave the column out (--ignore {Argument(name)}).";
        var (problem, remedy) = (bytes.IsEmpty || string.IsNullOrWhiteSpace(text)) ? ("a number is wanted, but the field is empty", $"Fill it in, {leave}")
            : FieldNumber.IsMissing(text) ? ($"a number is wanted, but the field is '{shown}', a missing value", $"Fill it in, {leave}")
            : _number.IsTooLarge(text) ? ($"a number of at most 3.4e38 is wanted, but the field is '{shown}'", $"Correct it, {leave}")
            : _number.IsNumberOtherwise(text) ? ($"a number is wanted, but the field is '{shown}'", OtherPoint())
            : ($"a number is wanted, but the field is '{shown}'", $"Correct it, {leave}");
        return new TableException(path, reader.LineNumber, Printable.Cut(name), problem, remedy);
    }

    private string OtherPoint() => options.DecimalComma
        ? "If the decimal point of this table is a point, leave --decimal-comma away."
        : "If the decimal point of this table is a comma, say so (--decimal-comma); if it parts thousands, take it out.";

    // As it is typed in a shell.
    private static string Argument(string name)
        => name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.') ? Printable.Cut(name) : $"\"{Printable.Cut(name)}\"";

    private static string Plural(int fields, bool verbFirst = false)
        => (fields == 1, verbFirst) switch { (true, false) => "1 field is", (false, false) => $"{fields} fields are", (true, true) => "is 1", _ => $"are {fields}" };

    private TableException Wrong(long line, string problem, string remedy, Exception? inner = null) => new(path, line, null, problem, remedy, inner);
}
