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
    private const string FirstMoment = "adam.first.";
    private const string SecondMoment = "adam.second.";
    private const string BestWeights = "best.";

    private RunFolder(string path) => FullPath = Path.GetFullPath(path);

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Whether the run has been saved since it was begun.</summary>
    public bool HasState => File.Exists(StateFile);

    private string RunFile => Path.Combine(FullPath, "run.json");

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
        var folder = new RunFolder(path);
        if (File.Exists(folder.RunFile))
        {
            throw new CheckpointException(
                $"{folder.FullPath}: there is a run already. Resume it (vae train --resume), or give another folder.");
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
        var folder = new RunFolder(path);
        try
        {
            using var stream = File.OpenRead(folder.RunFile);
            var record = JsonSerializer.Deserialize(stream, RunJson.Default.RunRecord);
            if (record is null || record.Model is null || record.Training is null || record.Data is null || record.Format != 1)
            {
                throw new CheckpointException($"{folder.RunFile}: wanted the record of a run of format 1, but found another one.");
            }

            record.Model.Validated();
            record.Training.Validated(record.Data.Samples);
            return (folder, record);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{folder.FullPath}: there is no run here (no run.json). Train one with vae train --out.", failure);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new CheckpointException($"{folder.RunFile}: not the record of a run: {failure.Message}", failure);
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

    /// <summary>Puts a trainer where the run stands, and the model and the metrics in line with it.</summary>
    /// <param name="trainer">A trainer with the run's options and data; its weights and state are overwritten.</param>
    /// <exception cref="CheckpointException">The state is not there, or does not fit.</exception>
    public void Restore<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(trainer);
        var file = SafeTensors.Read(StateFile);
        var state = trainer.State;
        state.Epoch = (int)Whole(file, "epoch");
        state.Samples = (int)Whole(file, "samples");
        state.Adam.StepCount = Whole(file, "step");
        state.BestEpoch = (int)Whole(file, "best_epoch");
        state.BestScore = Real(file, "best_score");
        state.ReconstructionSum = Real(file, "reconstruction_sum");
        state.KlSum = Real(file, "kl_sum");
        state.EpochSeconds = Real(file, "epoch_seconds");
        foreach (var (name, values) in Tensors(state))
        {
            file.Read(name, values);
        }

        trainer.Model.Save(ModelFile, state.Kept);
        KeepMetrics(state.Epoch);
    }

    /// <summary>The metrics of the epochs so far.</summary>
    public IReadOnlyList<EpochMetrics> ReadMetrics()
        => File.Exists(MetricsFile)
            ? [.. File.ReadLines(MetricsFile).Select(line => JsonSerializer.Deserialize(line, MetricsJson.Default.EpochMetrics)!)]
            : [];

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
            ["seed"] = Text(trainer.Options.Seed),
            ["best_epoch"] = Text(state.BestEpoch),
            ["best_score"] = Text(state.BestScore),
            ["reconstruction_sum"] = Text(state.ReconstructionSum),
            ["kl_sum"] = Text(state.KlSum),
            ["epoch_seconds"] = Text(state.EpochSeconds),
            ["finished"] = finished is null ? "" : JsonSerializer.Serialize(finished, MetricsJson.Default.EpochMetrics),
        });
        trainer.Model.Save(ModelFile, state.Kept);
        if (finished is not null)
        {
            File.AppendAllText(MetricsFile, JsonSerializer.Serialize(finished, MetricsJson.Default.EpochMetrics) + "\n");
        }
    }

    // The state is ahead of the metrics by at most the epoch that it was written for, and holds that epoch's line itself.
    private void KeepMetrics(int epochs)
    {
        var lines = File.Exists(MetricsFile) ? File.ReadLines(MetricsFile).Take(epochs).ToList() : [];
        var last = SafeTensors.Read(StateFile).Metadata.GetValueOrDefault("finished", "");
        if (lines.Count < epochs && last.Length > 0)
        {
            lines.Add(last);
        }

        AtomicFile.Write(MetricsFile, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))));
    }

    // Round-trips exactly: .NET writes the shortest text that reads back as the same double.
    private static string Text<TNumber>(TNumber value)
        where TNumber : INumber<TNumber>
        => value.ToString(null, CultureInfo.InvariantCulture);

    private long Whole(SafeTensorsFile file, string key)
        => file.Metadata.TryGetValue(key, out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new CheckpointException($"{StateFile}: wanted a whole number '{key}' in the header, but found '{text}'.");

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
