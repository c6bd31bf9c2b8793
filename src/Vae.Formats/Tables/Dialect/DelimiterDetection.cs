namespace Vae.Formats;

/// <summary>Finds the delimiter of a table by the shape of its lines: the one that splits most of them into the same number of
/// fields, at least two, and whose fields are numbers and dates where others leave texts.</summary>
internal static class DelimiterDetection
{
    private const int MostRecords = 100;
    private const int MostTitles = 50;
    private const double LeastShare = 0.5;                            // of lines that have the usual number of fields
    private const double LeastShareOfBlanks = 0.8;                    // blanks are in many texts
    private const double TitlePenalty = 0.1;
    private const double BestScore = 2;                               // all lines fit, and all fields are numbers and dates

    // Where two are equally good, the one that is rarer in texts and numbers.
    private static readonly char[] Candidates = ['\t', ';', '|', ',', CsvSyntax.Blanks];

    /// <summary>Finds how lines are split.</summary>
    /// <param name="sample">The first lines.</param>
    /// <param name="given">The delimiter where it is known; null to find one.</param>
    public static CsvSyntax Detect(TableSample sample, char? given)
    {
        var candidates = given is { } known ? [known] : Candidates;
        var isEscaped = EscapedQuotes.Are(sample);
        var scored = candidates.SelectMany(delimiter => Syntaxes(sample, delimiter, isEscaped))
            .Select(syntax => Scored(syntax, sample.Records(syntax, MostRecords)))
            .ToList();
        var isEven = scored.Exists(candidate => candidate.IsEven && candidate.Syntax.Delimiter != CsvSyntax.Blanks);
        var best = scored.Where(candidate => !isEven || MayStandBesideEven(candidate))
            .MaxBy(candidate => candidate.Score);                     // of equals, the first
        var syntax = best.Score > 0 ? best.Syntax
            : new CsvSyntax(given ?? MostFrequent(sample)) { HasEscapedQuotes = isEscaped };
        return syntax with { HasComments = HasComments(sample.Records(syntax, MostRecords)) };
    }

    /// <summary>The number of fields that most records have; of equally frequent ones, the largest.</summary>
    public static int UsualCount(IEnumerable<SampleRecord> records) => records
        .CountBy(record => record.Fields.Length)
        .OrderByDescending(pair => pair.Value)
        .ThenByDescending(pair => pair.Key)
        .FirstOrDefault().Key;

    // Blanks before a quote matter only where a table has them, and single quotes where they are around names or texts.
    private static IEnumerable<CsvSyntax> Syntaxes(TableSample sample, char delimiter, bool isEscaped)
    {
        foreach (var quote in "'\"")
        {
            var plain = new CsvSyntax(delimiter) { Quote = quote, HasEscapedQuotes = isEscaped && quote == '"' };
            var spaced = plain with { HasBlanksAroundQuotes = true };
            if (delimiter != CsvSyntax.Blanks
                && sample.Text.Span.IndexOf([(byte)delimiter, (byte)' ', (byte)quote]) >= 0
                && (quote == '"' || SingleQuotes.Are(sample, spaced)))
            {
                yield return spaced;
            }

            if (quote == '"' || SingleQuotes.Are(sample, plain))
            {
                yield return plain;
            }
        }
    }

    private static Candidate Scored(CsvSyntax syntax, List<SampleRecord> records)
    {
        var lines = records.Where(record => !record.IsComment).ToList();
        var isEven = lines.Count > 1
            && lines[0].Fields.Length > 1
            && lines.TrueForAll(line => line.Fields.Length == lines[0].Fields.Length);
        return new Candidate(syntax, Score(records, syntax.Delimiter), isEven);
    }

    // Where a delimiter splits all lines alike, the names included, one that does not is a character of texts or numbers. So
    // are blanks, unless nothing but numbers is between them, which may have decimal commas.
    private static bool MayStandBesideEven(Candidate candidate)
        => candidate.IsEven && (candidate.Syntax.Delimiter != CsvSyntax.Blanks || candidate.Score >= BestScore);

    // 0 where lines have no common number of fields, else the share of those that have it, up to doubled by the share of
    // fields that are no texts.
    private static double Score(List<SampleRecord> records, char delimiter)
    {
        var table = records.SkipWhile((record, i) => i < MostTitles && (record.Fields.Length == 1 || record.IsComment)).ToList();
        var usual = UsualCount(table);
        if (usual < 2)
        {
            return 0;
        }

        var fitting = table.Where((record, i) => record.Fields.Length == usual || (i == 0 && record.Fields.Length == usual - 1));
        var share = (double)fitting.Count() / table.Count(record => !record.IsComment || record.Fields.Length == usual);
        if (share < (delimiter == CsvSyntax.Blanks ? LeastShareOfBlanks : LeastShare)
            || (delimiter == CsvSyntax.Blanks && IsText(records, usual)))
        {
            return 0;
        }

        share -= TitlePenalty * (records.Count - table.Count) / records.Count;
        return share * (1 + TypedShare(table.Skip(1).Where(record => record.Fields.Length == usual)));
    }

    private static double TypedShare(IEnumerable<SampleRecord> records)
    {
        var (typed, all) = (0, 0);
        foreach (var field in records.SelectMany(record => record.Fields).Where(field => !FieldForm.IsHole(field)))
        {
            typed += FieldForm.IsTyped(field) ? 1 : 0;
            all++;
        }

        return all > 0 ? (double)typed / all : 0;
    }

    // One column of texts of two words, or of moments, is no table of two columns with row names.
    private static bool IsText(List<SampleRecord> records, int usual) => usual == 2
        && records[0].Fields.Length == 1
        && !records.Skip(1).All(record => NumberForms.Of(record[1]) != NumberForm.None && !FieldForm.IsDate(record[0]));

    private static bool HasComments(List<SampleRecord> records)
    {
        var usual = UsualCount(records.Where(record => !record.IsComment));
        var comments = records.Where(record => record.IsComment).ToList();
        return comments.Count > 0
            && usual > 0
            && (comments.All(record => record.Fields.Length != usual || usual == 1)
                || (comments.Exists(record => record.Fields.Length != usual)
                    && records.Where(record => !record.IsComment).Skip(1).All(record => FieldForm.IsTyped(record[0]))));
    }

    // No delimiter fits: the table has one column, or its lines differ, which will be said of the first that does.
    private static char MostFrequent(TableSample sample)
    {
        var counts = Candidates[..^1].Select(sign => (Sign: sign, Fields: sample.Records(new CsvSyntax(sign), MostRecords)))
            .Select(candidate => (candidate.Sign, Count: candidate.Fields.FirstOrDefault()?.Fields.Length ?? 0));
        var best = counts.MaxBy(candidate => candidate.Count);
        return best.Count > 1 ? best.Sign : ',';
    }

    private readonly record struct Candidate(CsvSyntax Syntax, double Score, bool IsEven);
}
