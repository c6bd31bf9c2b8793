using System.Buffers;
using System.Data;
using System.Numerics;

namespace Vae.Model;

/// <summary>A table with kinds of columns: read once from any <see cref="IDataReader"/> (a database's, a DataTable's, a file's),
/// and kept as numbers and texts in memory or, where it is large, in a temporary file.</summary>
/// <remarks>
/// <para>A row is a sample. The features are the columns of <see cref="Modelled"/>, in their own units: a date is in days since
/// 1970-01-01, a flag is 0 or 1, and a missing value is gathered as NaN.</para>
/// <para>Any number of threads may read at once. <see cref="Dispose"/> removes the temporary file.</para>
/// </remarks>
public sealed class Table : IDescribedSamples, IIncompleteSamples, IDisposable
{
    private const int CellsAtOnce = 1 << 13;                          // 64 KB in one read of the file

    private readonly CellStore _cells;
    private readonly SchemaBinding _binding;
    private readonly ColumnReader[] _features;
    private readonly Dictionary<string, ColumnReader> _columnOf;
    private readonly string? _source;
    private readonly string[] _readingNotes;
    private readonly Lazy<string> _sha256;

    internal Table(CellStore cells, SchemaBinding binding, string? source, IEnumerable<string> notes, Lazy<string>? sha256 = null)
    {
        _cells = cells;
        _binding = binding;
        _source = source;
        _readingNotes = [.. notes];
        var schema = binding.Schema;
        _features = [.. binding.Columns.Where(column => column.Column >= 0 && schema.IsModelled(column.Schema))];
        _columnOf = binding.Columns.Where(column => column.Column >= 0).ToDictionary(column => column.Schema.Name);
        _sha256 = sha256 ?? new Lazy<string>(() => TableChecksum.Of(cells));
        Modelled = [.. _features.Select(column => column.Schema)];
        var incomplete = binding.Findings.Where(finding => finding.Holes > 0).Select(finding => finding.Column.Name).ToHashSet();
        HasMissing = schema.IsByKind
            || _features.Any(column => incomplete.Contains(column.Schema.Name) || HasTextsAmongNumbers(column));
        Notes = [.. _readingNotes, .. binding.Notes, .. NotModelled()];
    }

    /// <summary>The columns with their kinds and all that reads and writes their values.</summary>
    public TableSchema Schema => _binding.Schema;

    /// <summary>What was found in each column of the schema.</summary>
    public IReadOnlyList<ColumnFinding> Findings => _binding.Findings;

    /// <summary>The columns that are the features, in their order: numbers, dates and flags. Categories of texts are not
    /// modelled yet.</summary>
    public IReadOnlyList<ColumnSchema> Modelled { get; }

    /// <summary>Remarks for a person, such as values that are read as missing.</summary>
    public IReadOnlyList<string> Notes { get; private init; }

    /// <summary>The number of rows.</summary>
    public int Count => _cells.Rows;

    /// <summary>The number of features.</summary>
    public int Features => _features.Length;

    /// <inheritdoc/>
    public bool HasMissing { get; }

    /// <summary>SHA-256 of the names of the columns that were read and of their values, in lower-case hexadecimal digits. Kinds
    /// do not count.</summary>
    /// <exception cref="IOException">The rows are in a file, which cannot be read any more.</exception>
    public string Sha256 => _sha256.Value;

    /// <summary>The rows' cells.</summary>
    internal CellStore Cells => _cells;

    /// <summary>Reads a table.</summary>
    /// <param name="reader">The reader, before its first row; it is read to its end, and not disposed of.</param>
    /// <param name="options">The columns, their kinds and their notation; null to find all.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="ArgumentException">A column of the options is not there, or does not fit its kind.</exception>
    /// <exception cref="SchemaException">The table lacks columns of the schema that is given.</exception>
    /// <exception cref="IOException">There is no row, or a temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Table Read(IDataReader reader, TableOptions? options = null, CancellationToken cancellationToken = default)
        => Read(reader, null, options, null, cancellationToken);

    /// <summary>Reads a table and tells the progress.</summary>
    /// <param name="reader">The reader, before its first row.</param>
    /// <param name="source">The name of the source, such as a file's; null for none.</param>
    /// <param name="options">The columns, their kinds and their notation; null to find all.</param>
    /// <param name="progress">Is told the progress every few thousand rows; null for nobody.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    internal static Table Read(
        IDataReader reader,
        string? source,
        TableOptions? options,
        IProgress<TableProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        options ??= new TableOptions();
        var coder = new TableCoder(reader, options);
        var cells = coder.Code(progress, cancellationToken);
        try
        {
            var binding = TableTyping.Bind(cells, coder.LeftOut, options, cancellationToken);
            return new Table(cells, binding, source, coder.Notes);
        }
        catch
        {
            cells.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file of a table. A small table is loaded, a large one read at need.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostInMemory">The most bytes of cells that are loaded.</param>
    /// <exception cref="CheckpointException">The file is missing, or no table's.</exception>
    internal static Table Open(string path, long mostInMemory = CellStore.MostInMemory)
    {
        var (cells, description, sha256) = TableFile.Open(path, mostInMemory);
        try
        {
            var binding = SchemaBinding.OfInferred(description.Schema, description.Findings, cells);
            var lost = binding.Columns.FirstOrDefault(
                column => column.Column < 0 && column.Schema.Kind is not (ColumnKind.Id or ColumnKind.Ignore));
            if (lost is not null)
            {
                throw new CheckpointException(
                    $"{path}: expected a column '{Printable.Cut(lost.Schema.Name)}' of the schema among the cells, but found "
                    + $"only {ColumnNames.Shown(cells.Names)}. The file is damaged, or not a table's.");
            }

            var known = sha256 is null ? null : new Lazy<string>(sha256);
            return new Table(cells, binding, description.Source, [], known);
        }
        catch
        {
            cells.Dispose();
            throw;
        }
    }

    /// <summary>Writes the table's file, atomically. A table in a temporary file of the same folder moves there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    internal void Save(string path)
    {
        var columns = Enumerable.Range(0, _cells.Names.Count).Select(
            column => new StoredColumn(_cells.Names[column], _cells.NotationOf(column), _cells.TextsIn(column)));
        TableFile.Save(path, _cells, new TableDescription([.. columns], Schema, Findings, _source), Sha256);
    }

    /// <summary>The same rows with other kinds of columns.</summary>
    /// <param name="schema">The kinds; columns that were not read cannot be modelled.</param>
    /// <returns>The table, which shares the rows: disposing of one disposes of both.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="schema"/> is null.</exception>
    /// <exception cref="SchemaException">The table lacks columns of the schema.</exception>
    public Table WithSchema(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new Table(_cells, SchemaBinding.Bind(schema, _cells), _source, [], _sha256);
    }

    /// <summary>The same rows with a schema of these very rows, such as the one that a training was fitted with: nothing is
    /// looked
    /// at again.</summary>
    internal Table As(TableSchema schema)
        => new(_cells, _binding.As(schema, _cells), _source, _readingNotes, _sha256);

    /// <summary>The same rows with one more note, before the others.</summary>
    internal Table Noting(string note) => new(_cells, _binding, _source, [], _sha256) { Notes = [note, .. Notes] };

    /// <summary>The same rows with each column modelled by its kind.</summary>
    internal Table ByKind() => As(Schema with { Scaling = Scaling.ByKind });

    /// <summary>A value as text: a number as its column writes it, a missing value as an empty text.</summary>
    /// <param name="row">The row's number, from 0 on.</param>
    /// <param name="column">The column's name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="column"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ArgumentException">There is no such column, or it was not read.</exception>
    public string Text(int row, string column)
    {
        Require(row);
        ArgumentNullException.ThrowIfNull(column);
        return _columnOf.TryGetValue(column, out var reader)
            ? CellTexts.Of(_cells, reader.Column, _cells.CellAt(row, reader.Column))
            : throw new ArgumentException(
                $"No column '{Printable.Cut(column)}' was read. The columns are {ColumnNames.Shown(_cells.Names)}. "
                + "(Parameter 'column')");
    }

    /// <summary>The line of the source where a row begins; without lines, the row's number from 1 on.</summary>
    /// <param name="row">The row's number, from 0 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public long LineOf(int row) => _cells.LineOf(row);

    /// <inheritdoc/>
    public string SampleName(int sample) => _cells.HasLines ? $"{_source ?? "the table"}, line {LineOf(sample)}"
        : _source is null ? $"row {LineOf(sample)} of the reader"
        : $"{_source}, row {LineOf(sample)}";

    /// <inheritdoc/>
    public string FeatureName(int feature) => Modelled[feature].Name;

    /// <inheritdoc/>
    /// <exception cref="IOException">The rows are in a file, which cannot be read any more.</exception>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var sample in samples)
        {
            Require(sample);
        }

        if (!_cells.IsInMemory)
        {
            GatherFromFile(samples, batch);
            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            ToNumbers(_cells.InMemory(samples[i]), batch.Slice(i * Features, Features));
        }
    }

    /// <summary>Removes the temporary file, if there is one. The table cannot be read any more.</summary>
    public void Dispose() => _cells.Dispose();

    private void GatherFromFile<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns = _cells.Names.Count;
        var most = int.Max(1, CellsAtOnce / columns);
        var room = ArrayPool<Cell>.Shared.Rent(most * columns);
        try
        {
            for (int i = 0, run; i < samples.Length; i += run)
            {
                run = 1;                                              // rows that follow each other are one read
                while (run < most && i + run < samples.Length && samples[i + run] == samples[i] + run)
                {
                    run++;
                }

                var cells = room.AsSpan(0, run * columns);
                _cells.Read(samples[i], cells);
                for (var row = 0; row < run; row++)
                {
                    ToNumbers(cells.Slice(row * columns, columns), batch.Slice((i + row) * Features, Features));
                }
            }
        }
        finally
        {
            ArrayPool<Cell>.Shared.Return(room);
        }
    }

    private void ToNumbers<T>(ReadOnlySpan<Cell> row, Span<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var feature = 0; feature < _features.Length; feature++)
        {
            var reader = _features[feature];
            var cell = row[reader.Column];
            numbers[feature] = T.CreateTruncating(Schema.IsByKind ? reader.Value(cell) : reader.Number(cell));
        }
    }

    private void Require(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
    }

    // Such texts and a column's own words for missing values are gathered as NaN, although they are no holes.
    private bool HasTextsAmongNumbers(ColumnReader column)
        => column.Schema.Missing.Count > 0
            || (column.Schema.Levels.Count == 0 && (_cells.TextsIn(column.Column) > 0 || _cells.HasOtherTexts));

    private IEnumerable<string> NotModelled()
    {
        if (Schema.IsByKind)
        {
            return [];
        }

        var names = _columnOf.Values.Where(column => column.Schema.Kind is ColumnKind.Category or ColumnKind.Ordinal
            && !ColumnValues.AreNumbers(column.Schema)).Select(column => column.Schema.Name).ToArray();
        return names.Length == 0 ? []
            : [$"categories of texts are no numbers, and left out of the training: {ColumnNames.Shown(names)}"];
    }
}
