using System.Text;

namespace Vae.Model;

/// <summary>Finds the order of levels that are known by their words: low, medium, high; never, sometimes, always;
/// ranges.</summary>
internal static class OrderedTexts
{
    /// <summary>The levels in their order; null where they have none that is known.</summary>
    /// <param name="levels">Different texts, two at least.</param>
    /// <param name="name">The column's name.</param>
    public static IReadOnlyList<string>? Find(IReadOnlyList<string> levels, ColumnWords name)
    {
        if (levels.Count is < 2 or > 60)
        {
            return null;
        }

        return TextIntervals.Places(levels) is { } intervals ? Sorted(levels, intervals)
            : FindByWords(levels, [.. levels.Select(Plain)], name);
    }

    private static IReadOnlyList<string>? FindByWords(IReadOnlyList<string> levels, string[] plain, ColumnWords name)
        => OrderedScales.Places(plain, name) is { } places ? Sorted(levels, places)
            : Intensities.Places(plain) is { } intensities ? Sorted(levels, intensities)
            : WithoutSharedWord(plain) is { } bare && OrderedScales.Places(bare, name) is { } others ? Sorted(levels, others)
            : null;

    // In small letters, without numbering such as "2. ", with one space for each run of other characters than letters and digits.
    private static string Plain(string level)
    {
        var text = new StringBuilder();
        var rest = level.AsSpan().Trim();
        var numbering = rest.IndexOfAny(". )");
        if (numbering is 1 or 2 && rest[..numbering].IndexOfAnyExceptInRange('0', '9') < 0
            && rest[numbering..].IndexOfAnyExcept(".) ") is > 1 and var after)
        {
            rest = rest[(numbering + after)..];
        }

        foreach (var sign in rest)
        {
            if (char.IsLetterOrDigit(sign) || sign is '+' or '<' or '>')
            {
                text.Append(char.ToLowerInvariant(sign));
            }
            else if (sign is not '\'' && text.Length > 0 && text[^1] != ' ')
            {
                text.Append(sign == '-' && text.Length == 1 ? '-' : ' ');
            }
        }

        return text.ToString().TrimEnd();
    }

    // "low risk", "high risk" without "risk"; null where the levels share no word.
    private static string[]? WithoutSharedWord(string[] plain)
    {
        var words = plain.Select(level => level.Split(' ')).ToArray();
        var shared = words[0].FirstOrDefault(word => words.All(others => others.Length > 1 && others.Contains(word)));
        return shared is null ? null
            : [.. words.Select(level => string.Join(' ', level.Where(word => word != shared)))];
    }

    private static IReadOnlyList<string>? Sorted(IReadOnlyList<string> levels, double[] places)
        => places.Distinct().Count() == places.Length
            ? [.. levels.Zip(places).OrderBy(pair => pair.Second).Select(pair => pair.First)]
            : null;
}
