using System.Globalization;

namespace Vae.Formats;

/// <summary>Finds the records above a table that do not belong to it: a title, or a summary such as scikit-learn's files
/// begin with.
/// </summary>
internal static class TitleDetection
{
    private const int MostTitles = 50;

    /// <summary>The number of records before the table begins.</summary>
    /// <param name="records">The first records, at least one.</param>
    /// <param name="usual">The number of fields that most records have.</param>
    /// <param name="isWhole">Whether these are all records.</param>
    /// <param name="hasHeader">Whether a line names the columns; null where that is not known.</param>
    public static int Count(IReadOnlyList<SampleRecord> records, int usual, bool isWhole, bool? hasHeader)
    {
        if (usual < 2)
        {
            return 0;
        }

        var most = int.Min(MostTitles, records.Count - 1);
        var titles = 0;
        while (titles < most && IsTitle([.. records.Skip(titles)], usual, isWhole, hasHeader))
        {
            titles++;
        }

        // A line of names shows that shorter lines above it are titles, where two fields alone would not.
        var names = titles;
        while (names < most && IsShort(records[names], usual))
        {
            names++;
        }

        var isHeader = names > titles
            && records[names].Fields.Length == usual
            && HeaderDetection.IsCertainly(records[names], [.. records.Skip(names + 1)]);
        return isHeader ? names : titles;
    }

    private static bool IsTitle(List<SampleRecord> records, int usual, bool isWhole, bool? hasHeader)
        => IsSummary(records, usual, isWhole, hasHeader) || (records[0].Fields.Length == 1 && usual > 2);

    // Spreadsheets write a title with as many empty fields behind it as the table has columns.
    private static bool IsShort(SampleRecord record, int usual)
        => record.Fields.Length < usual || (record.FilledCount == 1 && record[0].Length > 0);

    // scikit-learn's: the number of rows, the number of features, the names of classes.
    private static bool IsSummary(List<SampleRecord> records, int usual, bool isWhole, bool? hasHeader)
    {
        string[] fields = records[0].Fields;
        var below = records.Count - 1;
        return fields.Length > 2
            && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var features)
            && fields.Skip(2).All(field => !FieldForm.IsTyped(field))
            && (features == usual - 1 || fields.Length != usual)
            && (isWhole
                ? (rows == below && hasHeader != true) || (rows == below - 1 && hasHeader != false)
                : rows > below);
    }
}
