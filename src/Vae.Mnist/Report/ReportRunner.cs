using System.Globalization;
using System.Security.Cryptography;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// Trains the report's models, draws its figures and writes <c>report.md</c>, all in one folder. Stopped and begun again, it goes
/// on where it stood.
/// </summary>
public sealed class ReportRunner
{
    private readonly ReportOptions _options;
    private readonly ImageData _data;
    private readonly IMatrixProduct<float> _product;
    private readonly string _dataRequest;

    /// <summary>Prepares a report.</summary>
    /// <param name="options">What to train and to draw.</param>
    /// <param name="data">The images.</param>
    /// <param name="dataRequest">How the images were asked for, such as <c>auto</c>: for the commands in the report.</param>
    /// <param name="product">What multiplies; the shared team's <see cref="SimdProduct{T}"/> where there is none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/>, <paramref name="data"/> or <paramref name="dataRequest"/> is null.</exception>
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

    /// <summary>What a run's record says of images.</summary>
    /// <param name="data">The images.</param>
    /// <param name="request">How they were asked for.</param>
    /// <param name="withLabels">Whether the labels are trained with, and so are part of what must be the same.</param>
    /// <param name="progress">Told how far the checksum is, which takes a while where the images are on disk; may be null.</param>
    /// <param name="cancellationToken">Stops between two parts of the images.</param>
    /// <returns>The record, with the SHA-256 of the training pixels (and labels) and the request that finds the same images again: what
    /// <c>auto</c> came to, and a folder's full path.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="request"/> is null.</exception>
    /// <exception cref="IOException">The images are on disk, and cannot be read any more.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static DataRecord DescribeData(
        ImageData data, string request, bool withLabels = false, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(request);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var done = 0L;
        foreach (var piece in data.Train.Samples.Pieces())
        {
            cancellationToken.ThrowIfCancellationRequested();
            sha256.AppendData(piece.Span);
            done += piece.Length;
            progress?.Report(new DataProgress("checksum of the training images", done, data.Train.Length));
        }

        sha256.AppendData(withLabels ? data.Train.Labels ?? [] : []);
        var hash = Convert.ToHexStringLower(sha256.GetHashAndReset());
        return new DataRecord(data.Source, data.Train.Count, hash) { Request = Resolved(data, request), Rows = data.Train.Rows, Columns = data.Train.Columns };
    }

    /// <summary>Makes the report.</summary>
    /// <param name="folder">Where; models that stand there finished are used, those begun are resumed.</param>
    /// <param name="progress">Told after each batch and at the end of each stage.</param>
    /// <param name="cancellationToken">Stops after the step under way, with everything saved.</param>
    /// <returns>The path of <c>report.md</c>; null where it was stopped before.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="CheckpointException">In the folder stands a model with other options or data.</exception>
    /// <exception cref="IOException">Images that are on disk cannot be read any more.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the first model was begun.</exception>
    public string? Run(string folder, IProgress<ReportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;     // pages, labels and commands are the same wherever they are made
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
        var dataRecord = DescribeData(_data, _dataRequest, cancellationToken: cancellationToken);
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

    private static string Resolved(ImageData data, string request) => request switch
    {
        "auto" => data.IsDrawn ? "drawn" : data.IsMnist ? "mnist" : request,
        "mnist" or "drawn" => request,
        _ => Path.GetFullPath(request),
    };

    private TrainedModel? Train(
        string folder, ReportModel spec, DataRecord dataRecord, int number, IProgress<ReportProgress>? progress, CancellationToken cancellationToken)
    {
        var count = _options.Models.Count;
        var path = Path.Combine(folder, "runs", spec.Name);
        using var run = BeginOrResume(path, spec, dataRecord);        // what is read of it later needs no lock
        var training = progress is null ? null : new Forward(progress, spec.Name, number, count);
        var state = run.Trainer.State;
        var stands = run.IsFinished ? "; trained before" : state.Adam.StepCount > 0 ? $"; going on in epoch {state.Epoch + 1}" : "";
        progress?.Report(new ReportProgress(
            $"model {number} of {count}: {spec.Name}, {run.Record.Model.Architecture}, KL weight {spec.KlWeight}{stands}", spec.Name, number, count, null));

        var outcome = run.Train(training, cancellationToken);
        if (outcome.Cancelled)
        {
            return null;
        }

        var trained = new TrainedModel(spec, run, _data.Test, run.Folder.ReadMetrics().Sum(epoch => epoch.Seconds));
        progress?.Report(new ReportProgress($"test {trained.Test}; epoch {outcome.BestEpoch} kept", spec.Name, number, count, null));
        return trained;
    }

    private TrainingRun<float> BeginOrResume(string path, ReportModel spec, DataRecord dataRecord)
    {
        var record = new RunRecord(
            new VaeOptions { Features = _data.Train.Rows * _data.Train.Columns, Hidden = _options.Hidden, Latent = spec.Latent, KlWeight = spec.KlWeight },
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
                $"{Path.GetFullPath(path)}: this model was trained with the product '{product}', not with '{_product.Name}', which rounds differently. "
                + "Give the same with --product, or another folder with --out.");
        }

        return found.Model == record.Model && found.Training == record.Training
            ? TrainingRun<float>.Resume(path, _data.Train.Samples, dataRecord.Sha256, _product)
            : throw new CheckpointException(
                $"{Path.GetFullPath(path)}: a model with other options stands here ({Describe(found)}) than are wanted ({Describe(record)}). "
                + "Give another folder with --out, or delete this one.");
    }

    private static string Describe(RunRecord record)
    {
        var training = record.Training;
        return $"{record.Model.Architecture}, {record.Model.Likelihood}, KL weight {record.Model.KlWeight}, {training.Epochs} epochs, batch {training.BatchSize}, "
            + $"learning rate {training.Adam.LearningRate}, {training.ValidationSamples} held out, seed {training.Seed}, kept by {training.KeepBy}";
    }

    private sealed class Forward(IProgress<ReportProgress> progress, string model, int number, int models) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new ReportProgress(null, model, number, models, value));
    }
}
