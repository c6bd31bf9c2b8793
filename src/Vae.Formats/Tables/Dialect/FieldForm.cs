using System.Buffers;

namespace Vae.Formats;

/// <summary>What a field of a sample looks like.</summary>
internal static class FieldForm
{
    private const int LongestWord = 7;

    private static readonly HashSet<string> WordsForMissing = new(
        ["", "NA", "N/A", "#N/A", "NaN", "NULL", "<NA>", "?", ".", "-", "none", "nil", "missing", "unknown"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> BeginOfWord = SearchValues.Create("Nn#<?.-MmUu");

    private static readonly SearchValues<char> TimeOfDay = SearchValues.Create("0123456789:.+-Z AMPamp");

    /// <summary>Whether a field is empty, or a word that often stands for a missing value.</summary>
    public static bool IsHole(string field) => field.Length <= LongestWord
        && (field.Length == 0 || BeginOfWord.Contains(field[0]))
        && WordsForMissing.Contains(field);

    /// <summary>Whether a field is a number or a date.</summary>
    public static bool IsTyped(string field) => NumberForms.Of(field) != NumberForm.None || IsDate(field);

    /// <summary>Whether a field has the shape of a date: three numbers with the same sign between them, perhaps a time of
    /// day after
    /// them.</summary>
    public static bool IsDate(ReadOnlySpan<char> field)
    {
        var end = field.IndexOfAny(' ', 'T');
        var day = end < 0 ? field : field[..end];
        var time = end < 0 ? default : field[(end + 1)..];
        var first = day.IndexOfAny('-', '/', '.');
        if (first is < 1 or > 4 || time.ContainsAnyExcept(TimeOfDay))
        {
            return false;
        }

        var second = day[(first + 1)..].IndexOf(day[first]);
        return second is 1 or 2
            && day.Length - first - second - 2 is >= 1 and <= 4
            && !day[..first].ContainsAnyExceptInRange('0', '9')
            && !day.Slice(first + 1, second).ContainsAnyExceptInRange('0', '9')
            && !day[(first + second + 2)..].ContainsAnyExceptInRange('0', '9');
    }
}
