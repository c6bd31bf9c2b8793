namespace Vae.Model;

/// <summary>The texts of estimated and drawn values: as their column writes its own, and within its bounds.</summary>
internal static class ValueTexts
{
    private const int MostDecimals = 15;                              // that a double can be rounded to

    /// <summary>The text of a value.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">A number in the column's own units, or the place of a level.</param>
    /// <param name="uniform">A uniform number from 0 to 1, by which the text of the pooled level is drawn; NaN for its most
    /// frequent text.</param>
    public static string Of(ColumnSchema column, double value, double uniform = double.NaN) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal
            => (int)value < column.Levels.Count ? column.Levels[(int)value]
                : column.PooledLevels.Count == 0 ? ""
                : Pooled(column, uniform),
        _ => CellTexts.OfNumber(Within(column, value), new CellNotation(column.Decimals, column.Width, column.DateFormat)),
    };

    /// <summary>The text of the one value of a column that is not modelled; empty where it has none.</summary>
    /// <param name="column">The column.</param>
    public static string OfConstant(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Id or ColumnKind.Ignore => "",
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => ColumnValues.LevelsOf(column) > 0 ? Of(column, 0) : "",
        _ => double.IsFinite(column.Least) ? Of(column, column.Least) : "",
    };

    // Rounded to the column's decimals, clamped to the least and the largest number of the column where they are known.
    private static double Within(ColumnSchema column, double value)
    {
        var rounded = column.DateFormat is { } pattern ? (HasTime(pattern) ? value : double.Round(value))
            : column.Kind == ColumnKind.Count ? WholeCount(value)
            : double.Round(value, int.Clamp(column.Decimals, 0, MostDecimals));
        var above = rounded < column.Least ? column.Least : rounded; // bounds may be NaN
        return (above > column.Largest ? column.Largest : above) + 0.0; // no -0
    }

    /// <summary>The whole number of 0 or above next to a value, which a likelihood of real numbers may have drawn; NaN stays
    /// NaN.</summary>
    public static double WholeCount(double value) => double.Max(0, double.Round(value));

    private static bool HasTime(string pattern)
    {
        var isQuoted = false;
        foreach (var letter in pattern)
        {
            isQuoted ^= letter == '\'';
            if (!isQuoted && letter is 'H' or 'h' or 'm' or 's' or 'f' or 'F')
            {
                return true;
            }
        }

        return false;
    }

    private static string Pooled(ColumnSchema column, double uniform)
    {
        var known = column.PooledCounts.Count;
        var counts = column.PooledLevels.Select((_, i) => i < known ? (double)column.PooledCounts[i] : 1).ToArray();
        if (double.IsNaN(uniform))
        {
            return column.PooledLevels[Array.IndexOf(counts, counts.Max())];
        }

        var rest = uniform * counts.Sum();
        var level = 0;
        while (level < counts.Length - 1 && rest >= counts[level])
        {
            rest -= counts[level++];
        }

        return column.PooledLevels[level];
    }
}
