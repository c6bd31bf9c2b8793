using System.Globalization;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// Repeats the experiments of a published report: trains its models, draws its figures and writes <c>report.md</c>, all in one
/// folder. A run that was stopped is resumed by the next one.
/// </summary>
internal sealed class ReportRunner
{
    private readonly ReportOptions _options;
    private readonly ImageData _data;
    private readonly IMatrixProduct<float> _product;
    private readonly string _dataRequest;

    /// <summary>Prepares a report.</summary>
    /// <param name="options">The options of training, and the parts to make.</param>
    /// <param name="data">The images.</param>
    /// <param name="dataRequest">How the images were asked for, such as <c>auto</c>: for the commands in the report.</param>
    /// <param name="product">The matrix-product implementation; null for <see cref="SimdProduct{T}"/> on the shared team.</param>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="options"/>, <paramref name="data"/> or <paramref name="dataRequest"/> is null.
    /// </exception>
    public ReportRunner(ReportOptions options, ImageData data, string dataRequest, IMatrixProduct<float>? product = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(dataRequest);
        _options = options;
        _data = data;
        _product = product ?? new SimdProduct<float>();
        _dataRequest = dataRequest;
        options.Training.Validated(data.Train.Count);
    }

    /// <summary>Makes the report.</summary>
    /// <param name="folder">The folder of the report. Finished models in it are used, unfinished ones are resumed.</param>
    /// <param name="progress">Receives a line at the beginning and the end of each model; may be null.</param>
    /// <param name="cancellationToken">Stops after the current step, with everything saved.</param>
    /// <returns>The path of <c>report.md</c>, or null if cancelled.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">The folder holds a model with other options or data.</exception>
    /// <exception cref="IOException">The images are on disk, and their file can no longer be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled before the first model was begun.</exception>
    public string? Run(string folder, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
        => Run(folder, progress is null ? null : new Lines(progress), cancellationToken);

    /// <summary>Makes the report, and reports every batch.</summary>
    /// <returns>The path of <c>report.md</c>, or null if cancelled.</returns>
    internal string? Run(string folder, IProgress<ReportProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;     // the same text and labels in every country
        try
        {
            return RunAsIs(folder, progress, cancellationToken);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private string? RunAsIs(string folder, IProgress<ReportProgress>? progress, CancellationToken cancellationToken)
    {
        var dataRecord = _data.ToRecord(_dataRequest, cancellationToken: cancellationToken);
        var models = new Dictionary<ReportModel, TrainedModel>();
        foreach (var spec in _options.Models)
        {
            var trained = Train(folder, spec, dataRecord, models.Count + 1, progress, cancellationToken);
            if (trained is null)
            {
                return null;
            }

            models.Add(spec, trained);
        }

        progress?.Report(new ReportProgress($"drawing the figures into {folder}", "", models.Count, models.Count, null));
        return new ReportWriter(_options, _data, dataRecord, folder, models).Write(cancellationToken);
    }

    private TrainedModel? Train(
        string folder,
        ReportModel spec,
        DataRecord dataRecord,
        int number,
        IProgress<ReportProgress>? progress,
        CancellationToken cancellationToken)
    {
        var count = _options.Models.Count;
        var path = Path.Combine(folder, "runs", spec.Name);
        using var run = BeginOrResume(path, spec, dataRecord);        // reading it later needs no lock
        var training = progress is null ? null : new Forward(progress, spec.Name, number, count);
        var state = run.Trainer.State;
        var stands = run.IsFinished ? "; trained before"
            : state.Adam.StepCount > 0 ? $"; going on in epoch {state.Epoch + 1}"
            : "";
        Report($"model {number} of {count}: {spec.Name}, {run.Record.Model.Architecture}, KL weight {spec.KlWeight}{stands}");

        var outcome = run.Train(training, cancellationToken);
        if (outcome.Cancelled)
        {
            return null;
        }

        var trained = new TrainedModel(spec, run, _data.Test, run.Folder.ReadMetrics().Sum(epoch => epoch.Seconds));
        Report($"test {trained.Test}; epoch {outcome.BestEpoch} kept");
        return trained;

        void Report(string message) => progress?.Report(new ReportProgress(message, spec.Name, number, count, null));
    }

    private TrainingRun<float> BeginOrResume(string path, ReportModel spec, DataRecord dataRecord)
    {
        var record = new RunRecord(
            new VaeOptions
            {
                Features = _data.Train.Rows * _data.Train.Columns,
                Hidden = _options.Hidden,
                Latent = spec.Latent,
                KlWeight = spec.KlWeight,
            },
            _options.Training,
            dataRecord)
        {
            Command = ReportCommands.Train(spec, _options, dataRecord, _product, "runs"),
        };
        if (!RunFolder.TryOpen(path, out _, out var found))
        {
            return TrainingRun<float>.Begin(path, record, _data.Train.Samples, _product);
        }

        if (found.ProductName is { Length: > 0 } product && product != _product.Name)
        {
            throw new CheckpointException(
                $"{Path.GetFullPath(path)}: this model was trained with the product '{product}', not with '{_product.Name}', "
                + "which rounds differently. Use the same product, or another folder.");
        }

        return found.Model == record.Model && found.Training == record.Training
            ? TrainingRun<float>.Resume(path, _data.Train.Samples, dataRecord.Sha256, _product)
            : throw new CheckpointException(
                $"{Path.GetFullPath(path)}: this folder holds a model with other options ({Describe(found)}) than requested "
                + $"({Describe(record)}). Use another folder, or delete this one.");
    }

    private static string Describe(RunRecord record)
    {
        var training = record.Training;
        return $"{record.Model.Architecture}, {record.Model.Likelihood}, KL weight {record.Model.KlWeight}, {training.Epochs} "
            + $"epochs, batch {training.BatchSize}, learning rate {training.Adam.LearningRate}, {training.ValidationSamples} "
            + $"held out, seed {training.Seed}, kept by {training.KeepBy}";
    }

    private sealed class Lines(IProgress<string> progress) : IProgress<ReportProgress>
    {
        public void Report(ReportProgress value)
        {
            if (value.Message is { } line)
            {
                progress.Report(line);
            }
        }
    }

    private sealed class Forward(IProgress<ReportProgress> progress, string model, int number, int models)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new ReportProgress(null, model, number, models, value));
    }
}
