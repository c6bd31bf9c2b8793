using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>A column of a table as people read it.</summary>
internal static class ColumnText
{
    private const int FewestLevels = 3;                               // shown of many
    private const int MostCharacters = 40;                            // of levels shown in full
    private const int MostOfText = 24;                                // of one text

    /// <summary>The name of the column's kind.</summary>
    public static string KindOf(ColumnSchema column) => KindNames.All.NameOf(column.Kind);

    /// <summary>The column's levels, or its least and largest number; empty where its values are not kept.</summary>
    public static string ValuesOf(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Id or ColumnKind.Ignore => "",
        ColumnKind.Ordinal => LevelsOf(column, " < "),
        ColumnKind.Flag or ColumnKind.Category => LevelsOf(column, ", "),
        _ => RangeOf(column),
    };

    /// <summary>Some values, as they stand in the table.</summary>
    public static string ExamplesOf(ColumnFinding finding)
        => string.Join(", ", finding.Examples.Take(FewestLevels).Select(text => Shortened(Shown(text))));

    /// <summary>A number of the column as text, a date as a date.</summary>
    public static string NumberOf(ColumnSchema column, double number)
        => column.DateFormat is { } format && column.Kind == ColumnKind.Date && IsDate(number)
            ? DateTime.UnixEpoch.AddDays(number).ToString(format, CultureInfo.InvariantCulture)
            : double.Round(number, int.Clamp(column.Decimals, 0, 15)).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A text without commands to a terminal.</summary>
    public static string Shown(string text) => Printable.Cut(text);

    private static string RangeOf(ColumnSchema column)
        => double.IsNaN(column.Least) ? ""
            : column.Least == column.Largest ? $"only {NumberOf(column, column.Least)}"
            : $"{NumberOf(column, column.Least)} to {NumberOf(column, column.Largest)}";

    // All levels where they are short, else their number and the first ones.
    private static string LevelsOf(ColumnSchema column, string between)
    {
        var levels = column.Levels.Select(level => Shortened(Shown(level))).ToArray();
        var all = string.Join(between, levels);
        var pooled = column.PooledLevels.Count > 0 ? $" and {column.PooledLevels.Count:N0} pooled" : "";
        return pooled.Length == 0 && (all.Length <= MostCharacters || levels.Length <= FewestLevels)
            ? all
            : $"{levels.Length}{pooled}: {string.Join(between, levels.Take(FewestLevels))}{between}...";
    }

    private static bool IsDate(double days) => days > -719_162 && days < 2_932_896;  // the years 1 to 9999

    private static string Shortened(string text) => text.Length <= MostOfText ? text : $"{text[..(MostOfText - 3)]}...";
}
