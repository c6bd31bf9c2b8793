namespace Vae.Model;

/// <summary>The order of levels that are one word with more and less of it: not happy, happy, very happy; dissatisfied, neutral,
/// satisfied.</summary>
internal static class Intensities
{
    private static readonly Dictionary<string, double> Degrees = new()
    {
        ["not at all"] = 0.1, ["not"] = 0.2, ["not very"] = 0.3, ["not too"] = 0.35, ["hardly"] = 0.3, ["slightly"] = 0.5,
        ["a little"] = 0.5,
        ["a bit"] = 0.5, ["mildly"] = 0.55, ["somewhat"] = 0.6, ["rather"] = 0.65, ["moderately"] = 0.7, ["fairly"] = 0.75,
        ["pretty"] = 0.8, ["quite"] = 0.85, [""] = 1, ["mostly"] = 1.1, ["highly"] = 2, ["very"] = 2, ["strongly"] = 2.2,
        ["extremely"] = 3, ["completely"] = 3.1, ["totally"] = 3.2,
    };

    private static readonly string[] Neutral
        = ["neutral", "neither", "undecided", "indifferent", "no opinion", "unsure", "not sure", "about the same", "mixed", "ok"];

    private static readonly string[] Negations = ["un", "dis", "in", "im"];

    /// <summary>A number for each level that rises in the order of the levels; null where they have more than one word.</summary>
    /// <param name="plain">The levels in small letters.</param>
    public static double[]? Places(string[] plain)
    {
        var places = new double[plain.Length];
        var parts = plain.Select(Split).ToArray();
        var stems = parts.Select(part => part.Stem).Where(stem => !Neutral.Contains(stem)).Distinct().ToArray();
        var positive = stems.Length is 1 ? stems[0]
            : stems.Length is 2 && IsNegation(stems[0], stems[1]) ? stems[1]
            : stems.Length is 2 && IsNegation(stems[1], stems[0]) ? stems[0]
            : "";
        if (positive.Length < 3)
        {
            return null;
        }

        for (var i = 0; i < plain.Length; i++)
        {
            var (degree, stem) = parts[i];
            places[i] = Neutral.Contains(plain[i]) || Neutral.Contains(stem) ? 0 : stem == positive ? degree : -degree;
        }

        return places;
    }

    private static bool IsNegation(string negated, string word)
        => Negations.Any(negation => negated == negation + word)
            || (word.StartsWith("satis", StringComparison.Ordinal) && negated == "dis" + word);

    private static (double Degree, string Stem) Split(string level)
    {
        var best = Degrees.Keys.Where(degree => degree.Length > 0 && level.StartsWith(degree + " ", StringComparison.Ordinal))
            .OrderByDescending(degree => degree.Length).FirstOrDefault() ?? "";
        return Neutral.Contains(level) ? (0, level) : (Degrees[best], best.Length == 0 ? level : level[(best.Length + 1)..]);
    }
}
