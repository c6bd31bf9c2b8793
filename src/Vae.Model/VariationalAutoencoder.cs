using System.Globalization;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// A variational autoencoder: encoder, reparameterisation, decoder, and the objective
/// <c>loss = reconstruction + lambda KL</c> with its hand-derived backward pass.
/// </summary>
/// <typeparam name="T"><see cref="float"/> to train, <see cref="double"/> to check gradients: the same code.</typeparam>
/// <remarks>
/// Source: Kingma and Welling 2013, "Auto-Encoding Variational Bayes"; the report, sections 2 and 3. Derivation:
/// docs/derivations.md, The whole objective. One thread at a time may use a model, whatever the number of threads of its team.
/// </remarks>
public sealed class VariationalAutoencoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IReconstructionLoss<T> _reconstruction;

    /// <summary>Makes a model whose weights are all zero: initialise it, or load weights.</summary>
    /// <param name="options">Its shape and objective.</param>
    /// <param name="product">What multiplies; <see cref="SimdProduct{T}"/> on all processors where there is none.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public VariationalAutoencoder(VaeOptions options, IMatrixProduct<T>? product = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated();
        Product = product ?? new SimdProduct<T>();
        Encoder = new Encoder<T>(options, Product);
        Decoder = new Decoder<T>(options, Product);
        Parameters = [.. Encoder.Layers.Concat(Decoder.Layers).SelectMany(layer => layer.Parameters)];
        _reconstruction = options.Likelihood switch
        {
            Likelihood.Bernoulli => new BinaryCrossEntropy<T>(),
            _ => new GaussianLikelihood<T>(),
        };
    }

    /// <summary>The shape and the objective.</summary>
    public VaeOptions Options { get; }

    /// <summary>What multiplies.</summary>
    public IMatrixProduct<T> Product { get; }

    /// <summary>q(z|x).</summary>
    public Encoder<T> Encoder { get; }

    /// <summary>p(x|z).</summary>
    public Decoder<T> Decoder { get; }

    /// <summary>Everything that is learnt, encoder first: the one list that Adam, checkpoints and gradient checks walk.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The objective as a formula, with the reduction and the KL weight in force.</summary>
    public string Formula
        => string.Create(
            CultureInfo.InvariantCulture,
            $"loss = reconstruction + {Options.KlWeight} * KL, averaged over samples; reconstruction = {_reconstruction.Formula}; "
            + $"KL = sum over latents of (exp(v) + m^2 - 1 - v) / 2, m the posterior's mean, v its log-variance");

    /// <summary>Draws all weights anew, a pure function of the seed.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <returns>This very model.</returns>
    public VariationalAutoencoder<T> Initialise(ulong seed)
    {
        var number = 0;
        foreach (var layer in Encoder.Layers.Concat(Decoder.Layers))
        {
            layer.Initialise(Options.Initialisation, seed, (uint)Purpose.Weights, number++);
        }

        return this;
    }

    /// <summary>Computes the objective of a batch: encodes, draws z with the noise given, decodes, compares.</summary>
    /// <param name="activations">Input and noise filled in; everything else overwritten.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range.</exception>
    public Objective Forward(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        ForwardToOutput(a);
        return ObjectiveOf(a, _reconstruction.Forward(a.Output, a.Input, a.Reconstruction, Product.Team));
    }

    /// <summary>Computes the gradient of the batch's loss into all parameters, from the end to the beginning.</summary>
    /// <param name="activations">As <see cref="Forward"/> left them.</param>
    public void Backward(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        _reconstruction.Backward(a.Output, a.Input, a.OutputGradient, Product.Team);
        BackwardFromOutput(a);
    }

    /// <summary>Computes the objective of a batch and its gradient into all parameters: <see cref="Forward"/> and
    /// <see cref="Backward"/> with the same bits, the loss and its gradient in one pass.</summary>
    /// <param name="activations">Input and noise filled in; everything else overwritten.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range.</exception>
    public Objective ForwardBackward(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        ForwardToOutput(a);
        var objective = ObjectiveOf(a, _reconstruction.ForwardBackward(a.Output, a.Input, a.Reconstruction, a.OutputGradient, Product.Team));
        BackwardFromOutput(a);
        return objective;
    }

    /// <summary>Computes the posterior's mean and log-variance.</summary>
    /// <param name="activations">Input filled in; mean and log-variance overwritten.</param>
    public void Encode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        Encoder.Forward(activations.Input, activations.InputNonZeros, activations.EncoderHidden, activations.Mean, activations.LogVariance);
    }

    /// <summary>Computes the decoder's output (logits, or a Gaussian's mean) for a latent.</summary>
    /// <param name="activations">Latent filled in; output overwritten.</param>
    public void Decode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        Decoder.Forward(activations.Latent, activations.DecoderHidden, activations.Output);
    }

    /// <summary>Turns the decoder's output into E[x|z]: probabilities for Bernoulli, the output itself for a Gaussian.</summary>
    /// <param name="output">features x samples.</param>
    /// <param name="mean">Of the same shape; overwritten; may be the output itself.</param>
    public void OutputMean(Matrix<T> output, Matrix<T> mean) => _reconstruction.Mean(output, mean);

    private void ForwardToOutput(Activations<T> a)
    {
        Encode(a);
        Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
        Decode(a);
    }

    private Objective ObjectiveOf(Activations<T> a, double reconstruction)
        => new(reconstruction, GaussianKl.Forward(a.Mean, a.LogVariance, a.Kl), Options.KlWeight);

    private void BackwardFromOutput(Activations<T> a)
    {
        Decoder.Backward(a.Latent, a.DecoderHidden, a.OutputGradient, a.DecoderHiddenGradients, a.LatentGradient);
        Reparameterisation.Backward(a.LogVariance, a.Noise, a.LatentGradient, a.MeanGradient, a.LogVarianceGradient);
        if (Options.KlWeight > 0)                                     // 0 times an overflown exp(log-variance) would be NaN
        {
            GaussianKl.Backward(a.Mean, a.LogVariance, Options.KlWeight, a.MeanGradient, a.LogVarianceGradient);
        }

        Encoder.Backward(a.Input, a.InputNonZeros, a.EncoderHidden, a.MeanGradient, a.LogVarianceGradient, a.EncoderHiddenGradients);
    }
}
