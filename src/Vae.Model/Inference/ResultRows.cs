using System.Data;

namespace Vae.Model;

/// <summary>The rows of a result: the texts of IDs, then of all other columns but those to ignore, in the schema's
/// order.</summary>
internal sealed class ResultRows
{
    private readonly Place[] _places;

    /// <summary>Makes the layout.</summary>
    /// <param name="schema">The model's schema.</param>
    public ResultRows(TableSchema schema)
    {
        var feature = 0;
        var all = schema.Columns.Select((column, number)
            => new Place(column, number, schema.IsModelled(column) ? feature++ : -1, ValueTexts.OfConstant(column))).ToArray();
        _places =
        [
            .. all.Where(place => place.Column.Kind == ColumnKind.Id),
            .. all.Where(place => place.Column.Kind is not (ColumnKind.Id or ColumnKind.Ignore)),
        ];
        Columns = [.. _places.Select(place => place.Column.Name)];
    }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Finds the missing values of a row, those of IDs aside.</summary>
    /// <param name="source">The row.</param>
    /// <param name="features">The features that are missing, at the front; overwritten.</param>
    /// <returns>The number of missing values, and of those of them that are features.</returns>
    public (int All, int Modelled) Missing(in ModelRows.Row source, Span<int> features)
    {
        var (all, modelled) = (0, 0);
        foreach (var place in _places)
        {
            var isMissing = place.Column.Kind != ColumnKind.Id && source.IsMissing(place.Number);
            all += isMissing && (place.Feature >= 0 || place.Constant.Length > 0) ? 1 : 0;
            if (isMissing && place.Feature >= 0)
            {
                features[modelled++] = place.Feature;
            }
        }

        return (all, modelled);
    }

    /// <summary>Fills in the missing values of a row.</summary>
    /// <param name="source">The row.</param>
    /// <param name="values">A value for each feature, in its own units; only those of missing features are read.</param>
    /// <param name="pooled">Uniform numbers for pooled levels, one for each feature; empty for point estimates.</param>
    /// <param name="texts">A text for each column; overwritten.</param>
    public void Fill(in ModelRows.Row source, ReadOnlySpan<double> values, ReadOnlySpan<double> pooled, Span<string> texts)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            var place = _places[i];
            texts[i] = place.Column.Kind == ColumnKind.Id || !source.IsMissing(place.Number)
                ? source.Text(place.Number)
                : Of(place, values, pooled);
        }
    }

    /// <summary>Writes a row that the model made of another: IDs and columns that are not modelled stay.</summary>
    /// <param name="source">The row.</param>
    /// <param name="values">A value for each feature, in its own units.</param>
    /// <param name="texts">A text for each column; overwritten.</param>
    public void Replace(in ModelRows.Row source, ReadOnlySpan<double> values, Span<string> texts)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            var place = _places[i];
            texts[i] = place.Feature >= 0 || (place.Column.Kind != ColumnKind.Id && source.IsMissing(place.Number))
                ? Of(place, values, pooled: [])
                : source.Text(place.Number);
        }
    }

    /// <summary>Writes a row that was drawn: its IDs are empty.</summary>
    /// <param name="values">A value for each feature, in its own units.</param>
    /// <param name="pooled">Uniform numbers for pooled levels, one for each feature.</param>
    /// <param name="given">The texts of columns under conditions.</param>
    /// <param name="texts">A text for each column; overwritten.</param>
    public void Draw(
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> pooled,
        IReadOnlyDictionary<string, string>? given,
        Span<string> texts)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            var place = _places[i];
            texts[i] = given is not null && given.TryGetValue(place.Column.Name, out var text) ? text : Of(place, values, pooled);
        }
    }

    /// <summary>Makes an empty table of the result.</summary>
    public DataTable NewTable()
    {
        var table = new DataTable { Locale = System.Globalization.CultureInfo.InvariantCulture };
        foreach (var name in Columns)
        {
            table.Columns.Add(name, typeof(string));
        }

        return table;
    }

    /// <summary>Adds a row to a table of the result; an empty text is a missing value.</summary>
    public static void Add(DataTable table, ReadOnlySpan<string> texts)
    {
        var row = table.NewRow();
        for (var i = 0; i < texts.Length; i++)
        {
            row[i] = texts[i].Length == 0 ? DBNull.Value : texts[i];
        }

        table.Rows.Add(row);
    }

    private static string Of(in Place place, ReadOnlySpan<double> values, ReadOnlySpan<double> pooled)
        => place.Feature < 0 ? place.Constant
            : ValueTexts.Of(place.Column, values[place.Feature], pooled.IsEmpty ? double.NaN : pooled[place.Feature]);

    // Feature is -1 where the column is not modelled.
    private readonly record struct Place(ColumnSchema Column, int Number, int Feature, string Constant);
}
