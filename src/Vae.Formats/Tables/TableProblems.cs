using CsvHelper;

namespace Vae.Formats;

/// <summary>The reasons why a table cannot be read, each with a remedy.</summary>
/// <param name="name">The table's file, for messages.</param>
/// <param name="options">The options that it is read with.</param>
internal sealed class TableProblems(string name, CsvTableOptions options)
{
    private const int MostColumns = 100_000;

    /// <summary>The table has no line, or one that never ends.</summary>
    public TableException NoRecord(TableSample sample) => Utf8Blanks.Trim(sample.Text.Span).IsEmpty
        ? Wrong(
            0,
            "a table is wanted, but the file is empty",
            "Write a line with the names of the columns, and a line for each sample.")
        : TooLong(1);

    /// <summary>The table has names of columns alone.</summary>
    public TableException NoRow(CsvDialect dialect) => Wrong(
        0,
        $"at least one row is wanted, but there is none after the names of the columns in line {dialect.FirstLine}",
        "Write a line for each sample.",
        options.HasHeader is null ? options with { HasHeader = false } : null);

    /// <summary>A line is longer than any reader should hold.</summary>
    public TableException TooLong(long line, Exception? inner = null) => new(
        name,
        line,
        null,
        $"a line of at most {CsvSyntax.MostInLine} bytes is wanted, but this one is longer",
        "Close every quote in it. Or is this no table?",
        innerException: inner);

    /// <summary>A line has fields beyond the last column.</summary>
    public TableException TooMany(long line, int count, CsvDialect dialect, int columns)
    {
        var delimiter = Delimiters.NameOf(dialect.Syntax.Delimiter);
        return Wrong(
            line,
            $"{Fields(columns)} wanted, as in line {dialect.FirstLine}, but there {Fields(count, verbFirst: true)}",
            $"Put a field with {delimiter} in it into quotes, or remove the line; the delimiter of fields is {delimiter}.",
            options.Delimiter is null ? null : options with { Delimiter = null });
    }

    /// <summary>Refuses a quoted field that never ends. Other odd quotes are read as characters.</summary>
    public void RequireClosedQuote(CsvMalformedRecord record)
    {
        if (record.Reason == CsvMalformedReason.UnterminatedQuote)
        {
            throw Wrong(
                record.LineNumber,
                "a quoted field must end in a quote, but this one never does",
                "Close it, or double the quote if it is a character (\"5\"\" pipe\").");
        }
    }

    /// <summary>Refuses a text that begins with a line without end, or whose lines have far too many delimiters to be split.
    /// </summary>
    public void RequireLines(TableSample sample)
    {
        var text = sample.Text.Span;
        var number = 0L;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            foreach (var delimiter in text[range].Length > MostColumns ? ",;\t|"u8 : [])
            {
                var count = text[range].Count(delimiter);
                if (count >= MostColumns)
                {
                    throw TooManyColumns(number, count + 1, (char)delimiter);
                }
            }
        }

        if (!sample.IsWhole && sample.Text.IsEmpty)
        {
            throw TooLong(1);
        }
    }

    /// <summary>Refuses more columns than a table can have.</summary>
    public void RequireColumns(CsvDialect dialect)
    {
        if (dialect.Columns > MostColumns)
        {
            throw TooManyColumns(dialect.FirstLine, dialect.Columns, dialect.Syntax.Delimiter);
        }
    }

    /// <summary>Refuses a table most of whose lines have one field alone: its delimiter is another one.</summary>
    public void RequireFew(ShortLines lines, long rows, CsvDialect dialect, int columns)
    {
        if (2 * lines.WithOneField > rows)
        {
            throw Wrong(
                lines.First,
                $"{Fields(columns)} wanted, as in line {dialect.FirstLine}, but most lines have 1",
                $"Complete the lines; the delimiter of fields is {Delimiters.NameOf(dialect.Syntax.Delimiter)}.",
                options.Delimiter is null ? null : options with { Delimiter = null });
        }
    }

    private static string Fields(int count, bool verbFirst = false) => (count == 1, verbFirst) switch
    {
        (true, false) => "1 field is",
        (false, false) => $"{count} fields are",
        (true, true) => "is 1",
        _ => $"are {count}",
    };

    private TableException TooManyColumns(long line, int columns, char delimiter) => Wrong(
        line,
        $"at most {MostColumns} columns are wanted, but there are {columns}",
        $"Is the delimiter of this table {Delimiters.NameOf(delimiter)}?");

    private TableException Wrong(long line, string problem, string remedy, CsvTableOptions? suggestion = null)
        => new(name, line, null, problem, remedy, suggestion is null ? null : (options, suggestion));
}
