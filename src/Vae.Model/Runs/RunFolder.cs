using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The files of a run: <c>run.json</c> (its options and data), <c>state.safetensors</c> (all that a resume needs),
/// <c>model.safetensors</c> (the weights to use) and <c>metrics.jsonl</c> (a line for each epoch).
/// </summary>
/// <remarks>
/// <para>The state is written first and is authoritative: if the process dies before the model and the metrics are written,
/// opening the run to resume it rewrites them from the state. Each file is flushed to the disk before the next is begun, so
/// no crash or power cut loses more than the steps since the last checkpoint.</para>
/// <para>Many processes may read a folder, and one at a time may write to it:
/// <see cref="TrainingRun{T}"/> holds its <c>run.lock</c>.</para>
/// </remarks>
public sealed class RunFolder
{
    private const string RunFileName = "run.json";
    private const string StateFileName = "state.safetensors";
    private const string ModelFileName = "model.safetensors";
    private const string MetricsFileName = "metrics.jsonl";

    private readonly RunRecord _record;
    private readonly StateFile _state;
    private readonly MetricsFile _metrics;
    private int? _modelEpoch;

    private RunFolder(string path, RunRecord record)
    {
        FullPath = Path.GetFullPath(path);
        _record = record;
        _state = new StateFile(Path.Combine(FullPath, StateFileName), record);
        _metrics = new MetricsFile(Path.Combine(FullPath, MetricsFileName), record);
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Whether the run has been saved since it began.</summary>
    public bool HasState => File.Exists(_state.FullPath);

    /// <summary>The lock's file; its holder may write in the run's folder.</summary>
    internal static string LockOf(string path) => Path.Combine(Path.GetFullPath(path), "run.lock");

    private string RunFile => Path.Combine(FullPath, RunFileName);

    private string ModelFile => Path.Combine(FullPath, ModelFileName);

    /// <summary>Begins a run in a folder without one, or with one that ended before its first save.</summary>
    /// <param name="path">The folder; made if need be.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="keep">Writes what belongs to the run, before it is one; null for nothing.</param>
    /// <returns>The folder, with its <c>run.json</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="record"/> is null.</exception>
    /// <exception cref="ArgumentException">The record is longer than is read again.</exception>
    /// <exception cref="CheckpointException">The folder has a run already.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    internal static RunFolder Create(string path, RunRecord record, Action<RunFolder>? keep = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        RequireNoResults(path);
        var folder = new RunFolder(path, record);
        Directory.CreateDirectory(folder.FullPath);
        keep?.Invoke(folder);
        folder.WriteRecord();
        return folder;
    }

    /// <summary>Refuses a folder with results of a run, which would be taken for a new one's.</summary>
    /// <exception cref="CheckpointException">There are some.</exception>
    internal static void RequireNoResults(string path)
    {
        var full = Path.GetFullPath(path);
        string[] results = [StateFileName, ModelFileName, MetricsFileName];
        if (results.Select(name => Path.Combine(full, name)).FirstOrDefault(File.Exists) is { } left)
        {
            throw new CheckpointException(File.Exists(Path.Combine(full, RunFileName))
                ? $"{full}: there is a run already. Resume it, or give another folder."
                : $"{left}: left over from another run. Give another folder, or move it away.");
        }
    }

    /// <summary>Opens a run.</summary>
    /// <param name="path">Its folder.</param>
    /// <returns>The folder and the run's record.</returns>
    /// <exception cref="CheckpointException">There is no run, or its <c>run.json</c> cannot be read.</exception>
    public static (RunFolder Folder, RunRecord Record) Open(string path)
        => TryOpen(path, out var folder, out var record)
            ? (folder, record)
            : throw new CheckpointException(
                $"{Path.GetFullPath(path)}: there is no run here (no {RunFileName}). "
                + "Train one there first, or give the folder of another.");

    /// <summary>Opens a run, if there is one.</summary>
    /// <param name="path">Its folder; it may be missing.</param>
    /// <param name="folder">The folder; null where there is no run.</param>
    /// <param name="record">The run's record; null where there is no run.</param>
    /// <returns>Whether there is a run.</returns>
    /// <exception cref="CheckpointException">There is one, but its <c>run.json</c> cannot be read.</exception>
    public static bool TryOpen(string path, [NotNullWhen(true)] out RunFolder? folder, [NotNullWhen(true)] out RunRecord? record)
    {
        try
        {
            var fullPath = Path.GetFullPath(path);
            record = RunRecordFile.Read(Path.Combine(fullPath, RunFileName));
            folder = new RunFolder(fullPath, record);
            return true;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            (folder, record) = (null, null);
            return false;
        }
    }

    /// <summary>Makes the run's model, with the weights to use.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="options">The model's shape, from the run's record.</param>
    /// <param name="product">The matrix-product implementation.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="CheckpointException">The weights are missing, or do not fit.</exception>
    public VariationalAutoencoder<T> LoadModel<T>(VaeOptions options, IMatrixProduct<T>? product = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        using var file = SafeTensors.Read(ModelFile);
        return file.MakeModel(options, product);
    }

    /// <summary>A checkpoint that saves a training to this folder; see <see cref="ICheckpoint{T}"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <returns>The checkpoint for a trainer.</returns>
    internal ICheckpoint<T> Checkpoint<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new FolderCheckpoint<T>(this);

    /// <summary>The same folder with another record, such as one with changed options,
    /// which <see cref="WriteRecord"/> then writes.</summary>
    /// <param name="record">The new record.</param>
    internal RunFolder With(RunRecord record) => new(FullPath, record);

    /// <summary>Writes <c>run.json</c>.</summary>
    /// <exception cref="ArgumentException">The record is longer than is read again.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal void WriteRecord()
    {
        var bytes = RunRecordFile.Bytes(_record);
        AtomicFile.WriteOfRun(RunFile, stream => stream.Write(bytes));
    }

    /// <summary>Removes temporary files of a process that was killed during a write. The caller holds the lock.</summary>
    internal static void RemoveLeftovers(string path)
    {
        foreach (var name in new[] { RunFileName, StateFileName, ModelFileName, MetricsFileName })
        {
            AtomicFile.RemoveLeftovers(Path.Combine(Path.GetFullPath(path), name));
        }
    }

    /// <summary>Sets a trainer to the run's state, and rewrites the model and the metrics from it.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="trainer">A trainer with the run's options and data; its weights and state are overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trainer"/> is null.</exception>
    /// <exception cref="CheckpointException">The state is missing, or does not fit.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal void Restore<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(trainer);
        _state.Restore(trainer);
        SaveModel(trainer);
        _metrics.BringInLine(trainer.State.Last);
    }

    /// <summary>The metrics of the epochs so far.</summary>
    /// <exception cref="CheckpointException">A line cannot be read; the message says which.</exception>
    public IReadOnlyList<EpochMetrics> ReadMetrics() => _metrics.Read();

    private void Save<T>(Trainer<T> trainer, EpochMetrics? finished)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((trainer.State.Last?.Epoch ?? 0) != trainer.State.Epoch)
        {
            throw new InvalidOperationException(
                $"A training that Step() has led into epoch {trainer.State.Epoch + 1} has no metrics of the one before, "
                + "and cannot be saved. Use Train().");
        }

        if (!File.Exists(RunFile))                                    // else a removed folder would come back with half a run
        {
            throw Gone();
        }

        try
        {
            SaveFiles(trainer, finished);
        }
        catch (IOException failure) when (!File.Exists(RunFile))
        {
            throw Gone(failure);
        }
    }

    private void SaveFiles<T>(Trainer<T> trainer, EpochMetrics? finished)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _state.Save(trainer);
        var state = trainer.State;
        // The weights to use are not those that stand there already; at the end a prior is fitted beside them.
        if (state.BestEpoch == 0 || state.BestEpoch != _modelEpoch || trainer.IsFinished)
        {
            SaveModel(trainer);
        }

        if (finished is not null)
        {
            _metrics.Append(finished);
        }
    }

    private void SaveModel<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        trainer.Model.Save(ModelFile, trainer.State.Kept, (_record.Preparation, _record.Schema), isOfRun: true);
        _modelEpoch = trainer.State.BestEpoch;
    }

    private CheckpointException Gone(Exception? failure = null)
        => new(
            $"{FullPath}: the run's folder, or its {RunFileName}, is gone, so the training cannot be saved there. "
            + "Bring it back (a share that is not mounted?) and resume the run, or begin another.", failure!);

    /// <summary>Refuses a state that is too short for a model, before the model is allocated.</summary>
    internal void RequireRoomInState(VaeOptions options) => _state.RequireRoomFor(options);

    private sealed class FolderCheckpoint<T>(RunFolder folder) : ICheckpoint<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Save(Trainer<T> trainer, EpochMetrics? finished) => folder.Save(trainer, finished);
    }
}
