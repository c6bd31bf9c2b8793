using System.Globalization;

namespace Vae.Benchmarks;

/// <summary>Compares a table that was read with its values by an independent reader; <c>benchmarks/tables/README.md</c> says what
/// equal means.</summary>
internal static class TableComparison
{
    private const double Tolerance = 1e-12;                           // R writes 15 digits: off by at most 5e-15 of the number

    private static readonly HashSet<string> Holes =
    [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL",
        "NaN", "n/a", "nan", "null", "?",
    ];

    /// <summary>Describes how a table differs from its reference.</summary>
    /// <param name="reference">The true values.</param>
    /// <param name="rows">The rows that were read.</param>
    /// <param name="names">The names that were read.</param>
    /// <param name="text">The text of a cell by row and column; null for a hole.</param>
    /// <returns>The first difference and the number of wrong cells; null where there is none.</returns>
    public static string? Difference(
        TableReference reference, int rows, IReadOnlyList<string> names, Func<int, int, string?> text)
    {
        if (names.Count != reference.Columns.Length || rows != reference.Rows.Count)
        {
            return $"{reference.Rows.Count} rows of {reference.Columns.Length} columns are expected, but {rows} of {names.Count} "
                + $"found ({string.Join(", ", names.Take(3))})";
        }

        for (var i = 0; i < names.Count && reference.HasHeader; i++)
        {
            var expected = reference.Columns[i].Trim();
            if (expected.Length > 0 && names[i].Trim() != expected)
            {
                return $"column {i + 1} is named '{names[i]}' instead of '{expected}'";
            }
        }

        string? first = null;
        var wrong = 0;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < names.Count; column++)
            {
                var (expected, found) = (reference.Rows[row][column], text(row, column));
                if (!AreEqual(expected, found))
                {
                    wrong++;
                    first ??= $"row {row + 1}, column '{names[column]}': {expected} is expected, "
                        + $"but {(found is null ? "a hole" : $"'{found}'")} found";
                }
            }
        }

        return first is null ? null : $"{first}; {wrong} of {rows * (long)names.Count} cells are wrong";
    }

    /// <summary>Whether a text that was read has the true value.</summary>
    public static bool AreEqual(TrueCell expected, string? found)
    {
        var ours = found?.Trim();
        if (expected.IsHole || ours is null || IsHole(ours))
        {
            return expected.IsHole && (ours is null || IsHole(ours));
        }

        var truth = expected.Text?.Trim();
        if (truth == ours)
        {
            return true;
        }

        if (truth is null || TryNumber(truth, out _))
        {
            var number = expected.Number;
            return (truth is null || TryNumber(truth, out number))
                && ((TryNumber(ours, out var mine) && AreNear(number, mine)) || IsFlag(number, ours));
        }

        return (TryFlag(truth, out var flag) && TryFlag(ours, out var mineFlag) && flag == mineFlag)
            || (TryMoment(truth, out var moment) && TryMoment(ours, out var mineMoment) && moment == mineMoment);
    }

    private static bool IsHole(string text)
        => Holes.Contains(text) || (TryNumber(text, out var number) && !double.IsFinite(number));

    private static bool AreNear(double a, double b)
        => a == b || double.Abs(a - b) <= Tolerance * double.Max(double.Abs(a), double.Abs(b));

    private static bool IsFlag(double number, string text) => TryFlag(text, out var flag) && number == (flag ? 1 : 0);

    private static bool TryNumber(string text, out double number)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool TryFlag(string text, out bool flag)
    {
        flag = text is "TRUE" or "True" or "true" or "1";
        return flag || text is "FALSE" or "False" or "false" or "0";
    }

    private static bool TryMoment(string text, out DateTime moment)
        => DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment);
}
