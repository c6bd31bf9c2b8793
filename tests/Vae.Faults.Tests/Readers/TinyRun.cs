using Vae.Math;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>A run of a model of some fifty weights, with its files at different moments of the training.</summary>
internal sealed class TinyRun
{
    private const int Features = 6;
    private const int Samples = 14;

    private readonly TrainingRun<float> _run;

    public TinyRun(string folder, Func<RunRecord, RunRecord>? change = null)
    {
        Path = folder;
        Directory.CreateDirectory(folder);
        var record = new RunRecord(
            new VaeOptions { Features = Features, Hidden = [4, 3], Latent = 2 },
            new TrainingOptions
            {
                Epochs = 3,
                BatchSize = 4,
                ValidationSamples = 4,
                Adam = new AdamOptions { LearningRate = 0.01 },
            },
            new DataRecord("noise", Samples, Sha256) { Request = "noise", Rows = 2, Columns = 3 });
        _run = TrainingRun<float>.Begin(folder, change?.Invoke(record) ?? record, Data, Product);
    }

    public static string Sha256 => "ab12";

    public static IMatrixProduct<float> Product { get; } = new SimdProduct<float>(new WorkerTeam(1));

    public static ArraySamples Data { get; } = Noise();

    public string Path { get; }

    public string RunFile => System.IO.Path.Combine(Path, "run.json");

    public string StateFile => System.IO.Path.Combine(Path, "state.safetensors");

    public string ModelFile => System.IO.Path.Combine(Path, "model.safetensors");

    public string MetricsFile => System.IO.Path.Combine(Path, "metrics.jsonl");

    public VaeOptions Shape => _run.Record.Model;

    /// <summary>Saves the run before its first step, within its second epoch, and at its end.</summary>
    /// <returns>The three states.</returns>
    public IReadOnlyList<byte[]> TrainAndSave()
    {
        var checkpoint = _run.Folder.Checkpoint<float>();
        checkpoint.Save(_run.Trainer, null);
        var states = new List<byte[]> { File.ReadAllBytes(StateFile) };
        using var stop = new CancellationTokenSource();
        _run.Train(new StopAt(stop, epoch: 2), stop.Token);
        states.Add(File.ReadAllBytes(StateFile));
        _run.Train();
        states.Add(File.ReadAllBytes(StateFile));
        _run.Dispose();                                               // others shall resume it
        return states;
    }

    public Trainer<float> NewTrainer() => new(new VariationalAutoencoder<float>(Shape, Product), Data, _run.Record.Training);

    private static ArraySamples Noise()
    {
        var random = new Random(3);
        float[] Row() => [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle())];
        return new ArraySamples([.. Enumerable.Range(0, Samples).Select(_ => Row())]);
    }

    private sealed class StopAt(CancellationTokenSource stop, int epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Epoch == epoch)
            {
                stop.Cancel();
            }
        }
    }
}
