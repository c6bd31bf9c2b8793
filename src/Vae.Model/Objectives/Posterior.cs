using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The buffers between encoder and decoder: the posterior q(z|x) of a batch, its draws z, and the terms that a
/// <see cref="Bound"/> computes from them. Made once for each batch size.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="latents">The latent dimension.</param>
/// <param name="samples">Samples in a batch.</param>
/// <param name="draws">Draws in a batch, k for each sample: column j of z belongs to sample <c>j / k</c>.</param>
internal sealed class Posterior<T>(int latents, int samples, int draws)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Matrix<T>? _meanGradient;
    private Matrix<T>? _logVarianceGradient;
    private Matrix<T>? _latentGradient;
    private double[]? _observedFeatures;

    /// <summary>The mean, latents x samples.</summary>
    public Matrix<T> Mean { get; } = Of(latents, samples);

    /// <summary>The log-variance, latents x samples.</summary>
    public Matrix<T> LogVariance { get; } = Of(latents, samples);

    /// <summary>epsilon, latents x draws.</summary>
    public Matrix<T> Noise { get; } = Of(latents, draws);

    /// <summary>z, latents x draws.</summary>
    public Matrix<T> Latent { get; } = Of(latents, draws);

    /// <summary>The reconstruction error of each draw, nats.</summary>
    public double[] Reconstruction { get; } = new double[draws];

    /// <summary>The KL divergence of each sample, nats.</summary>
    public double[] Kl { get; } = new double[samples];

    /// <summary>The KL divergence of each latent, averaged over the batch, nats; filled in only with free bits.</summary>
    public double[] KlPerLatent { get; } = new double[latents];

    /// <summary>log w of each draw, nats; filled in only by importance-weighted bounds.</summary>
    public double[] LogWeights { get; } = new double[draws];

    /// <summary>w of each draw, normalised to a sum of 1 over its sample's draws.</summary>
    public double[] Weights { get; } = new double[draws];

    /// <summary>The gradient of the loss with respect to log w of each draw.</summary>
    public double[] LogWeightGradients { get; } = new double[draws];

    /// <summary>
    /// The gradient of the loss with respect to one term of log w of each draw: first the reconstruction error's, then, in the
    /// same room, that of log p(z) - log q(z|x).
    /// </summary>
    public double[] TermGradients { get; } = new double[draws];

    /// <summary>The bound on log p(x) of each sample, nats; filled in only by importance-weighted bounds.</summary>
    public double[] Bounds { get; } = new double[samples];

    /// <summary>The number of observed features of each sample; null where no feature of any sample is missing.</summary>
    public double[]? ObservedFeatures { get; private set; }

    /// <summary>Counts the observed features of each sample.</summary>
    /// <param name="observed">The mask, features x samples of 0 or 1; null where nothing is missing.</param>
    public void Count(Matrix<T>? observed)
    {
        ObservedFeatures = observed is null ? null : _observedFeatures ??= new double[samples];
        for (var sample = 0; observed is not null && sample < samples; sample++)
        {
            _observedFeatures![sample] = double.CreateTruncating(TensorPrimitives.Sum<T>(observed.ColumnSpan(sample)));
        }
    }

    /// <summary>The weights of an objective for one draw: a Gaussian's constant counts the observed features alone.</summary>
    public ObjectiveWeights WeightsOf(in ObjectiveWeights weights, int draw)
        => ObservedFeatures is { } observed ? weights with { Features = observed[draw / (draws / samples)] } : weights;

    /// <summary>The weights of an objective for the mean of the batch.</summary>
    public ObjectiveWeights MeanWeights(in ObjectiveWeights weights)
        => weights with { Features = SumOfFeatures(weights) / samples };

    /// <summary>The number of observed features of all samples together.</summary>
    public double SumOfFeatures(in ObjectiveWeights weights)
        => ObservedFeatures is { } observed ? TensorPrimitives.Sum<double>(observed) : weights.Features * samples;

    /// <summary>dmean, latents x samples; made when first asked for.</summary>
    public Matrix<T> MeanGradient => _meanGradient ??= Of(latents, samples);

    /// <summary>dlog-variance, latents x samples; made when first asked for.</summary>
    public Matrix<T> LogVarianceGradient => _logVarianceGradient ??= Of(latents, samples);

    /// <summary>dz, latents x draws; made when first asked for.</summary>
    public Matrix<T> LatentGradient => _latentGradient ??= Of(latents, draws);

    private static Matrix<T> Of(int rows, int columns) => Matrix<T>.Build.Dense(rows, columns);
}
