using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>What a step does besides products, at the reference step's sizes.</summary>
public class ElementwiseBenchmarks
{
    private const int Features = 784;
    private const int Samples = 128;

    private readonly BinaryCrossEntropy<float> _loss = new();
    private readonly Matrix<float> _logits = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _target = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _gradient = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _bias = Matrix<float>.Build.Dense(Features, 1);
    private readonly double[] _perSample = new double[Samples];
    private readonly Parameter<float> _weight = new("weight", 400, Features);
    private Adam<float> _adam = null!;

    /// <summary>Fills logits and targets.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new RandomDraws(1, 0, 0).FillNormal(_logits.AsSpan());
        new RandomDraws(1, 0, 1).FillUniform(_target.AsSpan());
        new RandomDraws(1, 0, 2).FillNormal(_weight.Gradient.AsSpan());
        _adam = new Adam<float>([_weight], new AdamOptions());
    }

    /// <summary>Binary cross-entropy on logits.</summary>
    [Benchmark]
    public double Loss() => _loss.Forward(_logits, _target, _perSample, WorkerTeam.Shared);

    /// <summary>Its gradient.</summary>
    [Benchmark]
    public void LossGradient() => _loss.Backward(_logits, _target, _gradient, WorkerTeam.Shared);

    /// <summary>max(x, 0).</summary>
    [Benchmark]
    public void ReluForward() => Relu.Forward(_logits, _gradient, WorkerTeam.Shared);

    /// <summary>A bias added to each column.</summary>
    [Benchmark]
    public void AddBias() => Columns.Add(_bias, _gradient, WorkerTeam.Shared);

    /// <summary>Adam on a weight of 400 x 784.</summary>
    [Benchmark]
    public void AdamStep() => _adam.Step();

    /// <summary>epsilon for 20 latents and 128 samples.</summary>
    [Benchmark]
    public void Noise() => new RandomDraws(1, 0, 3).FillNormal(_gradient.AsSpan()[..(20 * Samples)]);
}
