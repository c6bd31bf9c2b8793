using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>A training together with its folder: begun anew, or resumed where it stood.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TrainingRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private TrainingRun(RunFolder folder, RunRecord record, ISampleSource data, IMatrixProduct<T> product)
    {
        Folder = folder;
        Record = record;
        var model = new VariationalAutoencoder<T>(record.Model, product).Initialise(record.Training.Seed);
        Trainer = new Trainer<T>(model, data, record.Training);
    }

    /// <summary>Where the run is kept.</summary>
    public RunFolder Folder { get; }

    /// <summary>What the run is.</summary>
    public RunRecord Record { get; }

    /// <summary>The training itself.</summary>
    public Trainer<T> Trainer { get; }

    /// <summary>Whether the last epoch is done, or the best one older than the patience.</summary>
    public bool IsFinished => Trainer.IsFinished;

    /// <summary>Begins a run.</summary>
    /// <param name="path">Its folder, which must hold no run.</param>
    /// <param name="record">What the run is; the formula and the product are filled in here.</param>
    /// <param name="data">The samples.</param>
    /// <param name="product">What multiplies.</param>
    /// <returns>The run, before its first step.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the data does not fit the model.</exception>
    /// <exception cref="CheckpointException">There is a run in the folder already.</exception>
    public static TrainingRun<T> Begin(string path, RunRecord record, ISampleSource data, IMatrixProduct<T> product)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(product);
        record.Training.Validated(data.Count);                        // before a folder is made for nothing
        data.RequireFeatures(record.Model);
        if (record.Model.Classes > 0)
        {
            data.RequireLabels(record.Model);
        }

        var full = record with
        {
            Formula = new VariationalAutoencoder<T>(record.Model, product).Formula,
            Product = product.Description,
            ProductName = product.Name,
            FirstLayer = data.DescribeFirstLayer(record.Model, product),
            Started = DateTime.UtcNow,
        };
        return new TrainingRun<T>(RunFolder.Create(path, full), full, data, product);
    }

    /// <summary>Takes up a run where it was saved; before its first checkpoint that is its beginning.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="data">The samples it was begun with.</param>
    /// <param name="sha256">Of the samples' content, as in the run's record.</param>
    /// <param name="product">What multiplies.</param>
    /// <returns>The run, where it stands.</returns>
    /// <exception cref="CheckpointException">There is no run, its files are damaged, or it was begun with other data or another product.</exception>
    public static TrainingRun<T> Resume(string path, ISampleSource data, string sha256, IMatrixProduct<T> product)
    {
        ArgumentNullException.ThrowIfNull(product);
        var (folder, record) = RunFolder.Open(path);
        if (record.Data.Sha256 != sha256)
        {
            throw new CheckpointException(
                $"{folder.FullPath}: the run was begun with other data ({Printable.Cut(record.Data.Source)}, {record.Data.Samples} samples, SHA-256 "
                + $"{Printable.Cut(record.Data.Sha256)}), but was given data of SHA-256 {sha256}. Give it its own data with --data.");
        }

        if (record.ProductName is { Length: > 0 } begunWith && begunWith != product.Name)
        {
            throw new CheckpointException(
                $"{folder.FullPath}: the run was begun with the product '{Printable.Cut(begunWith)}', but would go on with '{product.Name}', which rounds "
                + $"differently. Resume it with --product {Printable.Cut(begunWith)}.");
        }

        if (folder.HasState)                                          // before room is made for what the record claims
        {
            folder.RequireRoomInState(record.Model);
        }

        var run = Of(folder, record, data, product);
        if (folder.HasState)
        {
            folder.Restore(run.Trainer);
        }

        return run;
    }

    private static TrainingRun<T> Of(RunFolder folder, RunRecord record, ISampleSource data, IMatrixProduct<T> product)
    {
        try
        {
            return new TrainingRun<T>(folder, record, data, product);
        }
        catch (ArgumentException failure)                             // the record's options are in order, but do not go with the data
        {
            throw new CheckpointException($"{folder.FullPath}: the run's record does not fit its data: {Printable.Message(failure)}", failure);
        }
    }

    /// <summary>Trains to the last epoch or until cancelled, saving after every epoch.</summary>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops after the step under way, with everything saved.</param>
    /// <returns>How it ended.</returns>
    public TrainingOutcome Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        => Trainer.Train(Folder.Checkpoint<T>(), progress, cancellationToken);
}
