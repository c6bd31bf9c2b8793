using System.Numerics;
using Microsoft.Extensions.Logging;
using Vae.Math;

namespace Vae.Model;

/// <summary>Makes of a run's record and its data what is trained: the samples as the model sees them, the model at its start, the
/// trainer, and the record's descriptive texts.</summary>
internal static class RunTrainer
{
    /// <summary>Makes the trainer of a run before its first step.</summary>
    /// <param name="path">The run's folder, by which the training is named.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="data">The samples in their own units.</param>
    /// <param name="product">The matrix-product implementation.</param>
    /// <param name="values">The training values of a table's columns as the likelihoods explain them; null to read them.</param>
    /// <param name="logger">Receives the log; null for none.</param>
    /// <param name="isRestored">Whether a checkpoint's weights follow, so that the model needs no start of its own.</param>
    /// <exception cref="ArgumentException">The options or the data do not fit.</exception>
    public static Trainer<T> Make<T>(
        string path,
        RunRecord record,
        ISampleSource data,
        IMatrixProduct<T> product,
        TrainingValues? values,
        ILogger? logger,
        bool isRestored = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var seen = Seen(data, record);
        var model = new VariationalAutoencoder<T>(record.Model, product).Initialise(record.Training.Seed);
        if (record.Model.Likelihood == Likelihood.Columns && !isRestored)
        {
            ColumnStart.Fill(model, values ?? TrainingValues.Read(seen, record.Training));
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return new Trainer<T>(model, seen, record.Training, logger) { Name = name };
    }

    /// <summary>Adds the descriptive texts to the options.</summary>
    public static RunRecord Described<T>(RunRecord record, ISampleSource data, VariationalAutoencoder<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => record with
        {
            Formula = model.Formula,
            Product = model.Product.Description,
            ProductName = model.Product.Name,
            FirstLayer = FirstLayer.Describe(Seen(data, record), record.Model, model.Product),
        };

    /// <summary>The samples as the model sees them.</summary>
    public static ISampleSource Seen(ISampleSource data, RunRecord record)
        => record.Preparation?.Apply(OfSchema(data, record)) ?? data;

    /// <summary>A table's rows as the record's schema has them; other samples as they are.</summary>
    public static ISampleSource OfSchema(ISampleSource data, RunRecord record)
        => data is Table { Schema.IsByKind: false } table && record.Schema is { IsByKind: true } schema ? table.As(schema) : data;
}
