using static System.FormattableString;

namespace Vae.Model;

/// <summary>Infers the kind of a column whose values are texts, or texts and numbers.</summary>
/// <param name="column">The column.</param>
/// <param name="words">The words of its name.</param>
/// <param name="mostLevels">The most levels of a category that are not pooled.</param>
internal sealed class TextKinds(ColumnProfile column, ColumnWords words, int mostLevels)
{
    private const double LengthOfProse = 40;
    private const double MostRepeated = 0.9;                          // of rows; more different texts are names

    private readonly IReadOnlyList<Level>? _levels = ColumnLevels.Of(column);

    /// <summary>The kind of the column.</summary>
    public KindDecision Decide() => TooMany() ?? Constant() ?? Flag() ?? AllDifferent() ?? Ordinal() ?? FreeText() ?? Category();

    private int Different => _levels!.Count;

    private KindDecision? TooMany() => _levels is not null ? null
        : Id($"texts of too many kinds for a category (more than {ColumnLevels.MostListed:N0}, or than are kept in memory)");

    private KindDecision? Constant() => Different > 1 || column.Values < 2 ? null
        : new KindDecision(ColumnKind.Category, "one text in all rows").With(ColumnNotes.Constant);

    private KindDecision? Flag()
    {
        if (Different != 2)
        {
            return null;
        }

        var (one, other) = (_levels![0].Text, _levels[1].Text);
        var order = FlagWords.Order(one, other) ?? OrderedTexts.Find([one, other], words);
        return order is null && column.Values == 2 ? null
            : new KindDecision(ColumnKind.Flag, $"two texts, {Printable.Cut(one)} and {Printable.Cut(other)}")
            {
                Levels = order ?? [.. new[] { one, other }.Order(StringComparer.Ordinal)],
            };
    }

    private KindDecision? AllDifferent() => Different < column.Values ? null
        : Id(column.Values == 1 ? "one text" : "all texts are different");

    private KindDecision? Ordinal() => OrderedTexts.Find([.. _levels!.Select(level => level.Text)], words) is { } order
        ? new KindDecision(ColumnKind.Ordinal, $"{Different} texts with a known order") { Levels = order }
            .With($"the order {Shown(order)}? otherwise {Advice(ColumnKind.Category)}")
        : null;

    private KindDecision? FreeText()
    {
        var isProse = column.Texts.MeanLength > LengthOfProse && Different > mostLevels;
        var areNames = Different > MostRepeated * column.Values || (2L * Different > column.Values && (words.IsTitle || words.IsId
            || column.Texts.MeanLength > LengthOfProse));
        return areNames && Different > 2
            ? Id(Invariant($"{Different} different texts in {column.Values} rows: names or free text"))
            : isProse ? Id("long texts")
            : words.IsId && Different > mostLevels ? Id("named as an ID")
            : null;
    }

    private KindDecision Category()
    {
        var decision = new KindDecision(ColumnKind.Category, Invariant($"{Different} different texts"));
        return Different <= mostLevels ? decision
            : decision.With(Invariant(
                $"the {Different - mostLevels + 1} rarest of {Different} levels are pooled as one ")
                + Invariant($"(TableOptions.MostLevels = {mostLevels}): ")
                + $"drawn by their frequencies; otherwise {Advice(ColumnKind.Id)}");
    }

    private KindDecision Id(string why) => new KindDecision(ColumnKind.Id, why)
        .With($"left out, and passed through to results; otherwise {Advice(ColumnKind.Category)}");

    private string Advice(ColumnKind kind) => KindAdvice.Set(column.Name, kind);

    private static string Shown(IReadOnlyList<string> order)
        => string.Join(" < ", (order.Count <= 6 ? order : [.. order.Take(2), "...", order[^1]]).Select(Printable.Cut));
}
