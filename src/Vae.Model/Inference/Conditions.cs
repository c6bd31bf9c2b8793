using System.Data;

namespace Vae.Model;

/// <summary>Reads the conditions of drawn rows: texts as the columns' own values are read.</summary>
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
        var modelled = schema.Modelled;
        var values = new double[modelled.Count];
        Array.Fill(values, double.NaN);
        foreach (var (name, text) in where)
        {
            var column = schema.Columns.FirstOrDefault(one => one.Name == name);
            var feature = column is null ? -1 : IndexOf(modelled, name);
            if (feature >= 0)
            {
                values[feature] = Value(column!, text);
            }
            else if (column is null || column.Kind is ColumnKind.Id or ColumnKind.Ignore)
            {
                throw new ArgumentException(
                    $"A condition is on column '{Printable.Cut(name)}', which the model does not "
                    + $"{(column is null ? "have" : "know: it is no value of a row")}. "
                    + $"The columns are {ColumnNames.Shown(modelled.Select(one => one.Name))}.",
                    nameof(where));
            }
            else if (ValueTexts.OfConstant(column) is var only && only != ValueTexts.Of(column, Value(column, text)))
            {
                throw new ArgumentException(
                    $"{Given(name, text)}, but the column has one value: '{Printable.Cut(only)}'.", nameof(where));
            }
        }

        return values;
    }

    private static double Value(ColumnSchema column, string? text)
    {
        using var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Columns.Add(column.Name, typeof(string));
        table.Rows.Add(text);
        using var reader = table.CreateDataReader();
        using var cells = new TableCoder(reader, new TableOptions { Schema = new TableSchema([column]) })
            .Code(progress: null, CancellationToken.None);
        Span<Cell> cell = stackalloc Cell[1];
        cells.Read(0, cell);
        var value = new ColumnReader(column, cells, 0).Value(cell[0]);
        var isCount = column.Kind != ColumnKind.Count || (value >= 0 && double.IsInteger(value));
        return !double.IsNaN(value) && isCount ? value
            : throw new ArgumentException($"{Given(column.Name, text)}, {Wanted(column)}.");
    }

    private static string Wanted(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal
            => $"which is none of its levels: {Shown([.. column.Levels, .. column.PooledLevels])}",
        ColumnKind.Date => $"but its values are dates written as {Printable.Cut(column.DateFormat)}, "
            + $"from {ValueTexts.Of(column, column.Least)} to {ValueTexts.Of(column, column.Largest)}",
        ColumnKind.Count => "but its values are whole numbers of 0 or above, "
            + $"from {ValueTexts.Of(column, column.Least)} to {ValueTexts.Of(column, column.Largest)}",
        _ => $"but its values are numbers, from {ValueTexts.Of(column, column.Least)} to {ValueTexts.Of(column, column.Largest)}",
    };

    private static string Given(string name, string? text)
        => $"The condition on column '{Printable.Cut(name)}' is '{Printable.Cut(text)}'";

    private static string Shown(string[] levels)
        => string.Join(", ", levels.Take(MostShown).Select(level => $"'{Printable.Cut(level)}'"))
            + (levels.Length > MostShown ? $" and {levels.Length - MostShown} more" : "");

    private static int IndexOf(IReadOnlyList<ColumnSchema> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
