namespace Vae.Model;

/// <summary>Pairs of words for no and yes.</summary>
internal static class FlagWords
{
    private static readonly (string No, string Yes)[] Truths
        = [("false", "true"), ("no", "yes"), ("n", "y"), ("f", "t"), ("0", "1")];

    private static readonly (string No, string Yes)[] Pairs =
    [
        .. Truths, ("off", "on"), ("absent", "present"), ("negative", "positive"),
        ("neg", "pos"), ("-", "+"), ("none", "some"), ("low", "high"), ("bad", "good"), ("control", "treatment"),
        ("control", "treated"), ("control", "case"), ("placebo", "treatment"), ("placebo", "treated"), ("placebo", "drug"),
        ("fail", "pass"),
        ("failure", "success"),
        ("alive", "dead"), ("survived", "died"), ("benign", "malignant"), ("healthy", "sick"), ("healthy", "diseased"),
        ("out", "in"),
        ("down", "up"), ("closed", "open"), ("inactive", "active"), ("unmarried", "married"), ("single", "married"),
        ("stayed", "left"),
        ("nein", "ja"), ("non", "oui"), ("before", "after"), ("pre", "post"), ("normal", "abnormal"), ("without", "with"),
    ];

    /// <summary>The two texts with the one for no first; null where they are no such pair.</summary>
    public static string[]? Order(string one, string other)
    {
        var (a, b) = (Plain(one), Plain(other));
        return Pairs.Any(pair => pair.No == a && pair.Yes == b) || IsNegation(a, b) ? [one, other]
            : Pairs.Any(pair => pair.No == b && pair.Yes == a) || IsNegation(b, a) ? [other, one]
            : null;
    }

    /// <summary>The place of a text among a flag's two levels, where it is another way to write one of them, as TRUE of true or 1
    /// of yes; -1 where it is none.</summary>
    public static int IndexIn(IReadOnlyList<string> levels, string text)
    {
        var plain = Plain(text);
        if (levels.Count != 2 || plain.Length == 0)
        {
            return -1;
        }

        var (no, yes) = (Plain(levels[0]), Plain(levels[1]));
        return no == yes ? -1
            : plain == no ? 0
            : plain == yes ? 1
            : !Truths.Contains((no, yes)) ? -1
            : Truths.Any(pair => pair.No == plain) ? 0
            : Truths.Any(pair => pair.Yes == plain) ? 1
            : -1;
    }

    // "not employed" of "employed", "nonsmoker" of "smoker", "no disease" of "disease".
    private static bool IsNegation(string negated, string word)
        => word.Length > 1 && (negated == "no" || ((string[])["no ", "not ", "non ", "non", "un", "no"])
            .Any(negation => negated == negation + word));

    private static string Plain(string text)
        => text.Length == 1 ? text.ToLowerInvariant()
            : text.Trim().ToLowerInvariant().Replace('-', ' ').Replace('_', ' ');
}
