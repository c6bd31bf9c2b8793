using static System.FormattableString;

namespace Vae.Math;

/// <summary>Gradients whose right numbers are in wrong places, or which are wrong in some rows or columns alone.</summary>
internal static class Places
{
    private const int MostListed = 6;

    /// <summary>The transpose of the right gradient, or the right numbers in the other order of memory.</summary>
    public static GradientDiagnosis? Transposed(GradientEvidence seen, int[] wrong)
    {
        var (rows, columns) = (seen.Rows, seen.Columns);
        if (rows == 1 || columns == 1)
        {
            return null;
        }

        // Entry i of memory is [i % rows, i / rows] column by column; row by row it would be [i / columns, i % columns].
        if (GradientFit.Rearranged(seen, i => (i / columns) + (i % columns * rows)))
        {
            return new(GradientPattern.Transposed, wrong.Length, rows == columns
                ? "It is the transposed of what it should be: usually X dY^T for dY X^T, or W for W^T."
                : Invariant($"The right numbers of this {rows} x {columns} matrix stand row by row in memory: ")
                    + "usually written as another library's row-major array. Matrices here are column by column.");
        }

        return GradientFit.Rearranged(seen, i => (seen.Row(i) * columns) + seen.Column(i))
            ? new(GradientPattern.Transposed, wrong.Length, Invariant(
                $"Read row by row, it is the numbers of this {rows} x {columns} matrix as they should stand in memory, ")
                + "column by column: usually a column-major array is taken for another library's row-major one.")
            : null;
    }

    /// <summary>One wrong entry, row or column, or some, while all others are right.</summary>
    public static GradientDiagnosis? OfSome(GradientEvidence seen, int[] wrong)
    {
        if (wrong.Length == 1 && seen.Count > 1)
        {
            return new(GradientPattern.OneEntry, 1, Invariant(
                $"Only {seen.Place(wrong[0])} is wrong of {seen.Count} entries: ")
                + $"usually an index or the end of a loop, or a special case of one value.{Factors.Of(seen, wrong)}");
        }

        return Lines(seen, wrong, Row, seen.Rows, "row") is { } rows ? new(GradientPattern.SomeRows, wrong.Length, rows)
            : Lines(seen, wrong, Column, seen.Columns, "column") is { } columns
                ? new(GradientPattern.SomeColumns, wrong.Length, columns)
            : null;
    }

    /// <summary>The entries of a row.</summary>
    public static int[] Row(GradientEvidence seen, int row, int rows)
        => [.. Enumerable.Range(0, seen.Columns).Select(column => (column * rows) + row)];

    /// <summary>The entries of a column.</summary>
    public static int[] Column(GradientEvidence seen, int column, int columns)
        => [.. Enumerable.Range(column * seen.Rows, seen.Rows)];

    /// <summary>Some numbers in words; the first few where they are many.</summary>
    public static string Numbers(double[] numbers)
        => string.Join(", ", numbers.Take(MostListed).Select(number => Invariant($"{number:G4}")))
            + (numbers.Length > MostListed ? ", ..." : "");

    // Lines count as wrong where all entries are (except those that are 0 on both sides), and some lines are right.
    private static string? Lines(
        GradientEvidence seen, int[] wrong, Func<GradientEvidence, int, int, int[]> entriesOf, int count, string noun)
    {
        int[] lines = [.. Enumerable.Range(0, count).Where(line => entriesOf(seen, line, count).Any(seen.IsWrong))];
        if (lines.Length == count
            || !lines.SelectMany(line => entriesOf(seen, line, count)).All(i => seen.IsWrong(i) || IsNothing(seen, i)))
        {
            return null;
        }

        var isFirst = lines[^1] == lines.Length - 1;
        var isLast = lines[0] == count - lines.Length;
        var which = lines.Length == 1 ? $"{noun} {lines[0]}" : $"{noun}s {Numbers([.. lines.Select(line => (double)line)])}";
        var ones = lines.Length == 1 ? "" : " ones";
        var where = isLast ? $", the last{ones}" : isFirst ? $", the first{ones}" : "";
        var usually = isFirst || isLast
            ? "usually the bound of a loop, or the remainder of a block"
            : "usually a mask, an index or a branch that goes by it";
        var verb = lines.Length == 1 ? "is" : "are";
        return Invariant($"Only {which} of {count}{where} {verb} wrong, throughout: {usually}.{Factors.Of(seen, wrong)}");
    }

    private static bool IsNothing(GradientEvidence seen, int index)
        => double.Abs(seen.Gradient[index]) <= GradientCheck.Floor && double.Abs(seen.Expected[index]) <= GradientCheck.Floor;
}
