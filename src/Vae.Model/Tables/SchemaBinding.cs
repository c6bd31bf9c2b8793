using static System.FormattableString;

namespace Vae.Model;

/// <summary>A schema together with the cells that it reads: the columns are found by their names, in any order.</summary>
internal sealed class SchemaBinding
{
    private const int CellsAtOnce = 1 << 18;                          // 2 MB
    private const int MostExamples = 3;

    private SchemaBinding(TableSchema schema, ColumnReader[] columns) => (Schema, Columns) = (schema, columns);

    /// <summary>The schema.</summary>
    public TableSchema Schema { get; }

    /// <summary>A reader for each of the schema's columns.</summary>
    public IReadOnlyList<ColumnReader> Columns { get; }

    /// <summary>What a person should know: columns that are not read, values that are read as missing.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>A finding for each of the schema's columns, its holes counted in these cells.</summary>
    public IReadOnlyList<ColumnFinding> Findings { get; private set; } = [];

    /// <summary>Binds a schema that was inferred from these very cells.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="findings">The findings of the inference.</param>
    /// <param name="cells">The cells.</param>
    public static SchemaBinding OfInferred(TableSchema schema, IReadOnlyList<ColumnFinding> findings, ICells cells)
        => new(schema, Readers(schema, cells))
        {
            Findings = findings,
            Notes = [.. findings.Where(one => one.Note is not null)
                .Select(one => $"column '{Printable.Cut(one.Column.Name)}': {one.Note}")],
        };

    /// <summary>Binds a schema that is given, as a model's to new rows, and looks at all rows for values that it does not
    /// have.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="SchemaException">The cells lack a column that is modelled; the message names all of them.</exception>
    /// <exception cref="ArgumentException">A column without levels or bounds has values that its kind cannot hold.</exception>
    public static SchemaBinding Bind(TableSchema schema, ICells cells, CancellationToken cancellationToken = default)
    {
        schema = SchemaCompletion.Of(schema.Validated(), cells, cancellationToken);
        var readers = Readers(schema, cells);
        var missing = readers.Where(one => one.Column < 0 && one.Schema.Kind is not (ColumnKind.Id or ColumnKind.Ignore))
            .Select(one => one.Schema.Name).ToArray();
        var names = ColumnNames.Unique(cells.Names);
        if (missing.Length > 0)
        {
            throw new SchemaException(
                $"The schema has {(missing.Length == 1 ? "a column" : $"{missing.Length} columns")} that the table lacks: "
                + $"{ColumnNames.Shown(missing)}. The table's columns are {ColumnNames.Shown(names)}. "
                + "Rename the table's columns, or give a table with these columns.");
        }

        var binding = new SchemaBinding(schema, readers);
        var counts = readers.Select(one => new ValueCount(one, cells)).ToArray();
        var present = counts.Where(one => one.Reader.Column >= 0).ToArray();
        CellBlocks.Visit(
            cells, CellsAtOnce, block => Parallel.For(0, present.Length, i => present[i].Add(block)), cancellationToken);
        var extra = names.Where(name => schema.Columns.All(column => column.Name != name)).ToArray();
        var notes = counts.Select(one => one.Note).OfType<string>();
        binding.Notes = extra.Length == 0 ? [.. notes]
            : [$"not in the schema, and not read: {ColumnNames.Shown(extra)}", .. notes];
        binding.Findings = [.. counts.Select(one => one.Finding)];
        return binding;
    }

    /// <summary>The same findings and notes with another schema of the same columns.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="cells">The cells.</param>
    public SchemaBinding As(TableSchema schema, ICells cells)
        => new(schema, Readers(schema, cells)) { Findings = Findings, Notes = Notes };

    private static ColumnReader[] Readers(TableSchema schema, ICells cells)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, place) in ColumnNames.Unique(cells.Names).Select((name, place) => (name, place)))
        {
            places[name] = place;
        }

        return [.. schema.Columns.Select(column => new ColumnReader(column, cells, places.GetValueOrDefault(column.Name, -1)))];
    }

    // Counts holes and unknown values of a column.
    private sealed class ValueCount(ColumnReader reader, ICells cells)
    {
        private readonly List<string> _examples = [];
        private long _holes;
        private long _unknown;
        private string? _firstUnknown;
        private long _firstLine;

        public ColumnReader Reader => reader;

        public string? Note
        {
            get
            {
                if (_unknown == 0)
                {
                    return null;
                }

                var what = reader.Schema.Kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal ? "unknown level"
                    : "text";
                var column = Printable.Cut(reader.Schema.Name);
                return Invariant($"{what} '{Printable.Cut(_firstUnknown)}' of column '{column}' (line {_firstLine}")
                    + (_unknown == 1 ? ")" : Invariant($"; {_unknown} rows with such values)")) + ": read as missing";
            }
        }

        public ColumnFinding Finding => new(
            reader.Schema,
            reader.Column < 0 ? "as the schema has it; not in this table" : "as the schema has it",
            Note, reader.Column < 0 ? cells.Rows : _holes + _unknown, _examples);

        public void Add(CellBlock block)
        {
            var all = block.Cells.Span;
            var isModelled = reader.Schema.Kind is not (ColumnKind.Id or ColumnKind.Ignore);
            for (var row = 0; row < block.Rows; row++)
            {
                var cell = all[(row * block.Columns) + reader.Column];
                if (cell.IsHole)
                {
                    _holes++;
                    continue;
                }

                if (isModelled && reader.IsUnknown(cell) && _unknown++ == 0)
                {
                    (_firstUnknown, _firstLine) = (CellTexts.Of(cells, reader.Column, cell), cells.LineOf(block.First + row));
                }

                if (_examples.Count < MostExamples && CellTexts.Of(cells, reader.Column, cell) is var text
                    && !_examples.Contains(text))
                {
                    _examples.Add(text);
                }
            }
        }
    }
}
