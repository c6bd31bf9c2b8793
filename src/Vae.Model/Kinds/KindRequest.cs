using static System.FormattableString;

namespace Vae.Model;

/// <summary>Checks that a column's values fit a kind that is said, and refuses a kind that cannot hold them.</summary>
internal static class KindRequest
{
    /// <summary>The decision for a kind that is said.</summary>
    /// <exception cref="ArgumentException">A value does not fit the kind; the message names it and its line.</exception>
    public static KindDecision Decide(ICells cells, ColumnProfile column, ColumnKind kind, int mostLevels)
    {
        var decision = new KindDecision(kind, "as said");
        switch (kind)
        {
            case ColumnKind.Id or ColumnKind.Ignore:
                return decision;
            case ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal:
                return Levels(cells, column, decision, mostLevels);
            case ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count or ColumnKind.Date:
                return Numbers(cells, column, decision);
            default:
                throw new ArgumentException($"There is no such kind: {kind}.");
        }
    }

    private static KindDecision Numbers(ICells cells, ColumnProfile column, KindDecision decision)
    {
        var (numbers, texts) = (column.Numbers, column.Texts);
        if (numbers.Count < texts.Count || (numbers.Count == 0 && column.Values > 0))
        {
            throw Refusal(cells, column, decision.Kind, cell => !cell.IsHole && !cell.IsNumber, "numbers", Proposal(column));
        }

        if (decision.Kind == ColumnKind.Date && !column.HasDates && numbers.Count > 0)
        {
            throw Refusal(
                cells, column, decision.Kind, cell => cell.IsNumber, "days",
                "Give the pattern of its dates (TableOptions.DateFormat), or another kind: "
                    + KindAdvice.Set(column.Name, ColumnKind.Real));
        }

        if (decision.Kind == ColumnKind.Count && (numbers.Least < 0 || (numbers.Count > 0 && !numbers.AllWhole)))
        {
            throw Refusal(
                cells, column, decision.Kind, cell => cell.IsNumber && (cell.Number < 0 || !double.IsInteger(cell.Number)),
                "whole numbers of 0 or above", Other(column, ColumnKind.Real));
        }

        if (decision.Kind == ColumnKind.Positive && numbers.Least < 0)
        {
            throw Refusal(
                cells, column, decision.Kind, cell => cell.IsNumber && cell.Number < 0, "numbers of 0 or above",
                Other(column, ColumnKind.Real));
        }

        var missing = KindInference.MissingIn(column);
        return decision with
        {
            Missing = missing,
            Note = texts.Count == 0 ? null : Invariant($"{texts.Count} rows have texts among numbers: read as missing"),
        };
    }

    private static KindDecision Levels(ICells cells, ColumnProfile column, KindDecision decision, int mostLevels)
    {
        var levels = ColumnLevels.Of(column) ?? throw new ArgumentException(
            $"Column '{Printable.Cut(column.Name)}' has too many different values for the kind {decision.Kind}: more than "
            + $"{(column.Numbers.Different is null ? NumberCount.MostDifferent : ColumnLevels.MostListed):N0}. "
            + Other(column, column.Texts.Count > 0 ? ColumnKind.Id : ColumnKind.Real));
        var texts = levels.Select(level => level.Text).ToArray();
        if (decision.Kind == ColumnKind.Flag)
        {
            var third = texts.Length <= 2 ? null : texts[2];
            return third is null ? decision with { Levels = FlagOrder(texts) }
                : throw Refusal(
                    cells, column, decision.Kind, (row, cell) => CellTexts.Of(cells, column.Place, cell) == third,
                    "two different values", Other(column, ColumnKind.Category));
        }

        if (decision.Kind == ColumnKind.Category)
        {
            return levels.Count <= mostLevels ? decision
                : decision.With(Invariant(
                    $"the {levels.Count - mostLevels + 1} rarest of {levels.Count} levels are pooled as one ")
                    + Invariant($"(TableOptions.MostLevels = {mostLevels})"));
        }

        var known = levels.All(level => double.IsFinite(level.Number)) ? null
            : OrderedTexts.Find(texts, new ColumnWords(column.Name));
        return known is not null ? decision with { Levels = known }
            : levels.All(level => double.IsFinite(level.Number)) ? decision
            : (decision with { Levels = [.. texts.Order(StringComparer.Ordinal)] })
                .With("the order of the levels is unknown, and is the alphabet's: put them in order in a schema file");
    }

    /// <summary>The order of a flag's texts.</summary>
    public static IReadOnlyList<string>? FlagOrder(string[] texts)
        => texts.Length != 2 ? null
            : FlagWords.Order(texts[0], texts[1]) ?? OrderedTexts.Find(texts, new ColumnWords(""));

    private static string Proposal(ColumnProfile column)
        => Other(column, KindInference.Of(column, int.MaxValue).Kind is var found && IsOfNumbers(found) ? ColumnKind.Category
            : found);

    private static bool IsOfNumbers(ColumnKind kind)
        => kind is ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count or ColumnKind.Date;

    private static string Other(ColumnProfile column, ColumnKind kind)
        => $"Give it another kind: {KindAdvice.Set(column.Name, kind)}";

    private static ArgumentException Refusal(
        ICells cells, ColumnProfile column, ColumnKind kind, Func<Cell, bool> isWrong, string expected, string remedy)
        => Refusal(cells, column, kind, (_, cell) => isWrong(cell), expected, remedy);

    private static ArgumentException Refusal(
        ICells cells, ColumnProfile column, ColumnKind kind, Func<int, Cell, bool> isWrong, string expected, string remedy)
    {
        var place = "";
        CellBlocks.Visit(cells, 1 << 16, block =>
        {
            for (var row = 0; place.Length == 0 && row < block.Rows; row++)
            {
                var cell = block.Cells.Span[(row * block.Columns) + column.Place];
                if (isWrong(block.First + row, cell))
                {
                    var text = Printable.Cut(CellTexts.Of(cells, column.Place, cell));
                    place = Invariant($" '{text}' in line {cells.LineOf(block.First + row)}");
                }
            }
        });
        return new ArgumentException(
            $"Column '{Printable.Cut(column.Name)}' cannot have the kind {kind}: "
            + $"expected {expected}, but found{place}. {remedy}.");
    }
}
