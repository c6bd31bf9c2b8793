namespace Vae.Model;

/// <summary>Finds levels in scales of words. A step of a scale has one or more words of the same meaning.</summary>
internal static class OrderedScales
{
    // The letters of one length alone may mean anything.
    private static readonly Dictionary<string, double> Credit = Scale(
        "d < c < cc < ccc- < ccc < ccc+ < b- < b < b+ < bb- < bb < bb+ < bbb- < bbb < bbb+ < a- < a < a+ < aa- < aa < aa+ "
        + "< aaa");

    private static readonly string[] Counted =
    [
        "stage", "grade", "level", "tier", "phase", "quarter", "quartile", "decile", "quintile", "tertile", "week", "wk",
        "month", "day", "year", "yr", "wave", "step", "rank", "degree", "round", "visit", "class", "lvl", "grad", "session",
        "period", "time", "hour", "generation", "gen", "score", "q",
    ];

    private static readonly Dictionary<string, double>[] Scales
        = [.. ScaleWords.Lines.ReplaceLineEndings("\n").Replace("\n  ", " ", StringComparison.Ordinal).Split('\n').Select(Scale)];

    /// <summary>A number for each level that rises in the order of the levels; null where no scale has all of them.</summary>
    /// <param name="plain">The levels in small letters.</param>
    /// <param name="name">The column's name.</param>
    public static double[]? Places(string[] plain, ColumnWords name)
        => Scales.Select(scale => InScale(plain, scale)).FirstOrDefault(places => places is not null)
            ?? (plain.Any(level => level.StartsWith("aa", StringComparison.Ordinal)
                || level.StartsWith("bb", StringComparison.Ordinal))
                ? InScale(plain, Credit)
                : Letters(plain, name))
            ?? Numbered(plain);

    private static double[]? InScale(string[] plain, Dictionary<string, double> scale)
    {
        var places = new double[plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            if (!scale.TryGetValue(plain[i], out places[i]))
            {
                return null;
            }
        }

        return places.Distinct().Count() == places.Length ? places : null;
    }

    // Single letters are grades where the name says so, or where some of them have a plus or a minus.
    private static double[]? Letters(string[] plain, ColumnWords name)
    {
        var areLetters = plain.All(level => level.Length is 1 or 2 && level[0] is >= 'a' and <= 'k'
            && (level.Length == 1 || level[1] is '+' or '-'));
        var areColours = plain.Length >= 4 && plain.All(level => level is [>= 'd' and <= 'z']) && plain.Contains("d")
            && (name.Has("color") || name.Has("colour"));
        var areGrades = name.Has("grade") || name.Has("rating") || name.Has("mark") || name.Has("grades") || name.Has("band")
            || name.Has("rank") || plain.Any(level => level.Length == 2);
        return areColours || (areLetters && areGrades) ? [.. plain.Select(LetterPlace)] : null;
    }

    // The best, A+, is last.
    private static double LetterPlace(string letter)
        => -letter[0] + (letter.Length == 1 ? 0 : letter[1] == '+' ? 0.3 : -0.3);

    // "stage 1", "stage iii", "q3".
    private static double[]? Numbered(string[] plain)
    {
        var prefix = Counted.FirstOrDefault(word => plain.All(level => level.StartsWith(word, StringComparison.Ordinal)
            && NumberAfter(level, word.Length) is not null));
        return prefix is null ? null : [.. plain.Select(level => NumberAfter(level, prefix.Length)!.Value)];
    }

    private static double? NumberAfter(string level, int start)
    {
        var rest = level.AsSpan(start).Trim();
        var roman = rest is "i" ? 1 : rest is "ii" ? 2 : rest is "iii" ? 3 : rest is "iv" ? 4 : rest is "v" ? 5 : 0;
        return roman > 0 ? roman
            : rest.Length is > 0 and < 4 && rest.IndexOfAnyExceptInRange('0', '9') < 0 ? int.Parse(rest, null)
            : null;
    }

    private static Dictionary<string, double> Scale(string line)
    {
        var scale = new Dictionary<string, double>();
        var steps = line.Split(" < ");
        for (var step = 0; step < steps.Length; step++)
        {
            foreach (var word in steps[step].Split('|', StringSplitOptions.TrimEntries))
            {
                scale.TryAdd(word, step);
            }
        }

        return scale;
    }
}
