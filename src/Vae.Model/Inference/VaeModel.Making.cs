using Microsoft.Extensions.Logging;
using Vae.Math;

namespace Vae.Model;

/// <content>Making a model: training, reading and writing files.</content>
public sealed partial class VaeModel
{
    /// <summary>Reads a model: from a run's folder, or from a file that <see cref="Save"/> or PyTorch wrote.</summary>
    /// <param name="path">The folder or the safetensors file. Where a file describes no model, as a state dict of PyTorch,
    /// sizes come from the tensors' shapes, and ReLU and Bernoulli are assumed; for another model give the options.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">The file is missing, damaged, or not a model.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static VaeModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            var (folder, record) = RunFolder.Open(path);
            return new VaeModel(
                record.Preparation, record.Schema, folder.LoadModel(record.Model, new SimdProduct<float>(WorkerTeam.OfOne)));
        }

        using var file = SafeTensors.Read(path);
        var description = ModelDescription.Find(file, path) ?? new ModelDescription(ModelShape.Infer(file, path), null);
        return new VaeModel(
            description.Scaling, description.Schema, file.MakeModel(description.Model, new SimdProduct<float>(WorkerTeam.OfOne)));
    }

    /// <summary>Reads a model's weights from a safetensors file and ignores a description in it.</summary>
    /// <param name="path">The file, such as a state dict of PyTorch.</param>
    /// <param name="options">The model's shape and objective.</param>
    /// <param name="preparation">The preparation of the samples that it was trained on; null for none.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="CheckpointException">The file is missing, damaged, or another model's.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static VaeModel Load(string path, VaeOptions options, Preparation? preparation = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        using var file = SafeTensors.Read(path);
        return new VaeModel(preparation, null, file.MakeModel(options, new SimdProduct<float>(WorkerTeam.OfOne)));
    }

    /// <summary>Trains a model, the shortest way from data to a usable one. <see cref="TrainingRun{T}"/> adds a folder,
    /// resume and validation metrics; <see cref="Trainer{T}"/> trains step by step.</summary>
    /// <param name="data">The samples, in their own units. Of a <see cref="Table"/>, the schema is fitted and kept
    /// (<see cref="Schema"/>).</param>
    /// <param name="options">The model.</param>
    /// <param name="training">The options of the training; null for <see cref="TrainingOptions.ForTable"/>.</param>
    /// <param name="scaling">The scaling of the features, fitted on the samples that are not held out.</param>
    /// <param name="progress">Receives a report after each batch.</param>
    /// <param name="logger">Receives the log; null for none.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The model of the best epoch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range, the data does not fit the model, or a number does not fit
    /// the likelihood; the message names its row.</exception>
    /// <exception cref="TrainingDivergedException">A number is not finite; the message says where it began.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; nothing is kept.</exception>
    public static VaeModel Train(
        ISampleSource data,
        VaeOptions options,
        TrainingOptions? training = null,
        Scaling scaling = Scaling.None,
        IProgress<TrainingProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        training ??= TrainingOptions.ForTable(data.Count);
        var model = new VariationalAutoencoder<float>(options).Initialise(training.Seed);
        data.RequireFeatures(options);
        var schema = (data as Table)?.Schema.Fit(data, scaling, training, cancellationToken);
        var preparation = schema?.ToPreparation() ?? Preparation.Fit(data, scaling, training, cancellationToken);
        preparation = scaling == Scaling.None && preparation.Columns.Count == 0 ? null : preparation; // it would say nothing
        var seen = preparation?.Apply(data) ?? data;
        var notes = SampleRange.Require(seen, options, cancellationToken);
        logger?.Noted(notes);
        var outcome = new Trainer<float>(model, seen, training, logger).Train(checkpoint: null, progress, cancellationToken);
        return outcome.Cancelled
            ? throw new OperationCanceledException("The training was cancelled.", cancellationToken)
            : schema is null ? new VaeModel(model, preparation)
            : new VaeModel(model, schema);
    }

    /// <summary>Writes the model to one file, atomically: weights with PyTorch's shapes and names, and a description with
    /// options, preparation and schema in the header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public void Save(string path)
        => _model.Save(path, parameter => _model.Parameters[parameter].Value, (Preparation, Schema), isOfRun: false);

    private static TableSchema Require(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return schema.Validated();
    }

    private static VariationalAutoencoder<float> CopyOf(VariationalAutoencoder<float> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var copy = new VariationalAutoencoder<float>(model.Options, new SimdProduct<float>(WorkerTeam.OfOne));
        for (var i = 0; i < copy.Parameters.Count; i++)
        {
            model.Parameters[i].Value.CopyTo(copy.Parameters[i].Value);
        }

        return copy;
    }
}
