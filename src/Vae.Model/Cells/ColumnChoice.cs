using System.Data;

namespace Vae.Model;

/// <summary>The columns of a reader that are read.</summary>
internal sealed class ColumnChoice
{
    private readonly string[] _all;
    private readonly Dictionary<string, int> _fieldOf = [];

    /// <summary>Chooses the columns.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="options">The columns to read and to leave out.</param>
    /// <exception cref="ArgumentException">A column that is wanted is not there, or no column is left; the message lists the
    /// columns.</exception>
    /// <exception cref="SchemaException">Columns of the schema that is given are not there.</exception>
    public ColumnChoice(IDataRecord reader, TableOptions options)
    {
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(field => reader.GetName(field) ?? "")];
        _all = ColumnNames.Unique(names);
        for (var field = 0; field < _all.Length; field++)
        {
            _fieldOf.Add(_all[field], field);
            if (_all[field] != names[field])
            {
                Notes.Add(string.IsNullOrWhiteSpace(names[field])
                    ? $"the column without a name is called '{_all[field]}'"
                    : $"another column has the name '{Printable.Cut(names[field])}': this one is called "
                        + $"'{Printable.Cut(_all[field])}'");
            }
        }

        foreach (var name in options.Kinds.Keys)
        {
            FieldOf(name, nameof(TableOptions.Kinds));
        }

        var ignored = options.Kinds.Where(pair => pair.Value == ColumnKind.Ignore).Select(pair => pair.Key).ToHashSet();
        int[] chosen = options.Columns is { } columns ? Chosen(columns)
            : options.Schema is { } schema ? OfSchema(schema, ignored)
            : [.. Enumerable.Range(0, _all.Length)];
        Fields = [.. chosen.Where(field => !ignored.Contains(_all[field]))];
        Names = [.. Fields.Select(field => _all[field])];
        LeftOut = [.. _all.Except(Names)];
        if (Fields.Length == 0)
        {
            throw new ArgumentException(
                $"At least one column is wanted, but all are left out, or there is none. The columns are {Shown()}.");
        }
    }

    /// <summary>The reader's fields to read, each from 0 on.</summary>
    public int[] Fields { get; }

    /// <summary>The names of those fields.</summary>
    public string[] Names { get; }

    /// <summary>The names of the other fields.</summary>
    public string[] LeftOut { get; }

    /// <summary>Remarks for a person, such as a name that had to be made.</summary>
    public List<string> Notes { get; } = [];

    private int[] Chosen(IReadOnlyList<string> names)
    {
        var fields = names.Select(name => FieldOf(name, nameof(TableOptions.Columns))).ToArray();
        return fields.CountBy(field => field).FirstOrDefault(pair => pair.Value > 1) is { Value: > 1 } again
            ? throw new ArgumentException(
                $"A column can be read once, but {nameof(TableOptions)}.{nameof(TableOptions.Columns)} names "
                + $"'{Printable.Cut(_all[again.Key])}' {again.Value} times.")
            : fields;
    }

    // A table may lack columns that are not modelled.
    private int[] OfSchema(TableSchema schema, HashSet<string> ignored)
    {
        var wanted = schema.Columns.Where(one => one.Kind != ColumnKind.Ignore && !ignored.Contains(one.Name)).ToArray();
        string[] lacking = [.. wanted.Where(one => one.Kind != ColumnKind.Id).Select(one => one.Name).Except(_all)];
        return lacking.Length == 0
            ? [.. wanted.Where(one => _fieldOf.ContainsKey(one.Name)).Select(one => _fieldOf[one.Name])]
            : throw new SchemaException(
                $"The schema has {(lacking.Length == 1 ? "a column" : $"{lacking.Length} columns")} that the table lacks: "
                + $"{ColumnNames.Shown(lacking)}. The table's columns are {Shown()}. "
                + "Rename the table's columns, or give a table with these columns.");
    }

    private int FieldOf(string name, string option)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _fieldOf.TryGetValue(name, out var field)
            ? field
            : throw new ArgumentException(
                $"{nameof(TableOptions)}.{option} names '{Printable.Cut(name)}', which the table does not have. "
                + $"The columns are {Shown()}.");
    }

    private string Shown() => ColumnNames.Shown(_all);
}
