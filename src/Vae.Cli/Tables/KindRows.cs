using System.Globalization;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Writes the rows that a model of a table's columns gives, in the table's own form.</summary>
internal sealed class KindRows
{
    private readonly IdColumns _ids;
    private readonly bool[] _hasPoints;
    private readonly string[] _fields;
    private readonly int _before;

    /// <summary>Makes the writer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hasDecimalComma">Whether numbers are written with decimal commas.</param>
    /// <param name="table">The rows that are worked on, whose other IDs come first; null for none.</param>
    /// <param name="first">The name of a column before all others; null for none.</param>
    public KindRows(TableModel model, bool hasDecimalComma, Table? table = null, string? first = null)
    {
        var own = model.Columns;
        _ids = new IdColumns(table, own);
        var known = model.Schema.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        _hasPoints = [.. own.Select(name => hasDecimalComma && known.TryGetValue(name, out var column) && HasNumbers(column))];
        string[] before = first is null ? [] : [Free(first, own)];
        _before = before.Length;
        Names = [.. before, .. _ids.Before(own)];
        _fields = new string[Names.Count];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Writes a row.</summary>
    /// <param name="file">The file.</param>
    /// <param name="texts">The row as the model gives it.</param>
    /// <param name="row">Its number in the table.</param>
    /// <param name="first">The field of the column before all others, where there is one.</param>
    public void Write(CsvOutput file, ReadOnlySpan<string> texts, int row = 0, string? first = null)
    {
        if (_before > 0)
        {
            _fields[0] = first!;
        }

        var ids = _ids.Of(row);
        ids.CopyTo(_fields, _before);
        var own = _fields.AsSpan(_before + ids.Length);
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = _hasPoints[i] ? texts[i].Replace('.', ',') : texts[i];
        }

        file.Row(_fields);
    }

    private static string Free(string name, IReadOnlyList<string> taken)
    {
        while (taken.Contains(name))
        {
            name += "_";
        }

        return name;
    }

    // Levels count where all of them are numbers.
    private static bool HasNumbers(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count => true,
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => column.Levels.All(
            level => double.TryParse(level, NumberStyles.Float, CultureInfo.InvariantCulture, out _)),
        _ => false,
    };
}
