using static System.FormattableString;

namespace Vae.Model;

/// <summary>Infers the kind of a column from its profile: a pure function, in rules of which the first that holds
/// decides.</summary>
internal static class KindInference
{
    private const double FewTexts = 0.05;                             // share of texts that are read as holes among numbers

    private static readonly HashSet<string> MissingWords = new(StringComparer.OrdinalIgnoreCase)
    {
        ".", "..", "...", "-", "--", "---", "_", "*", "**", "x", "none", "unknown", "unk", "missing", "miss", "n.a.", "n.a",
        "na.", "nd", "n.d.",
        "not available", "not applicable", "not reported", "not recorded", "no data", "undefined", "blank", "empty", "nil", "tbd",
        "refused", "don't know", "dk", "inap", "inapplicable", "no answer", "\u2013", "\u2014", "#value!", "#div/0!", "#ref!",
        "(null)",
        "<null>", "(missing)", "[missing]", "(blank)", "<none>", "\\n",
    };

    /// <summary>Infers the kind.</summary>
    /// <param name="column">The column's profile.</param>
    /// <param name="mostLevels">The most levels of a category.</param>
    public static KindDecision Of(ColumnProfile column, int mostLevels)
    {
        var words = new ColumnWords(column.Name);
        return column.Values == 0 ? new KindDecision(ColumnKind.Ignore, "no value in any row").With("no value: left out")
            : column.Texts.Count == 0 ? new NumberKinds(column, words).Decide()
            : column.Numbers.Count == 0 ? new TextKinds(column, words, mostLevels).Decide()
            : Mixed(column, words, mostLevels);
    }

    /// <summary>The texts of a column of numbers that are words for a missing value.</summary>
    public static IReadOnlyList<string> MissingIn(ColumnProfile column)
        => [.. column.Texts.Different.Where(pair => MissingWords.Contains(pair.Text)).Select(pair => pair.Text)];

    private static KindDecision Mixed(ColumnProfile column, ColumnWords words, int mostLevels)
    {
        var missing = MissingIn(column);
        var (texts, numbers) = (column.Texts, column.Numbers.Count);
        var others = texts.Count - texts.Different.Where(pair => missing.Contains(pair.Text)).Sum(pair => pair.Count);
        var isNumeric = others == 0 ? numbers * 2 >= column.Values : others <= FewTexts * column.Values;
        if (!isNumeric || (others > 0 && IsScale(column, words)))
        {
            return new TextKinds(column, words, mostLevels).Decide();
        }

        var decision = new NumberKinds(column, words).Decide() with { Missing = missing };
        return others == 0
            ? decision.With($"{Shown(missing)} ({Rows(texts.Count)}): read as missing")
            : decision.With(
                $"{Rows(others)} with texts such as '{Printable.Cut(Example(column, missing))}' among numbers: read as missing; "
                + $"otherwise {KindAdvice.Set(column.Name, ColumnKind.Category)}");
    }

    // 0, 1, 2, 3+
    private static bool IsScale(ColumnProfile column, ColumnWords words)
        => column.Numbers.Different is { Count: < 30 } && ColumnLevels.Of(column) is { } levels
            && OrderedTexts.Find([.. levels.Select(level => level.Text)], words) is not null;

    private static string Example(ColumnProfile column, IReadOnlyList<string> missing)
        => column.Texts.Different.FirstOrDefault(pair => !missing.Contains(pair.Text)).Text ?? column.Texts.Different[0].Text;

    private static string Shown(IReadOnlyList<string> texts)
        => string.Join(", ", texts.Take(5).Select(text => $"'{Printable.Cut(text)}'")) + (texts.Count > 5 ? " and others" : "");

    private static string Rows(long count) => count == 1 ? "1 row" : Invariant($"{count} rows");
}
