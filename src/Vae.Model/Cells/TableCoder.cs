using System.Data;

namespace Vae.Model;

/// <summary>The progress of reading a table.</summary>
/// <param name="Rows">The rows so far.</param>
/// <param name="Share">The share of the source that was read, 0 to 1; NaN where its length is unknown.</param>
internal readonly record struct TableProgress(long Rows, double Share);

/// <summary>Codes the rows of a reader as cells, once, from the first row to the last.</summary>
internal sealed class TableCoder
{
    private const int RowsBetweenLooks = 4096;                        // at whether to stop

    private readonly IDataReader _reader;
    private readonly TableOptions _options;
    private readonly ColumnChoice _choice;
    private readonly IUtf8Fields? _fields;
    private readonly Dictionary<string, ColumnSchema> _known;

    /// <summary>Makes a coder.</summary>
    /// <param name="reader">The reader, before its first row.</param>
    /// <param name="options">The columns to read, their notation, and the folder for temporary files.</param>
    /// <exception cref="ArgumentException">The columns are not those that are wanted.</exception>
    public TableCoder(IDataReader reader, TableOptions options)
    {
        _reader = reader;
        _options = options;
        _choice = new ColumnChoice(reader, options);
        _fields = reader as IUtf8Fields;
        _known = options.Schema?.Columns.ToDictionary(column => column.Name) ?? [];
        Notes = [.. _choice.Notes];
    }

    /// <summary>Remarks for a person.</summary>
    public List<string> Notes { get; }

    /// <summary>The names of the columns that are not read.</summary>
    public IReadOnlyList<string> LeftOut => _choice.LeftOut;

    /// <summary>Reads and codes all rows.</summary>
    /// <param name="progress">Is told the progress every few thousand rows; null for nobody.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <param name="mostInMemory">The most bytes of cells in memory.</param>
    /// <returns>The cells, which the caller disposes of.</returns>
    /// <exception cref="IOException">There is no row or there are too many, or a temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public CellStore Code(
        IProgress<TableProgress>? progress,
        CancellationToken cancellationToken,
        long mostInMemory = CellStore.MostInMemory)
    {
        var store = new CellStore(_choice.Names, _fields is not null, _options.Folder, mostInMemory);
        try
        {
            var coders = _choice.Names.Select((name, column) => new ColumnCoder(store, column, ParserOf(name))).ToArray();
            if (_fields is not null)
            {
                CodeFields(store, coders, progress, cancellationToken);
            }
            else
            {
                CodeValues(store, coders, progress, cancellationToken);
            }

            Notes.InsertRange(0, (_reader as IReadNotes)?.Notes ?? []);
            store.Finish([.. coders.Select(coder => coder.Notation)]);
            return store.Rows > 0
                ? store
                : throw new IOException("A table of at least one row is wanted, but there is none. Is the query right?");
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private CellParser ParserOf(string name)
    {
        var known = _options.Kinds.ContainsKey(name) ? null : _known.GetValueOrDefault(name);
        return new CellParser(_fields?.DecimalPoint ?? (byte)'.', _fields?.ThousandsSeparator ?? 0, _options.DateFormat, known);
    }

    private void CodeFields(
        CellStore store, ColumnCoder[] coders, IProgress<TableProgress>? progress, CancellationToken cancellationToken)
    {
        var (fields, places) = (_fields!, _choice.Fields);
        while (_reader.Read())
        {
            LookAround(store.Rows, progress, cancellationToken);
            var row = store.AddRow(fields.Line);
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = coders[column].Utf8(fields.Utf8(places[column]));
            }
        }
    }

    private void CodeValues(
        CellStore store, ColumnCoder[] coders, IProgress<TableProgress>? progress, CancellationToken cancellationToken)
    {
        var values = coders.Select((coder, column) => new ValueCoder(_choice.Fields[column], coder)).ToArray();
        while (_reader.Read())
        {
            LookAround(store.Rows, progress, cancellationToken);
            var row = store.AddRow(store.Rows + 1L);
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = values[column].Of(_reader);
            }
        }

        for (var column = 0; column < values.Length; column++)
        {
            if (values[column].Refused is { } type)
            {
                Notes.Add($"column '{Printable.Cut(_choice.Names[column])}' has values of type {Printable.Cut(type.Name)}, "
                    + "which are read as missing");
            }
        }
    }

    private void LookAround(int rows, IProgress<TableProgress>? progress, CancellationToken cancellationToken)
    {
        if (rows % RowsBetweenLooks == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new TableProgress(rows, _fields?.ShareRead ?? double.NaN));
        }
    }
}
