using Microsoft.Extensions.Logging;
using Vae.Math;

namespace Vae.Model;

/// <content>Where a model comes from: training, files.</content>
public sealed partial class VaeModel
{
    /// <summary>Reads a model: from a run's folder, or from a file that <see cref="Save"/> or PyTorch wrote.</summary>
    /// <param name="path">The folder or the safetensors file. Where a file says nothing of the model but its tensors, sizes come
    /// from their shapes, and what no shape tells is ReLU and Bernoulli: give the options where it was something else.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">It is not there, damaged, or not a model.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static VaeModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            var (folder, record) = RunFolder.Open(path);
            return new VaeModel(record.Preparation, folder.LoadModel(record.Model, new SimdProduct<float>(WorkerTeam.OfOne)));
        }

        using var file = SafeTensors.Read(path);
        var description = ModelDescription.Find(file, path) ?? new ModelDescription(ModelShape.Infer(file, path), null);
        return new VaeModel(description.Preparation, file.MakeModel(description.Model, new SimdProduct<float>(WorkerTeam.OfOne)));
    }

    /// <summary>Reads a model's weights from a safetensors file, whatever else the file says.</summary>
    /// <param name="path">The file, such as a state dict of PyTorch.</param>
    /// <param name="options">The model's shape and objective.</param>
    /// <param name="preparation">What was done to the samples that it was trained on; null for nothing.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="CheckpointException">The file is not there, damaged, or another model's.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static VaeModel Load(string path, VaeOptions options, Preparation? preparation = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        using var file = SafeTensors.Read(path);
        return new VaeModel(preparation, file.MakeModel(options, new SimdProduct<float>(WorkerTeam.OfOne)));
    }

    /// <summary>Trains a model: the shortest way from data to one that can be used. With folders, resume and validation metrics
    /// it is <see cref="TrainingRun{T}"/>; step by step, <see cref="Trainer{T}"/>.</summary>
    /// <param name="data">The samples, in their own units.</param>
    /// <param name="options">The model.</param>
    /// <param name="training">How to train; null for <see cref="TrainingOptions.ForTable"/>.</param>
    /// <param name="scaling">How the features are scaled for the model; fitted on the samples that are not held out.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="logger">Told of each epoch; null for no log.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The model of the best epoch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range, the data does not fit the model, or a number does not fit
    /// the likelihood; the message names its row.</exception>
    /// <exception cref="TrainingDivergedException">Something is not a finite number; the message says where it began.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is kept.</exception>
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
        var preparation = Preparation.Fit(data, scaling, training, cancellationToken);
        preparation = scaling == Scaling.None && preparation.Columns.Count == 0 ? null : preparation; // it would say nothing
        var seen = preparation?.Apply(data) ?? data;
        SampleRange.Require(seen, options, cancellationToken);
        var outcome = new Trainer<float>(model, seen, training, logger).Train(checkpoint: null, progress, cancellationToken);
        return outcome.Cancelled
            ? throw new OperationCanceledException("The training was cancelled.", cancellationToken)
            : new VaeModel(model, preparation);
    }

    /// <summary>Writes the model to one file, atomically: weights as PyTorch shapes and names them, options and preparation
    /// beside them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; what was there is untouched.</exception>
    public void Save(string path) => _model.Save(path, Preparation);

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
