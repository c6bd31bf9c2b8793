using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>
/// Layers and losses of the reference step: fused and plain forms, and products with and without zeros left out.
/// </summary>
public class LayerBenchmarks
{
    private const int Features = 784;
    private const int Hidden = 400;
    private const int Samples = 128;

    private static readonly WorkerTeam Team = WorkerTeam.Shared;
    private readonly Dense<float> _dense = new("hidden", Features, Hidden, new SimdProduct<float>(Team), Activation.Relu);
    private readonly BinaryCrossEntropy<float> _bernoulli = new();
    private readonly GaussianLikelihood<float> _gaussian = new();
    private readonly Matrix<float> _input = Of(Features), _inputGradient = Of(Features);
    private readonly Matrix<float> _logits = Of(Features), _logitsGradient = Of(Features);
    private readonly Matrix<float> _output = Of(Hidden), _outputGradient = Of(Hidden);
    private readonly NonZeros _marks = new(Features, Samples);
    private readonly double[] _perSample = new double[Samples];

    /// <summary>Fills everything: the inputs are the first images.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Digits.Load().Train.Samples.Gather([.. Enumerable.Range(0, Samples)], _input.AsSpan());
        _marks.Mark(_input, Team);
        _dense.Initialise(Initialisation.PyTorchUniform, seed: 1, purpose: 0, layer: 0);
        new RandomDraws(1, 1, 0).FillNormal(_logits.AsSpan());
        new RandomDraws(1, 1, 1).FillNormal(_outputGradient.AsSpan());
    }

    /// <summary>H = max(W X + b, 0), no zero left out.</summary>
    [Benchmark]
    public void Forward() => _dense.Forward(_input, _output);

    /// <summary>The same with zeros left out.</summary>
    [Benchmark]
    public void ForwardSparse() => _dense.Forward(_input, _output, _marks);

    /// <summary>dA, dW and db, no zero left out.</summary>
    [Benchmark]
    public void Backward() => _dense.Backward(_input, _output, _outputGradient, inputGradient: null);

    /// <summary>The same with zeros left out.</summary>
    [Benchmark]
    public void BackwardSparse() => _dense.Backward(_input, _output, _outputGradient, inputGradient: null, nonZeros: _marks);

    /// <summary>dA, dW, db and dX.</summary>
    [Benchmark]
    public void BackwardToInput() => _dense.Backward(_input, _output, _outputGradient, _inputGradient);

    /// <summary>Where a batch is not zero.</summary>
    [Benchmark]
    public void Mark() => _marks.Mark(_input, Team);

    /// <summary>The Bernoulli likelihood's loss, then its gradient.</summary>
    [Benchmark]
    public void BernoulliPlain()
    {
        _bernoulli.Forward(_logits, _input, _perSample, Team);
        _bernoulli.Backward(_logits, _input, _logitsGradient, Team);
    }

    /// <summary>Both in one pass.</summary>
    [Benchmark]
    public void BernoulliFused() => _bernoulli.ForwardBackward(_logits, _input, _perSample, _logitsGradient, Team);

    /// <summary>The Gaussian likelihood's loss and gradient.</summary>
    [Benchmark]
    public void Gaussian()
    {
        _gaussian.Forward(_logits, _input, _perSample, Team);
        _gaussian.Backward(_logits, _input, _logitsGradient, Team);
    }

    private static Matrix<float> Of(int rows) => Matrix<float>.Build.Dense(rows, Samples);
}
