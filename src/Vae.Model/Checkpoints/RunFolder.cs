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
/// The state is written first and is what counts: should the process die before the model and the metrics follow, opening the
/// run to resume it brings them in line.
/// </remarks>
public sealed class RunFolder
{
    private const string RunFileName = "run.json";
    private const string FirstMoment = "adam.first.";
    private const string SecondMoment = "adam.second.";
    private const string BestWeights = "best.";

    internal const string Seed = "seed";
    internal const string Said = "said";
    internal const string LastEpoch = "last_epoch";

    private readonly RunRecord _record;

    private RunFolder(string path, RunRecord record)
    {
        FullPath = Path.GetFullPath(path);
        _record = record;
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Whether the run has been saved since it was begun.</summary>
    public bool HasState => File.Exists(StateFile);

    private string RunFile => Path.Combine(FullPath, RunFileName);

    private string ModelFile => Path.Combine(FullPath, "model.safetensors");

    private string StateFile => Path.Combine(FullPath, "state.safetensors");

    private string MetricsFile => Path.Combine(FullPath, "metrics.jsonl");

    /// <summary>Begins a run in a folder that holds none.</summary>
    /// <param name="path">The folder; made if need be.</param>
    /// <param name="record">What the run is.</param>
    /// <returns>The folder, with its <c>run.json</c>.</returns>
    /// <exception cref="CheckpointException">There is a run already.</exception>
    public static RunFolder Create(string path, RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var folder = new RunFolder(path, record);
        if (File.Exists(folder.RunFile))
        {
            throw new CheckpointException(
                $"{folder.FullPath}: there is a run already. Resume it (vae train --resume), or give another folder.");
        }

        string[] others = [folder.StateFile, folder.ModelFile, folder.MetricsFile];
        if (others.FirstOrDefault(File.Exists) is { } left)            // would be taken for the new run's
        {
            throw new CheckpointException($"{left}: left over from another run. Give another folder, or move it away.");
        }

        AtomicFile.Write(folder.RunFile, stream => JsonSerializer.Serialize(stream, record, RunJson.Default.RunRecord));
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
            return (new RunFolder(fullPath, record), record);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{fullPath}: there is no run here (no {RunFileName}). Train one with vae train --out.", failure);
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
        SafeTensors.Read(ModelFile).RequireRoomFor(options.Validated(), copies: 1);
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

    /// <summary>Puts a trainer where the run stands, and the model and the metrics in line with it.</summary>
    /// <param name="trainer">A trainer with the run's options and data; its weights and state are overwritten.</param>
    /// <exception cref="CheckpointException">The state is not there, or does not fit.</exception>
    public void Restore<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var file = SafeTensors.Read(StateFile);
        var state = trainer.State;
        var standing = new StateMetadata(file, StateFile, _record);
        standing.RequireFit(trainer.Options.Seed, trainer.TrainingSampleCount);
        file.ReadAll(Tensors(state), name => name.StartsWith(SecondMoment, StringComparison.Ordinal));
        standing.CopyTo(state);
        trainer.Model.Save(ModelFile, state.Kept);
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
        var state = trainer.State;
        SafeTensors.Write(StateFile, Tensors(state), new Dictionary<string, string>
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
        });
        trainer.Model.Save(ModelFile, state.Kept);
        if (finished is not null)
        {
            File.AppendAllText(MetricsFile, Text(finished) + "\n");
        }
    }

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

    private IEnumerable<string> MetricsLines()
        => File.Exists(MetricsFile) ? BoundedFile.ReadLines(MetricsFile, MetricsLine.MostBytes, MetricsLine.MostBytesInLine) : [];

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

    private EpochMetrics? Metrics(string line, string place) => line.Length == 0 ? null : MetricsLine.Read(line, _record, place);

    private static string Text(EpochMetrics metrics) => JsonSerializer.Serialize(metrics, MetricsJson.Default.EpochMetrics);

    // Round-trips exactly: .NET writes the shortest text that reads back as the same double.
    private static string Text<TNumber>(TNumber value)
        where TNumber : INumber<TNumber>
        => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Refuses a state that cannot hold a model, before room is made for the model.</summary>
    internal void RequireRoomInState(VaeOptions options) => SafeTensors.Read(StateFile).RequireRoomFor(options, copies: 4);

    private sealed class FolderCheckpoint<T>(RunFolder folder) : ICheckpoint<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Save(Trainer<T> trainer, EpochMetrics? finished) => folder.Save(trainer, finished);
    }
}
