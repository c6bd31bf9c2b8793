using System.Data.Common;
using Vae.Formats;
using Vae.Model;
using Vae.Parquet;

namespace Vae.Cli;

/// <summary>A table that is open to be read once: a CSV or Parquet file, or standard input.</summary>
internal sealed class TableDoor : IDisposable
{
    private readonly DbDataReader _reader;
    private readonly string _name;

    private TableDoor(DbDataReader reader, string name)
    {
        (_reader, _name) = (reader, name);
        Names = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    /// <summary>The names of all columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a table.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="notation">The notation of a CSV file, as far as it is known.</param>
    /// <param name="input">Opens standard input.</param>
    /// <param name="cancellationToken">Ends the reading of a Parquet file, which may be endless.</param>
    /// <exception cref="IOException">It cannot be opened, or is no table.</exception>
    public static TableDoor Open(string path, CsvTableOptions notation, Func<Stream> input, CancellationToken cancellationToken)
    {
        var name = TableReading.NameOf(path);
        return new TableDoor(
            path == ResultFile.Standard ? Standard(input(), name, notation)
                : path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ParquetTable.OpenReader(path, cancellationToken)
                : CsvTable.OpenReader(path, notation),
            name);
    }

    private static CsvDataReader Standard(Stream input, string name, CsvTableOptions notation)
    {
        notation.Validate();
        return new CsvDataReader(new TableSource(input, name), notation);
    }

    /// <summary>Reads the table.</summary>
    /// <param name="options">Its columns.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public OpenedTable Read(TableOptions options, IProgress<TableProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var table = Table.Read(_reader, _name, options, progress, cancellationToken);
            var dialect = (_reader as CsvDataReader)?.Dialect;
            var notation = dialect is null ? null
                : new TableRecord(dialect.HasHeader || dialect.NamesInComment is not null, dialect.Numbers.DecimalPoint == ',')
                {
                    Delimiter = dialect.Columns > 1 ? dialect.Syntax.Delimiter : null,
                };
            return new OpenedTable(table, dialect?.Describe(), notation, table.Notes);
        }
        catch (Exception failure) when (failure is ArgumentException or SchemaException) // which name no file
        {
            throw new IOException($"{_name}: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
