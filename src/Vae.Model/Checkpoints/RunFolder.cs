using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The files of a run: <c>run.json</c> (what it is), <c>state.safetensors</c> (where it stands: all that a resume needs),
/// <c>model.safetensors</c> (the weights to use) and <c>metrics.jsonl</c> (a line for each epoch).
/// </summary>
/// <remarks>
/// <para>The state is written first and is what counts: should the process die before the model and the metrics follow, opening the
/// run to resume it brings them in line. Each file is flushed to the disk before the next is begun, so no order of events, a power cut
/// among them, loses more than the steps since the last checkpoint.</para>
/// <para>A folder may be read by many, and written by one at a time: <see cref="TrainingRun{T}"/> holds its <c>run.lock</c>.</para>
/// </remarks>
public sealed class RunFolder
{
    private const string RunFileName = "run.json";
    private const string StateFileName = "state.safetensors";
    private const string ModelFileName = "model.safetensors";
    private const string MetricsFileName = "metrics.jsonl";
    private const string FirstMoment = "adam.first.";
    private const string SecondMoment = "adam.second.";
    private const string BestWeights = "best.";
    private const string Seed = "seed";
    private const string Said = "said";
    private const string LastEpoch = "last_epoch";

    private readonly RunRecord _record;
    private int? _modelEpoch;

    private RunFolder(string path, RunRecord record)
    {
        FullPath = Path.GetFullPath(path);
        _record = record;
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Whether the run has been saved since it was begun.</summary>
    public bool HasState => File.Exists(StateFile);

    /// <summary>The file whose holder may write in a run's folder.</summary>
    internal static string LockOf(string path) => Path.Combine(Path.GetFullPath(path), "run.lock");

    private string RunFile => Path.Combine(FullPath, RunFileName);

    private string ModelFile => Path.Combine(FullPath, ModelFileName);

    private string StateFile => Path.Combine(FullPath, StateFileName);

    private string MetricsFile => Path.Combine(FullPath, MetricsFileName);

    /// <summary>Begins a run in a folder that holds none, or one that ended before anything of it was saved.</summary>
    /// <param name="path">The folder; made if need be.</param>
    /// <param name="record">What the run is.</param>
    /// <returns>The folder, with its <c>run.json</c>.</returns>
    /// <exception cref="CheckpointException">There is a run already.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static RunFolder Create(string path, RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var folder = new RunFolder(path, record);
        string[] results = [folder.StateFile, folder.ModelFile, folder.MetricsFile];
        if (results.FirstOrDefault(File.Exists) is { } left)          // would be taken for the new run's
        {
            throw new CheckpointException(File.Exists(folder.RunFile)
                ? $"{folder.FullPath}: there is a run already. Resume it (vae train --resume), or give another folder."
                : $"{left}: left over from another run. Give another folder, or move it away.");
        }

        folder.WriteRecord();
        return folder;
    }

    /// <summary>Opens a run.</summary>
    /// <param name="path">Its folder.</param>
    /// <returns>The folder and what the run is.</returns>
    /// <exception cref="CheckpointException">There is no run, or its <c>run.json</c> cannot be read.</exception>
    public static (RunFolder Folder, RunRecord Record) Open(string path)
    {
        var fullPath = Path.GetFullPath(path);
        var file = Path.Combine(fullPath, RunFileName);
        try
        {
            var record = RunRecordFile.Read(file);
            if (record is null || record.Model is null || record.Training is null || record.Data is null || record.Format != 1)
            {
                throw new CheckpointException($"{file}: wanted the record of a run of format 1, but found another one.");
            }

            record.Model.Validated();
            record.Training.Validated(record.Data.Samples);
            return (new RunFolder(fullPath, record), record);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{fullPath}: there is no run here (no {RunFileName}). Train one with vae train --out.", failure);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new CheckpointException($"{file}: not the record of a run: {failure.Message}", failure);
        }
    }

    /// <summary>Makes the run's model, with the weights to use.</summary>
    /// <param name="options">The model's shape, from the run's record.</param>
    /// <param name="product">What multiplies.</param>
    /// <returns>The model.</returns>
    /// <exception cref="CheckpointException">The weights are not there, or do not fit.</exception>
    public VariationalAutoencoder<T> LoadModel<T>(VaeOptions options, IMatrixProduct<T>? product = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = new VariationalAutoencoder<T>(options, product);
        model.Load(ModelFile);
        return model;
    }

    /// <summary>Saves a training as it stands; see <see cref="ICheckpoint{T}"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <returns>What to give to <see cref="Trainer{T}.Train"/>.</returns>
    public ICheckpoint<T> Checkpoint<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new FolderCheckpoint<T>(this);

    /// <summary>The same folder with another record, such as one whose options were changed; <c>run.json</c> is replaced.</summary>
    /// <param name="record">What the run is from now on.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal RunFolder With(RunRecord record)
    {
        var changed = new RunFolder(FullPath, record);
        changed.WriteRecord();
        return changed;
    }

    /// <summary>Removes what a process left in a folder that was killed in the middle of a write. The caller holds the lock.</summary>
    internal static void RemoveLeftovers(string path)
    {
        foreach (var name in new[] { RunFileName, StateFileName, ModelFileName, MetricsFileName })
        {
            AtomicFile.RemoveLeftovers(Path.Combine(Path.GetFullPath(path), name));
        }
    }

    /// <summary>Puts a trainer where the run stands, and the model and the metrics in line with it.</summary>
    /// <param name="trainer">A trainer with the run's options and data; its weights and state are overwritten.</param>
    /// <exception cref="CheckpointException">The state is not there, or does not fit.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Restore<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var file = SafeTensors.Read(StateFile);
        var state = trainer.State;
        RequireFit(file, trainer);
        file.ReadAll(Tensors(state));
        state.Epoch = (int)Whole(file, "epoch");
        state.Samples = (int)Whole(file, "samples");
        state.Adam.StepCount = Whole(file, "step");
        state.BestEpoch = (int)Whole(file, "best_epoch");
        state.BestScore = Real(file, "best_score");
        state.ReconstructionSum = Real(file, "reconstruction_sum");
        state.KlSum = Real(file, "kl_sum");
        var sums = SumsOf(state, trainer.Model.Options);
        state.LossSum = Real(file, "loss_sum", sums.Loss);
        state.NegativeElboSum = Real(file, "negative_elbo_sum", sums.NegativeElbo);
        state.Said.Clear();
        state.Said.UnionWith(Diagnoses(file.Metadata.GetValueOrDefault(Said, "")));
        state.EpochSeconds = Real(file, "epoch_seconds");
        state.Last = Metrics(file.Metadata.GetValueOrDefault(LastEpoch, ""), StateFile);
        if ((state.Last?.Epoch ?? 0) != state.Epoch)
        {
            throw new CheckpointException(
                $"{StateFile}: wanted the metrics of epoch {state.Epoch}, but found {(state.Last is null ? "none" : $"those of epoch {state.Last.Epoch}")}.");
        }

        SaveModel(trainer);
        BringInLine(state.Last);
    }

    /// <summary>The metrics of the epochs so far.</summary>
    /// <exception cref="CheckpointException">A line cannot be read; the message says which.</exception>
    public IReadOnlyList<EpochMetrics> ReadMetrics()
        => [.. MetricsLines().Select((line, i) => Metrics(line, $"{MetricsFile}, line {i + 1}")
            ?? throw new CheckpointException($"{MetricsFile}, line {i + 1}: wanted the metrics of an epoch, but the line is empty."))];

    private static IReadOnlyList<(string Name, Matrix<T> Values)> Tensors<T>(TrainingState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. state.Adam.Parameters.SelectMany((parameter, i) => new[]
        {
            (parameter.Name, parameter.Value),
            (FirstMoment + parameter.Name, state.Adam.FirstMoments[i]),
            (SecondMoment + parameter.Name, state.Adam.SecondMoments[i]),
            (BestWeights + parameter.Name, state.Best[i]),
        })];

    private void Save<T>(Trainer<T> trainer, EpochMetrics? finished)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!File.Exists(RunFile))                                    // or a folder that somebody removed would come back with half a run in it
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
        var state = trainer.State;
        var texts = new Dictionary<string, string>
        {
            ["epoch"] = Text(state.Epoch),
            ["samples"] = Text(state.Samples),
            ["step"] = Text(state.Adam.StepCount),
            [Seed] = Text(trainer.Options.Seed),
            ["best_epoch"] = Text(state.BestEpoch),
            ["best_score"] = Text(state.BestScore),
            ["reconstruction_sum"] = Text(state.ReconstructionSum),
            ["kl_sum"] = Text(state.KlSum),
            ["loss_sum"] = Text(state.LossSum),
            ["negative_elbo_sum"] = Text(state.NegativeElboSum),
            [Said] = string.Join(',', state.Said),
            ["epoch_seconds"] = Text(state.EpochSeconds),
            [LastEpoch] = state.Last is null ? "" : Text(state.Last),
        };
        SafeTensors.Write(StateFile, Tensors(state), texts, makesFolder: false);
        if (state.BestEpoch == 0 || state.BestEpoch != _modelEpoch)   // the weights to use are not those that stand there already
        {
            SaveModel(trainer);
        }

        if (finished is not null)
        {
            AtomicFile.Append(MetricsFile, Encoding.UTF8.GetBytes(Text(finished) + "\n"));
        }
    }

    private void SaveModel<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        trainer.Model.Save(ModelFile, trainer.State.Kept, makesFolder: false);
        _modelEpoch = trainer.State.BestEpoch;
    }

    private void WriteRecord()
        => AtomicFile.Write(RunFile, stream => JsonSerializer.Serialize(stream, _record, RunJson.Default.RunRecord));

    private CheckpointException Gone(Exception? failure = null)
        => new(
            $"{FullPath}: the run's folder, or its {RunFileName}, is gone, so the training cannot be saved there. "
            + "Bring it back (a share that is not mounted?) and resume the run, or begin another.", failure!);

    // What a run of before, which did not keep these two sums, comes to: it had but one kind of loss.
    private static Objective SumsOf<T>(TrainingState<T> state, VaeOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(state.ReconstructionSum, state.KlSum, options.KlWeight)
        {
            NegativeElbo = state.Samples == 0 ? 0 : (state.Samples * options.Negative(state.ReconstructionSum / state.Samples)) + state.KlSum,
        };

    // The lines of the epochs before the last one, and the last one's from the state itself: its own line may be missing or torn.
    private void BringInLine(EpochMetrics? last)
    {
        var lines = MetricsLines().Where(line => EpochOf(line) is { } epoch && epoch < last?.Epoch).ToList();
        if (last is not null)
        {
            lines.Add(Text(last));
        }

        AtomicFile.Write(MetricsFile, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
    }

    private string[] MetricsLines() => File.Exists(MetricsFile) ? File.ReadAllLines(MetricsFile) : [];

    private int? EpochOf(string line)
    {
        try
        {
            return Metrics(line, MetricsFile)?.Epoch;
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private EpochMetrics? Metrics(string line, string place)
    {
        try
        {
            return line.Length == 0 ? null : MetricsLine.Read(line, _record);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException) // the latter: a name that is there twice
        {
            throw new CheckpointException($"{place}: not the metrics of an epoch: {failure.Message}", failure);
        }
    }

    private static string Text(EpochMetrics metrics) => JsonSerializer.Serialize(metrics, MetricsJson.Default.EpochMetrics);

    // Round-trips exactly: .NET writes the shortest text that reads back as the same double.
    private static string Text<TNumber>(TNumber value)
        where TNumber : INumber<TNumber>
        => value.ToString(null, CultureInfo.InvariantCulture);

    // What would not fail, but go on with other batches or other noise.
    private void RequireFit<T>(SafeTensorsFile file, Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var seed = file.Metadata.GetValueOrDefault(Seed, "missing");
        if (seed != Text(trainer.Options.Seed))
        {
            throw new CheckpointException($"{StateFile}: the run's seed is {seed}, but the trainer's is {trainer.Options.Seed}.");
        }

        var samples = Whole(file, "samples");
        if (samples > trainer.TrainingSampleCount)
        {
            throw new CheckpointException(
                $"{StateFile}: the run has seen {samples} samples of its epoch, but the trainer's has only {trainer.TrainingSampleCount}.");
        }
    }

    private IEnumerable<DiagnosisKind> Diagnoses(string names)
        => names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => Enum.TryParse<DiagnosisKind>(name, out var kind)
            ? kind
            : throw new CheckpointException($"{StateFile}: wanted the names of diagnoses as '{Said}' in the header, but found '{name}'."));

    private long Whole(SafeTensorsFile file, string key)
        => file.Metadata.TryGetValue(key, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new CheckpointException($"{StateFile}: wanted a whole number '{key}' in the header, but found '{text}'.");

    private double Real(SafeTensorsFile file, string key, double missing)
        => file.Metadata.ContainsKey(key) ? Real(file, key) : missing;

    private double Real(SafeTensorsFile file, string key)
        => file.Metadata.TryGetValue(key, out var text) && double.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CheckpointException($"{StateFile}: wanted a number '{key}' in the header, but found '{text}'.");

    private sealed class FolderCheckpoint<T>(RunFolder folder) : ICheckpoint<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Save(Trainer<T> trainer, EpochMetrics? finished) => folder.Save(trainer, finished);
    }
}
