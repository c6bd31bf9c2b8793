using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Vae.Model;

/// <summary>The conditions of drawn rows: texts of known columns, read as the columns' own values are.</summary>
internal static class Conditions
{
    private const int MostShown = 20;

    /// <summary>Reads the conditions.</summary>
    /// <param name="schema">The model's schema.</param>
    /// <param name="where">The text of each known column by name.</param>
    /// <returns>A value for each feature in its own units; NaN for columns without a condition.</returns>
    /// <exception cref="ArgumentException">There is no such column, it is not modelled, or its text cannot be read; the message
    /// lists what is possible.</exception>
    public static double[] Read(TableSchema schema, IReadOnlyDictionary<string, string> where)
    {
        var values = new double[schema.Modelled.Count];
        Array.Fill(values, double.NaN);
        foreach (var (name, text) in where)
        {
            if (!TryRead(schema, name, text, out var condition, out var wrong))
            {
                throw new ArgumentException(wrong, nameof(where));
            }

            if (condition.Feature >= 0)
            {
                values[condition.Feature] = condition.Value;
            }
        }

        return values;
    }

    /// <summary>Reads one condition.</summary>
    /// <param name="schema">The model's schema.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="text">Its text.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="wrong">The reason why there can be none, with what is possible; null where it can be.</param>
    /// <returns>Whether it can be.</returns>
    public static bool TryRead(
        TableSchema schema, string name, string? text, out Condition condition, [NotNullWhen(false)] out string? wrong)
    {
        condition = default;
        var column = schema.Columns.FirstOrDefault(one => one.Name == name);
        if (column is null || column.Kind is ColumnKind.Id or ColumnKind.Ignore)
        {
            wrong = $"A condition is on column '{Printable.Cut(name)}', which the model does not "
                + $"{(column is null ? "have" : "know: it is no value of a row")}. "
                + $"The columns are {ColumnNames.Shown(schema.Modelled.Select(one => one.Name))}.";
            return false;
        }

        var value = Value(column, text);
        if (double.IsNaN(value))
        {
            wrong = $"{Given(name, text)}, {Wanted(column)}.";
            return false;
        }

        condition = new Condition(Feature(schema, column), value, Text(column, value, text!));
        var only = column.Levels.Count > 0 ? 0 : column.Least;
        wrong = condition.Feature >= 0 || value == only ? null
            : $"{Given(name, text)}, but the column has one value: '{Printable.Cut(ValueTexts.OfConstant(column))}'.";
        return wrong is null;
    }

    // NaN where the text is no value of the column.
    private static double Value(ColumnSchema column, string? text)
    {
        using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add(column.Name, typeof(string));
        table.Rows.Add(text);
        using var reader = table.CreateDataReader();
        using var cells = new TableCoder(reader, new TableOptions { Schema = new TableSchema([column]) })
            .Code(progress: null, CancellationToken.None);
        Span<Cell> cell = stackalloc Cell[1];
        cells.Read(0, cell);
        var value = new ColumnReader(column, cells, 0).Value(cell[0]);
        var isValue = column.Kind switch
        {
            ColumnKind.Count => value >= 0 && double.IsInteger(value),
            ColumnKind.Positive => value > 0 || (value == 0 && column.Least == 0),
            _ => true,
        };
        return isValue ? value : double.NaN;
    }

    // As the column writes its own values, where that changes none.
    private static string Text(ColumnSchema column, double value, string text)
    {
        if (column.Kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal)
        {
            return value < column.Levels.Count ? column.Levels[(int)value] : text;
        }

        var own = CellTexts.OfNumber(value, new CellNotation(column.Decimals, column.Width, column.DateFormat));
        return Value(column, own) == value ? own : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Wanted(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal
            => $"which is none of its levels: {Shown([.. column.Levels, .. column.PooledLevels])}",
        ColumnKind.Date => $"but its values are dates written as {Printable.Cut(column.DateFormat)}, {Range(column)}",
        ColumnKind.Count => $"but its values are whole numbers of 0 or above, {Range(column)}",
        ColumnKind.Positive => $"but its values are numbers {(column.Least == 0 ? "of 0 or above" : "above 0")}, {Range(column)}",
        _ => $"but its values are numbers, {Range(column)}",
    };

    private static string Range(ColumnSchema column)
        => $"from {ValueTexts.Of(column, column.Least)} to {ValueTexts.Of(column, column.Largest)}";

    private static string Given(string name, string? text)
        => $"The condition on column '{Printable.Cut(name)}' is '{Printable.Cut(text)}'";

    private static string Shown(string[] levels)
        => string.Join(", ", levels.Take(MostShown).Select(level => $"'{Printable.Cut(level)}'"))
            + (levels.Length > MostShown ? $" and {levels.Length - MostShown} more" : "");

    private static int Feature(TableSchema schema, ColumnSchema column)
    {
        var feature = 0;
        foreach (var modelled in schema.Modelled)
        {
            if (modelled.Name == column.Name)
            {
                return feature;
            }

            feature++;
        }

        return -1;
    }

    /// <summary>A condition on one column.</summary>
    /// <param name="Feature">The feature; -1 where the column has one value, which is the condition's.</param>
    /// <param name="Value">The value in the feature's own units.</param>
    /// <param name="Text">The value as the column writes its own; of a pooled level and of a number with more digits as
    /// given.</param>
    public readonly record struct Condition(int Feature, double Value, string Text);
}
