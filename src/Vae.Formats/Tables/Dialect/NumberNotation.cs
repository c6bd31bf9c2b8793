namespace Vae.Formats;

/// <summary>How a table writes its numbers.</summary>
/// <param name="DecimalPoint">The character before decimals: <c>'.'</c> or <c>','</c>.</param>
/// <param name="Thousands">The character between groups of three digits; null where there are none.</param>
internal readonly record struct NumberNotation(char DecimalPoint, char? Thousands)
{
    private const double LeastNumbers = 0.5;                          // of a column's fields, for it to count

    /// <summary>Finds the notation in the fields of a sample.</summary>
    /// <param name="rows">The records without the names of columns.</param>
    /// <param name="delimiter">The delimiter, which says what a number such as <c>1,234</c> is if nothing else does.</param>
    /// <param name="decimalComma">Whether there is a decimal comma, where that is known.</param>
    public static NumberNotation Detect(IReadOnlyList<SampleRecord> rows, char delimiter, bool? decimalComma)
    {
        var count = new int[Enum.GetValues<NumberForm>().Length];
        var width = rows.Select(row => row.Fields.Length).DefaultIfEmpty(0).Max();
        for (var field = 0; field < width; field++)
        {
            CountForms(rows, field, count);
        }

        var (points, commas) = (count[(int)NumberForm.Point], count[(int)NumberForm.Comma]);
        var (pointGroups, commaGroups) = (count[(int)NumberForm.PointGroups], count[(int)NumberForm.CommaGroups]);
        var hasCommaNumbers = count[(int)NumberForm.CommaOrGroup] > 0;
        var hasPointNumbers = count[(int)NumberForm.PointOrGroup] > 0;
        var isComma = decimalComma
            ?? (commas + pointGroups > points + commaGroups
                || (points + commaGroups == 0 && hasCommaNumbers && !hasPointNumbers && delimiter == ';'));
        return isComma
            ? new NumberNotation(',', pointGroups > 0 || (hasPointNumbers && points == 0) ? '.' : null)
            : new NumberNotation('.', commaGroups > 0 || (hasCommaNumbers && commas == 0) ? ',' : null);
    }

    // A column of texts may have a number here and there that says nothing of the others.
    private static void CountForms(IReadOnlyList<SampleRecord> rows, int field, int[] count)
    {
        Span<int> inColumn = stackalloc int[count.Length];
        var filled = 0;
        foreach (var row in rows)
        {
            if (!FieldForm.IsHole(row[field]))
            {
                inColumn[(int)NumberForms.Of(row[field])]++;
                filled++;
            }
        }

        if (filled - inColumn[(int)NumberForm.None] >= LeastNumbers * filled)
        {
            for (var form = 0; form < count.Length; form++)
            {
                count[form] += inColumn[form];
            }
        }
    }
}
