using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Every buffer of one forward and backward pass at one batch size. Made once and used for all batches of that size; the
/// short last batch of an epoch has activations of its own.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Activations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes the buffers of a model for batches of this size.</summary>
    /// <param name="options">The model's shape.</param>
    /// <param name="samples">Samples in a batch.</param>
    public Activations(VaeOptions options, int samples)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        Matrix<T> Of(int rows) => Matrix<T>.Build.Dense(rows, samples);

        Samples = samples;
        Input = Of(options.Features);
        InputNonZeros = new NonZeros(options.Features, samples);
        EncoderHidden = [.. options.Hidden.Select(Of)];
        Mean = Of(options.Latent);
        LogVariance = Of(options.Latent);
        Noise = Of(options.Latent);
        Latent = Of(options.Latent);
        DecoderHidden = [.. options.Hidden.Reverse().Select(Of)];
        Output = Of(options.Features);
        Reconstruction = new double[samples];
        Kl = new double[samples];

        OutputGradient = Of(options.Features);
        DecoderHiddenGradients = [.. options.Hidden.Reverse().Select(Of)];
        LatentGradient = Of(options.Latent);
        MeanGradient = Of(options.Latent);
        LogVarianceGradient = Of(options.Latent);
        EncoderHiddenGradients = [.. options.Hidden.Select(Of)];
    }

    /// <summary>Samples in a batch.</summary>
    public int Samples { get; }

    /// <summary>X, features x samples: filled in by the caller.</summary>
    public Matrix<T> Input { get; }

    /// <summary>The posterior's mean, latents x samples.</summary>
    public Matrix<T> Mean { get; }

    /// <summary>The posterior's log-variance, latents x samples.</summary>
    public Matrix<T> LogVariance { get; }

    /// <summary>epsilon, latents x samples: filled in by the caller.</summary>
    public Matrix<T> Noise { get; }

    /// <summary>z, latents x samples.</summary>
    public Matrix<T> Latent { get; }

    /// <summary>What the decoder's last layer gives, features x samples: logits, or a Gaussian's mean.</summary>
    public Matrix<T> Output { get; }

    /// <summary>The reconstruction error of each sample, nats.</summary>
    public double[] Reconstruction { get; }

    /// <summary>The KL divergence of each sample, nats.</summary>
    public double[] Kl { get; }

    /// <summary>Where X is not zero, marked anew by each forward pass.</summary>
    internal NonZeros InputNonZeros { get; }

    /// <summary>The encoder's hidden layers after ReLU, each size x samples.</summary>
    internal Matrix<T>[] EncoderHidden { get; }

    /// <summary>The decoder's hidden layers after ReLU, each size x samples.</summary>
    internal Matrix<T>[] DecoderHidden { get; }

    internal Matrix<T> OutputGradient { get; }

    internal Matrix<T>[] DecoderHiddenGradients { get; }

    internal Matrix<T> LatentGradient { get; }

    internal Matrix<T> MeanGradient { get; }

    internal Matrix<T> LogVarianceGradient { get; }

    internal Matrix<T>[] EncoderHiddenGradients { get; }
}
