using System.Data;
using Microsoft.Extensions.Logging;
using Vae.Math;

namespace Vae.Model;

/// <content>Making a model: training, reading and writing files, reading new rows.</content>
public sealed partial class TableModel
{
    /// <summary>Trains a model on a table from any source, with the defaults for tables.</summary>
    /// <param name="reader">The reader, before its first row; read to its end, and not disposed of.</param>
    /// <param name="options">The columns, their kinds and their notation; null to find all.</param>
    /// <param name="training">The options of the training; null for the defaults.</param>
    /// <param name="progress">Receives a report after each batch.</param>
    /// <param name="logger">Receives the log; null for none.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The model of the best epoch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="ArgumentException">A column of the options is not there or does not fit its kind, no column has values
    /// that differ, or an option of the training is out of range.</exception>
    /// <exception cref="IOException">There is no row, or a temporary file cannot be written.</exception>
    /// <exception cref="TrainingDivergedException">A number is not finite; the message says where it began.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; nothing is kept.</exception>
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

    /// <summary>Trains a model on a table with the defaults for tables: the likelihoods follow from the columns' kinds and
    /// values.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="training">The options of the training; null for the defaults.</param>
    /// <param name="progress">Receives a report after each batch.</param>
    /// <param name="logger">Receives the log; null for none.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The model of the best epoch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">No column has values that differ, or an option of the training is out of
    /// range.</exception>
    /// <exception cref="TrainingDivergedException">A number is not finite; the message says where it began.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; nothing is kept.</exception>
    public static TableModel Train(
        Table table,
        TrainingOptions? training = null,
        IProgress<TrainingProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        training ??= TableDefaults.Training(table);
        var (rows, schema, options, values) = TableFit.Of(table, training, cancellationToken);
        var seen = schema.ToPreparation().Apply(rows);
        var model = new VariationalAutoencoder<float>(options).Initialise(training.Seed);
        ColumnStart.Fill(model, values);
        logger?.Noted(table.Notes);
        var outcome = new Trainer<float>(model, seen, training, logger).Train(checkpoint: null, progress, cancellationToken);
        return outcome.Cancelled
            ? throw new OperationCanceledException("The training was cancelled.", cancellationToken)
            : new TableModel(new VaeModel(model, schema));
    }

    /// <summary>Reads a model from a run's folder or from a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The folder or the file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">The file is missing or damaged, or is no model of a table's columns, such as one of
    /// images or of plain numbers.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TableModel Load(string path) => Of(VaeModel.Load(path), path);

    /// <summary>Writes the model to one file, atomically: the weights, the columns and how their values are written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public void Save(string path) => Model.Save(path);

    /// <summary>Reads new rows with the model's columns; the caller disposes of the table.</summary>
    /// <param name="reader">The reader, before its first row; read to its end, and not disposed of.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The rows. A column of the model that they lack is missing in all rows; a note says so
    /// (<see cref="Table.Notes"/>).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reader"/> is null.</exception>
    /// <exception cref="SchemaException">The rows have none of the model's columns.</exception>
    /// <exception cref="IOException">There is no row, or a temporary file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Table Read(IDataReader reader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var options = OptionsFor(reader, out var note);
        var table = Table.Read(reader, options, cancellationToken);
        return note is null ? table : table.Noting(note);
    }

    /// <summary>The options that read new rows with those of the model's columns that the rows have.</summary>
    /// <param name="reader">The reader, for its columns' names alone.</param>
    /// <param name="note">Says which columns the rows lack; null where they have all.</param>
    /// <exception cref="SchemaException">The rows have none of the model's columns.</exception>
    internal TableOptions OptionsFor(IDataRecord reader, out string? note)
    {
        var names = ColumnNames.Unique([.. Enumerable.Range(0, reader.FieldCount).Select(field => reader.GetName(field) ?? "")]);
        var lacking = Schema.Modelled.Select(column => column.Name).Except(names).ToArray();
        if (lacking.Length == Schema.Modelled.Count)
        {
            throw new SchemaException(
                $"The rows have none of the model's columns: {ColumnNames.Shown(lacking)}. "
                + $"Their columns are {ColumnNames.Shown(names)}. Rename them, or give rows with these columns.");
        }

        note = lacking.Length == 0 ? null
            : $"not among the columns, and missing in all rows: {ColumnNames.Shown(lacking)}";
        return new TableOptions { Schema = Schema with { Columns = [.. Schema.Columns.Where(one => names.Contains(one.Name))] } };
    }

    /// <summary>Makes it of a model that was loaded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <exception cref="CheckpointException">It is no model of a table's columns.</exception>
    internal static TableModel Of(VaeModel model, string path)
    {
        if (model.Options.Likelihood != Likelihood.Columns || model.Schema is not { IsByKind: true } schema)
        {
            var found = model.Schema is not null ? "of a table's columns as plain numbers"
                : model.Preparation is not null ? "of plain numbers"
                : "of images or plain numbers";
            throw new CheckpointException(
                $"{path}: expected a model with a likelihood for each column of a table, but found one {found} "
                + $"({model.Options.Likelihood}). Train anew with {nameof(TableModel)}.{nameof(Train)}, or use this one with "
                + $"{nameof(VaeModel)}.{nameof(VaeModel.Load)}.");
        }

        foreach (var (column, options) in schema.Modelled.Zip(model.Options.Columns))
        {
            if (!Fits(column, options))
            {
                throw new CheckpointException(
                    $"{path}: column '{Printable.Cut(column.Name)}' is a {column.LikelihoodKind} of "
                    + $"{ColumnValues.LevelsOf(column)} levels, but the model has a likelihood {options.Likelihood.Family} of "
                    + $"{options.Likelihood.Levels} levels for it. The file is damaged: take an earlier one.");
            }
        }

        return new TableModel(model);
    }

    private static bool Fits(ColumnSchema column, ColumnOptions options) => column.LikelihoodKind switch
    {
        ColumnKind.Flag => options.Likelihood.Family == ColumnFamily.Bernoulli,
        ColumnKind.Category => options.Likelihood.Family == ColumnFamily.Category
            && options.Likelihood.Levels == ColumnValues.LevelsOf(column),
        ColumnKind.Ordinal => options.Likelihood.Family is ColumnFamily.Ordinal or ColumnFamily.Category
            && options.Likelihood.Levels == ColumnValues.LevelsOf(column),
        ColumnKind.Count => options.IsCount,
        _ => options.Likelihood.Family is ColumnFamily.Gaussian or ColumnFamily.StudentT or ColumnFamily.GaussianMixture,
    };
}
