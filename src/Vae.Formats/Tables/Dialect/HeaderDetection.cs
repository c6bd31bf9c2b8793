using System.Globalization;

namespace Vae.Formats;

/// <summary>Finds whether a record names the columns, by comparing it with the records below it.</summary>
internal static class HeaderDetection
{
    private const double LeastTyped = 0.9;                            // of a column's values, for it to be one of numbers
    private const int MostRows = 200;
    private const int LeastSequence = 3;                              // 0, 1 above whole numbers may be data

    /// <summary>Whether a record has the names of columns.</summary>
    /// <param name="first">The record.</param>
    /// <param name="rows">The records below it.</param>
    public static bool IsHeader(SampleRecord first, IReadOnlyList<SampleRecord> rows)
    {
        var evidence = Compare(first, rows);
        return evidence switch
        {
            _ when rows.Count == 0 => first.Fields.Any(field => !FieldForm.IsHole(field) && !FieldForm.IsTyped(field)),
            { Texts: > 0 } when evidence.Texts >= evidence.Numbers.Count => true,
            { Numbers.Count: > 0 } => evidence.Recurring == 0 && AreNames(evidence),
            _ => evidence.Recurring == 0,
        };
    }

    /// <summary>Whether a record has texts above columns of numbers, so that it certainly names them.</summary>
    public static bool IsCertainly(SampleRecord first, IReadOnlyList<SampleRecord> rows)
        => Compare(first, rows) is var evidence && evidence.Texts > evidence.Numbers.Count;

    private static Evidence Compare(SampleRecord first, IReadOnlyList<SampleRecord> rows)
    {
        var evidence = new Evidence();
        for (var field = 0; field < first.Fields.Length; field++)
        {
            var name = first[field];
            var values = rows.Take(MostRows).Select(row => row[field]).Where(text => !FieldForm.IsHole(text)).ToList();
            if (values.Count == 0 || name.Length == 0)
            {
                continue;
            }

            if (values.Count(FieldForm.IsTyped) < LeastTyped * values.Count)
            {
                evidence.Recurring += values.Contains(name) ? 1 : 0;
            }
            else if (FieldForm.IsTyped(name))
            {
                evidence.Numbers.Add(name);
                evidence.HasDecimals |= values.Exists(value => NumberForms.Of(value) > NumberForm.Whole);
                evidence.HasOtherThanYears |= values.Exists(value => !IsYear(value));
            }
            else
            {
                evidence.Texts += FieldForm.IsHole(name) ? 0 : 1;
            }
        }

        return evidence;
    }

    // 0, 1, 2 ... or 1, 2, 3 ... as programs number columns, or years one after another.
    private static bool AreNames(Evidence evidence)
    {
        var numbers = evidence.Numbers;
        var start = numbers[0] is "0" or "1" ? numbers[0][0] - '0' : -1;
        var isSequence = start >= 0
            && !numbers.Where((name, i) => name != (start + i).ToString(CultureInfo.InvariantCulture)).Any();
        var areYears = numbers.Count >= 2
            && numbers.TrueForAll(IsYear)
            && numbers.Zip(numbers.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);
        return (isSequence && (numbers.Count >= LeastSequence || evidence.HasDecimals))
            || (areYears && evidence.HasOtherThanYears);
    }

    private static bool IsYear(string field) => field.Length == 4
        && field[0] is '1' or '2'
        && !field.AsSpan().ContainsAnyExceptInRange('0', '9');

    private sealed class Evidence
    {
        public int Texts { get; set; }                                // above columns of numbers and dates

        public List<string> Numbers { get; } = [];                    // the same

        public int Recurring { get; set; }                            // texts that are values of their own columns, too

        public bool HasDecimals { get; set; }

        public bool HasOtherThanYears { get; set; }
    }
}
