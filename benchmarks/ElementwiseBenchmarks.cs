using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>The parts of a step besides its products, at the reference step's sizes.</summary>
public class ElementwiseBenchmarks
{
    private const int Features = 784;
    private const int Samples = 128;
    private const int Latents = 20;

    private readonly BinaryCrossEntropy<float> _loss = new();
    private readonly Matrix<float> _logits = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _target = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _gradient = Matrix<float>.Build.Dense(Features, Samples);
    private readonly Matrix<float> _bias = Matrix<float>.Build.Dense(Features, 1);
    private readonly double[] _perSample = new double[Samples];
    private readonly Parameter<float> _weight = new("weight", 400, Features);
    private readonly Matrix<float> _mean = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly Matrix<float> _logVariance = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly Matrix<float> _noise = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly Matrix<float> _latent = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly Matrix<float> _meanGradient = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly Matrix<float> _logVarianceGradient = Matrix<float>.Build.Dense(Latents, Samples);
    private readonly byte[] _bytes = new byte[Features * Samples];
    private Adam<float> _adam = null!;

    /// <summary>Fills logits and targets.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new RandomDraws(1, 0, 0).FillNormal(_logits.AsSpan());
        new RandomDraws(1, 0, 1).FillUniform(_target.AsSpan());
        new RandomDraws(1, 0, 2).FillNormal(_weight.Gradient.AsSpan());
        new RandomDraws(1, 0, 4).FillNormal(_mean.AsSpan());
        new RandomDraws(1, 0, 5).FillNormal(_logVariance.AsSpan());
        new RandomDraws(1, 0, 6).FillNormal(_noise.AsSpan());
        new Random(1).NextBytes(_bytes);
        _adam = new Adam<float>([_weight], new AdamOptions());
    }

    /// <summary>Binary cross-entropy on logits.</summary>
    [Benchmark]
    public double Loss() => _loss.Forward(_logits, _target, _perSample, WorkerTeam.Shared);

    /// <summary>Its gradient.</summary>
    [Benchmark]
    public void LossGradient() => _loss.Backward(_logits, _target, _gradient, WorkerTeam.Shared);

    /// <summary>max(x + b, 0): a bias and the activation in one pass.</summary>
    [Benchmark]
    public void ReluForward() => Columns.AddAndActivate(_bias, Activation.Relu, _gradient, WorkerTeam.Shared);

    /// <summary>A bias added to each column.</summary>
    [Benchmark]
    public void AddBias() => Columns.Add(_bias, _gradient, WorkerTeam.Shared);

    /// <summary>Adam on a weight of 400 x 784.</summary>
    [Benchmark]
    public void AdamStep() => _adam.Step();

    /// <summary>epsilon for 20 latents and 128 samples.</summary>
    [Benchmark]
    public void Noise() => new RandomDraws(1, 0, 3).FillNormal(_latent.AsSpan());

    /// <summary>z for 20 latents and 128 samples.</summary>
    [Benchmark]
    public void Reparameterise() => Reparameterisation.Forward(_mean, _logVariance, _noise, _latent);

    /// <summary>Its gradients.</summary>
    [Benchmark]
    public void ReparameteriseGradient()
        => Reparameterisation.Backward(_logVariance, _noise, _noise, _meanGradient, _logVarianceGradient);

    /// <summary>The KL divergence of 128 posteriors of 20 latents.</summary>
    [Benchmark]
    public double Kl() => GaussianKl.Forward(_mean, _logVariance, _perSample);

    /// <summary>Its gradients.</summary>
    [Benchmark]
    public void KlGradient() => GaussianKl.Backward(_mean, _logVariance, 0, _meanGradient, _logVarianceGradient);

    /// <summary>A batch of pixels from bytes, on one thread.</summary>
    [Benchmark]
    public void PixelsFromBytes() => Bytes.ToUnit(_bytes, _gradient.AsSpan());
}
