using System.Globalization;

namespace Vae.Model;

/// <summary>The columns that a model learns, and the numbers of their levels.</summary>
internal static class ColumnValues
{
    /// <summary>Whether the column's values are numbers: a number, a date, a flag, or levels that are all numbers.</summary>
    public static bool AreNumbers(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count or ColumnKind.Date or ColumnKind.Flag => true,
        ColumnKind.Category or ColumnKind.Ordinal
            => column.Levels.Count > 0 && column.Levels.Concat(column.PooledLevels).All(text => double.IsFinite(Number(text))),
        _ => false,
    };

    /// <summary>Whether the column is modelled by its kind: it has values that differ. A column with one value says nothing of a
    /// row.</summary>
    public static bool AreModelled(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count or ColumnKind.Date => !(column.Least == column.Largest),
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => LevelsOf(column) > 1,
        _ => false,
    };

    /// <summary>The number of levels, the pooled one included.</summary>
    public static int LevelsOf(ColumnSchema column) => column.Levels.Count + (column.PooledLevels.Count > 0 ? 1 : 0);

    /// <summary>The number of each level: 0 and 1 of a flag, the level's own where all are numbers, else its place. The last one
    /// is the pooled level's, the mean of its levels.</summary>
    public static double[] OfLevels(ColumnSchema column)
    {
        var places = Enumerable.Range(0, column.Levels.Count + 1).Select(place => (double)place).ToArray();
        if (column.Kind == ColumnKind.Flag || !AreNumbers(column))
        {
            return places;
        }

        var rows = column.PooledCounts.Sum(count => (double)count);
        var pooled
            = column.PooledLevels.Zip(column.PooledCounts, (text, count) => Number(text) * count).Sum() / double.Max(1, rows);
        return [.. column.Levels.Select(Number), pooled];
    }

    private static double Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
