using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vae.Math;

namespace Vae.Model;

/// <summary>A training together with its folder: a new run, or one that is resumed.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>It holds the folder's lock until it is disposed of, so that nobody else can train there. Reading a
/// run needs no lock.</remarks>
public sealed class TrainingRun<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FolderLock _lock;
    private volatile bool _isDisposed;

    private TrainingRun(FolderLock folderLock, RunFolder folder, RunRecord record, Trainer<T> trainer)
    {
        _lock = folderLock;
        Folder = folder;
        Record = record;
        Trainer = trainer;
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The run's record.</summary>
    public RunRecord Record { get; }

    /// <summary>The trainer.</summary>
    public Trainer<T> Trainer { get; }

    /// <summary>Notes on the data of a run that was just begun, such as a column with one value; empty where there is nothing to
    /// say, for images, and for a resumed run.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Whether the last epoch is done, or the best one is older than the patience.</summary>
    public bool IsFinished => Trainer.IsFinished;

    /// <summary>Begins a run.</summary>
    /// <param name="path">Its folder, which must hold no run.</param>
    /// <param name="record">The run's record; the formula and the product are filled in here.</param>
    /// <param name="data">The samples in their own units; the record's preparation is applied here.</param>
    /// <param name="product">The matrix-product implementation.</param>
    /// <param name="logger">Receives the log (docs/monitoring.md); null for none.</param>
    /// <param name="cancellationToken">Stops the check of the samples, before a folder is made.</param>
    /// <returns>The run, before its first step.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="record"/>, <paramref name="data"/> or <paramref name="product"/>
    /// is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range, the data does not fit the model, or a number does not fit
    /// the likelihood; the message names its row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; no folder was made.</exception>
    /// <exception cref="CheckpointException">The folder has a run already, or another process is training there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static TrainingRun<T> Begin(
        string path,
        RunRecord record,
        ISampleSource data,
        IMatrixProduct<T> product,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
        => Begin(path, record, data, product, keep: null, values: null, logger, cancellationToken);

    /// <summary>Begins a run that keeps more than its record, such as its table: <c>keep</c> writes that before there is a
    /// <c>run.json</c>, so that a run has all that it keeps, whenever the process dies. Nobody else writes in the folder
    /// meanwhile. <c>values</c> are those that the likelihoods of a table's columns were chosen by; null to read them.</summary>
    internal static TrainingRun<T> Begin(
        string path,
        RunRecord record,
        ISampleSource data,
        IMatrixProduct<T> product,
        Action<RunFolder>? keep,
        TrainingValues? values,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(product);
        record.Schema?.Validated();
        data = RunTrainer.OfSchema(data, record);
        record.Preparation?.Validated(data.Features);
        // Refuses unfit options before a folder is made.
        var trainer = RunTrainer.Make(path, record, data, product, values, logger);
        var notes = SampleRange.Require(RunTrainer.Seen(data, record), record.Model, cancellationToken);

        var full = RunTrainer.Described(record, data, trainer.Model) with { Started = DateTime.UtcNow };
        RunRecordFile.Bytes(full);
        Directory.CreateDirectory(path);
        var run = Locked(
            path,
            folderLock => new TrainingRun<T>(folderLock, RunFolder.Create(path, full, keep), full, trainer) { Notes = notes });
        logger?.Begun(run.Folder.FullPath, full.Model.Architecture, full.Formula);
        logger?.Noted(notes);
        return run;
    }

    /// <summary>Resumes a run from its last checkpoint, or from the beginning where there is none.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="data">The samples that the run began with.</param>
    /// <param name="sha256">The checksum of the samples' content, as in the run's record.</param>
    /// <param name="product">The matrix-product implementation.</param>
    /// <param name="wanted">A record with the wanted options; null for the run's own. Its model,
    /// training and preparation count; without a preparation the run's own is kept. Its data does not
    /// count: <paramref name="sha256"/> identifies that.</param>
    /// <param name="acceptChanges">Whether to continue with changed options or another product. The run's record then has
    /// the new values, and lists the old ones in <see cref="RunRecord.Changes"/>. A change that makes another model or
    /// preparation, or lets held-out samples into the training, is always refused.</param>
    /// <param name="logger">Receives the log (docs/monitoring.md); null for none.</param>
    /// <returns>The run, at its last checkpoint.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/>, <paramref name="sha256"/> or <paramref name="product"/>
    /// is null.</exception>
    /// <exception cref="ArgumentException">A wanted option is out of range.</exception>
    /// <exception cref="CheckpointException">There is no run, its files are damaged, another process is training there, or
    /// it began with other data, options or product; the message says which.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static TrainingRun<T> Resume(
        string path,
        ISampleSource data,
        string sha256,
        IMatrixProduct<T> product,
        RunRecord? wanted = null,
        bool acceptChanges = false,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(sha256);
        ArgumentNullException.ThrowIfNull(product);
        RunFolder.Open(path);                                         // no run, no lock file
        return Locked(path, folderLock =>
        {
            var (folder, begun) = RunFolder.Open(path);
            if (begun.Data.Sha256 != sha256)
            {
                throw new CheckpointException(
                    $"{folder.FullPath}: the run was begun with other data "
                    + $"({Printable.Cut(begun.Data.Source)}, {begun.Data.Samples} samples, SHA-256 "
                    + $"{Printable.Cut(begun.Data.Sha256)}), but was given data of SHA-256 {sha256}. Give it its own data.");
            }

            var now = begun with
            {
                Model = wanted?.Model ?? begun.Model,
                Training = wanted?.Training ?? begun.Training,
                Product = product.Description,
                ProductName = product.Name,
            };
            if (wanted is not null)                                   // an error in the record is reported as the record's
            {
                now.Model.Validated();
                now.Training.Validated(data.Count);
                wanted.Schema?.Validated();
                wanted.StoredPreparation?.Validated(begun.Model.Features);
            }

            var differences = new RunDifferences(begun, now with { Schema = wanted?.Schema, Preparation = wanted?.Preparation });
            differences.Require(folder.FullPath, acceptChanges);

            if (folder.HasState)                                      // before room is made for what the record claims
            {
                folder.RequireRoomInState(now.Model);
            }

            var isChanged = !differences.IsEmpty || now.Training != begun.Training;
            var trainer = Fitting(
                folder, () => RunTrainer.Make(folder.FullPath, now, data, product, null, logger, isRestored: folder.HasState));
            var record = !isChanged ? begun : Fitting(folder, () => RunTrainer.Described(now, data, trainer.Model)) with
            {
                Changes = differences.IsEmpty ? begun.Changes : [.. begun.Changes ?? [], $"{differences}"],
            };
            var run = new TrainingRun<T>(folderLock, folder.With(record), record, trainer);
            if (folder.HasState)
            {
                run.Folder.Restore(run.Trainer);
            }

            if (isChanged)                                            // before the first step that the new options rule
            {
                run.Folder.WriteRecord();
            }

            LogResume(logger ?? NullLogger.Instance, run, differences);
            return run;
        });
    }

    private static void LogResume(ILogger logger, TrainingRun<T> run, RunDifferences differences)
    {
        var state = run.Trainer.State;
        if (differences.IsEmpty)
        {
            logger.Resumed(run.Folder.FullPath, state.Epoch, state.Adam.StepCount);
        }
        else
        {
            logger.ResumedWithChanges(run.Folder.FullPath, state.Epoch, state.Adam.StepCount, differences.ToString());
        }
    }

    private static TResult Fitting<TResult>(RunFolder folder, Func<TResult> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException failure)                             // valid options, but not for this data
        {
            throw new CheckpointException(
                $"{folder.FullPath}: the run's record does not fit its data: {Printable.Message(failure)}", failure);
        }
    }

    /// <summary>Trains to the last epoch or until cancelled, saving after every epoch and within epochs as often
    /// as the options say.</summary>
    /// <param name="progress">Receives a report after each batch.</param>
    /// <param name="cancellationToken">Stops after the step under way, with everything saved.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="TrainingDivergedException">A number is not finite; the last checkpoint stays.</exception>
    /// <exception cref="IOException">The run cannot be saved; the last checkpoint stays.</exception>
    /// <exception cref="InvalidOperationException">A call before this one failed: dispose of this and resume the run.</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed of, possibly during the training.</exception>
    public TrainingOutcome Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Trainer.Train(new HeldCheckpoint(this), progress, cancellationToken);
    }

    /// <summary>Releases the folder; the training is saved already. A training that is still running fails
    /// at its next checkpoint.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _lock.Dispose();
    }

    private static TrainingRun<T> Locked(string path, Func<FolderLock, TrainingRun<T>> open)
    {
        var folderLock = FolderLock.TryTake(RunFolder.LockOf(path)) ?? throw new CheckpointException(
            $"{Path.GetFullPath(path)}: another process is training here. "
            + "Wait until it is done or stop it, or give another folder.");
        try
        {
            RunFolder.RemoveLeftovers(path);
            return open(folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    // Writes nothing once the folder is released.
    private sealed class HeldCheckpoint(TrainingRun<T> run) : ICheckpoint<T>
    {
        private readonly ICheckpoint<T> _checkpoint = run.Folder.Checkpoint<T>();

        public void Save(Trainer<T> trainer, EpochMetrics? finished)
        {
            ObjectDisposedException.ThrowIf(run._isDisposed, run);
            _checkpoint.Save(trainer, finished);
        }
    }
}
