using BenchmarkDotNet.Attributes;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>A whole training step, batch assembly and noise included, and the evaluation of a batch's worth of images.</summary>
public class StepBenchmarks : IDisposable
{
    private WorkerTeam _team = null!;
    private Trainer<float> _trainer = null!;
    private Evaluator<float> _evaluator = null!;
    private ISampleSource _images = null!;
    private readonly int[] _batch = [.. Enumerable.Range(0, 128)];

    /// <summary>Threads of the team.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The net, hidden sizes and latent: pytorch/examples' and the report's.</summary>
    [Params("400 20", "400,400 2")]
    public string Net { get; set; } = "";

    /// <summary>Makes the trainer and warms it up.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var words = Net.Split(' ');
        _images = Digits.Load().Train.Samples;
        _team = new WorkerTeam(Threads);
        var options = new VaeOptions
        {
            Features = _images.Features,
            Hidden = [.. words[0].Split(',').Select(int.Parse)],
            Latent = int.Parse(words[1], null),
        };
        var model = new VariationalAutoencoder<float>(options, new SimdProduct<float>(_team)).Initialise(seed: 1);
        _trainer = new Trainer<float>(model, _images, new TrainingOptions { ValidationSamples = 0, Epochs = int.MaxValue });
        _evaluator = new Evaluator<float>(model, batchSize: 128);
    }

    /// <summary>Lets the threads go.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _team?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Forward, loss, backward and Adam on 128 images.</summary>
    [Benchmark]
    public Objective Step() => _trainer.Step();

    /// <summary>The objective of 128 images.</summary>
    [Benchmark]
    public Objective Evaluate() => _evaluator.Evaluate(_images, _batch, seed: 1);
}
