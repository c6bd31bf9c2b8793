namespace Vae.Formats;

/// <summary>Finds the dialect of a table in its first lines, as far as options do not say it.</summary>
internal static class DialectDetection
{
    private const int MostRecords = 1000;

    /// <summary>Finds the dialect.</summary>
    /// <param name="sample">The first lines.</param>
    /// <param name="options">What is known.</param>
    /// <returns>The dialect; null where the sample has no record.</returns>
    public static CsvDialect? Detect(TableSample sample, CsvTableOptions options)
    {
        if (options.Delimiter is null && OneColumn.Detect(sample, options) is { } column)
        {
            return column;
        }

        var (text, delimiter, hint) = SeparatorHint.Of(sample);
        var syntax = DelimiterDetection.Detect(text, options.Delimiter ?? delimiter);
        var records = text.Records(syntax, MostRecords);
        if (records.Count == 0)
        {
            return null;
        }

        var usual = DelimiterDetection.UsualCount(records.Skip(records.Count > 2 ? 1 : 0));
        var isWhole = sample.IsWhole && records.Count < MostRecords;
        var titles = TitleDetection.Count(records, usual, isWhole, options.HasHeader);
        var dialect = WithColumns(syntax, [.. records.Skip(titles)], usual, options, text);
        return dialect with
        {
            FirstLine = dialect.FirstLine + hint,
            Title = titles > 0 ? string.Join(' ', records[0].Fields).Trim() : null,
        };
    }

    private static CsvDialect WithColumns(
        CsvSyntax syntax, List<SampleRecord> records, int usual, CsvTableOptions options, TableSample sample)
    {
        var (first, below) = (records[0], records[1..]);
        var isTrailing = usual > 1
            && first.Fields.Length >= usual - 1
            && first[usual - 1].Length == 0
            && below.TrueForAll(row => row[usual - 1].Length == 0);
        var isShort = first.Fields.Length == usual - 1 && below.Count > 0 && !isTrailing;
        var namesInComment = options.HasHeader != false && syntax.HasComments
            ? CommentHeader.Of(sample, syntax, first, usual)
            : null;
        var hasHeader = namesInComment is null && (options.HasHeader ?? HeaderDetection.IsHeader(Shifted(first, isShort), below));
        var hasRowNames = hasHeader && isShort;
        var columns = hasHeader ? first.Fields.Length + (hasRowNames ? 1 : 0) : usual;
        return new CsvDialect(
            syntax, NumberNotation.Detect(hasHeader ? below : records, syntax.Delimiter, options.DecimalComma))
        {
            FirstLine = first.Line,
            HasHeader = hasHeader,
            HasRowNames = hasRowNames,
            NamesInComment = namesInComment,
            Columns = isTrailing && columns == usual ? columns - 1 : columns,
            HasTrailingDelimiter = isTrailing,
        };
    }

    // Names that are one fewer than the columns belong to the second column and those after it.
    private static SampleRecord Shifted(SampleRecord first, bool isShort)
        => isShort ? first with { Fields = ["", .. first.Fields] } : first;
}
