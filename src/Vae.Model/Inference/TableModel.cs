using System.Data;
using Microsoft.Extensions.Logging;

namespace Vae.Model;

/// <summary>A trained model of a table's rows, with a likelihood for each column: missing values are filled in, rows are drawn,
/// scored, encoded and reconstructed, in the table's own terms. It never changes; any number of threads may use it.</summary>
/// <remarks>Results are tables whose ID columns stand first, then the schema's other columns: numbers with their decimals, levels
/// by their texts, dates by their pattern. Source: Mattei and Frellsen 2019, "MIWAE" (missing values); docs/tables.md.</remarks>
public sealed class TableModel
{
    private TableModel(VaeModel model) => Model = model;

    /// <summary>The model as one of plain numbers.</summary>
    public VaeModel Model { get; }

    /// <summary>The table's columns, their kinds and how their values are written.</summary>
    public TableSchema Schema => Model.Schema!;

    /// <summary>The names of the columns of a result: IDs, then all other columns but those to ignore, in the schema's order.</summary>
    public IReadOnlyList<string> Columns => throw new NotImplementedException();

    /// <summary>Trains a model on a table from any source, with the defaults for tables.</summary>
    /// <param name="reader">The reader, before its first row; read to its end, and not disposed of.</param>
    /// <param name="options">The columns, their kinds and their notation; null to find all.</param>
    /// <param name="training">The options of the training; null for the defaults.</param>
    /// <param name="progress">Receives a report after each batch.</param>
    /// <param name="logger">Receives the log; null for none.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The model of the best epoch.</returns>
    public static TableModel Train(
        IDataReader reader,
        TableOptions? options = null,
        TrainingOptions? training = null,
        IProgress<TrainingProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        using var table = Table.Read(reader, options, cancellationToken);
        return Train(table, training, progress, logger, cancellationToken);
    }

    /// <summary>Trains a model on a table with the defaults for tables.</summary>
    public static TableModel Train(
        Table table,
        TrainingOptions? training = null,
        IProgress<TrainingProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
        => throw new NotImplementedException();

    /// <summary>Reads a model from a run's folder or from a file that <see cref="Save"/> wrote.</summary>
    public static TableModel Load(string path) => throw new NotImplementedException();

    /// <summary>Writes the model to one file, atomically.</summary>
    public void Save(string path) => Model.Save(path);

    /// <summary>Reads new rows with the model's columns; the caller disposes of the table.</summary>
    public Table Read(IDataReader reader, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Fills in the missing values: each by its point estimate given the row's observed values.</summary>
    public DataTable Impute(Table table, TableUse? use = null) => throw new NotImplementedException();

    /// <summary>Draws rows, under conditions where some are given.</summary>
    public DataTable Sample(int count, IReadOnlyDictionary<string, string>? where = null, TableUse? use = null)
        => throw new NotImplementedException();

    /// <summary>The anomaly score of each row: minus the logarithm of the density of its observed values, nats, estimated by
    /// importance sampling.</summary>
    public double[] Score(Table table, TableUse? use = null) => throw new NotImplementedException();

    /// <summary>The posterior's mean of each row.</summary>
    public float[][] Encode(Table table, TableUse? use = null) => throw new NotImplementedException();

    /// <summary>Each row decoded from its posterior: every column's point estimate.</summary>
    public DataTable Reconstruct(Table table, TableUse? use = null) => throw new NotImplementedException();

    // The streaming forms, for tables larger than memory and for the command line. A row of texts has a text for each of Columns;
    // an empty text is a missing value. Rows come in order, on the caller's thread; the memory is reused by the next row.

    /// <summary>Fills in missing values row after row. With imputations above 1, each row comes so many times, one after the
    /// other, its missing values drawn from their distribution given the observed ones.</summary>
    internal ImputationSummary Impute(Table table, int imputations, TableUse use, Action<ReadOnlyMemory<string>> write)
        => throw new NotImplementedException();

    /// <summary>Draws rows one after another.</summary>
    /// <returns>The effective sample size of the draws under conditions; NaN without conditions.</returns>
    internal double Sample(
        int count, IReadOnlyDictionary<string, string>? where, TableUse use, Action<ReadOnlyMemory<string>> write)
        => throw new NotImplementedException();

    /// <summary>Reconstructs rows one after another.</summary>
    internal void Reconstruct(Table table, TableUse use, Action<ReadOnlyMemory<string>> write)
        => throw new NotImplementedException();

    /// <summary>The score of each row with the standard error that comes of its draws, nats.</summary>
    internal (double Score, double Error)[] ScoreWithError(Table table, TableUse use) => throw new NotImplementedException();
}

/// <summary>How a model of a table is used: draws, seed, progress.</summary>
public sealed record TableUse
{
    /// <summary>Draws of z for each row; 0 for the usual number of the task.</summary>
    public int Draws { get; init; }

    /// <summary>The seed of the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Receives the number of finished rows now and then; null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops between some rows.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>What an imputation did.</summary>
/// <param name="Filled">The number of values filled in.</param>
/// <param name="MedianEffectiveSampleSize">The median over the rows with holes of the effective sample size of their draws.</param>
/// <param name="Doubtful">The number of rows whose effective sample size is below 10.</param>
internal sealed record ImputationSummary(long Filled, double MedianEffectiveSampleSize, int Doubtful);
