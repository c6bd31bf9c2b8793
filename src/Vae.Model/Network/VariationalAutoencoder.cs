using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// A variational autoencoder: encoder, reparameterisation, decoder and objective, with a backward pass derived by hand. The
/// objective is <c>loss = reconstruction + lambda KL</c> or an importance-weighted bound.
/// </summary>
/// <typeparam name="T"><see cref="float"/> to train, <see cref="double"/> to check gradients: the same code.</typeparam>
/// <remarks>
/// Source: Kingma and Welling 2013, "Auto-Encoding Variational Bayes"; the report, sections 2 and 3.
/// Derivation: docs/derivations.md, The whole objective. A model may be used by one thread at a time; it
/// spreads its work over its team's threads itself.
/// </remarks>
public sealed class VariationalAutoencoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ILikelihood<T> _likelihood;
    private readonly ObjectiveWeights _weights;

    /// <summary>Makes a model whose weights are all zero: call <see cref="Initialise"/> or load weights next.</summary>
    /// <param name="options">The model's shape and objective.</param>
    /// <param name="product">The matrix-product implementation; null for <see cref="SimdProduct{T}"/> on all processors.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public VariationalAutoencoder(VaeOptions options, IMatrixProduct<T>? product = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated();
        Product = product ?? new SimdProduct<T>();
        Encoder = new Encoder<T>(options, Product);
        _likelihood = Likelihoods.Of<T>(options);
        Decoder = new Decoder<T>(options, _likelihood, Product);
        _weights = options.ObjectiveWeights;
        Prior = options.PriorComponents > 0 ? new LatentPrior<T>(options.Latent, options.PriorComponents) : null;
        Parameters = [.. Encoder.Parameters, .. Decoder.Parameters, .. _likelihood.Parameters, .. Prior?.Parameters ?? []];
    }

    /// <summary>The shape and the objective.</summary>
    public VaeOptions Options { get; }

    /// <summary>The matrix-product implementation.</summary>
    public IMatrixProduct<T> Product { get; }

    /// <summary>The mixture in the place of N(0, I); null for none.</summary>
    internal LatentPrior<T>? Prior { get; }

    /// <summary>The likelihood p(x|z).</summary>
    internal ILikelihood<T> Likelihood => _likelihood;

    /// <summary>q(z|x).</summary>
    internal Encoder<T> Encoder { get; }

    /// <summary>p(x|z).</summary>
    internal Decoder<T> Decoder { get; }

    /// <summary>Every learnt parameter, encoder first: the one list that Adam, checkpoints and gradient checks walk.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The objective as a formula, with the reduction and the KL weight in force.</summary>
    public string Formula
        => $"{Options.Bound.Formula(_weights, Options.Draws)}, averaged over samples; "
            + $"reconstruction = {_likelihood.Formula}; "
            + "KL = sum over latents of (exp(v) + m^2 - 1 - v) / 2, m the posterior's mean, v its log-variance";

    /// <summary>Draws all weights anew, as a pure function of the seed.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <returns>This model.</returns>
    public VariationalAutoencoder<T> Initialise(ulong seed)
    {
        var number = 0;
        foreach (var layer in Encoder.Layers.Concat(Decoder.Layers))
        {
            layer.Initialise(Options.Initialisation, seed, (uint)Purpose.Weights, number++);
        }

        Encoder.Linear?.Weight.Value.Clear();                         // a path learns from 0, like one that is not there
        Decoder.Linear?.Initialise(seed, (uint)Purpose.Weights, number);
        Decoder.Shared?.Value.Value.Clear();
        foreach (var parameter in _likelihood.Parameters)
        {
            parameter.Value.Clear();
        }

        return this;
    }

    /// <summary>
    /// Computes the objective of a batch: encodes, draws z with the given noise, decodes, and compares the output with the input.
    /// </summary>
    /// <param name="activations">Input, noise and, where the model has them, labels filled
    /// in; everything else overwritten.</param>
    /// <param name="warmUp">The share of the KL weight that is in force, 1 after a warm-up.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range, or
    /// a label outside the model's.</exception>
    public Objective Forward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        ForwardToOutput(a);
        var reconstruction = _likelihood.Forward(a.Output, a.Target, a.Reconstruction, Product.Team, a.Observed);
        return Options.Bound.Forward(a.Posterior, _weights, reconstruction, warmUp);
    }

    /// <summary>
    /// Computes the gradient of the batch's loss into all parameters, from the decoder's output back to the encoder.
    /// </summary>
    /// <param name="activations">As <see cref="Forward"/> left them.</param>
    /// <param name="warmUp">As <see cref="Forward"/> saw it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    public void Backward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        var weights = Options.Bound.Backward(a.Posterior, _weights);
        _likelihood.Backward(a.Output, a.Target, a.OutputGradient, Product.Team, weights, a.Observed);
        BackwardFromOutput(a, warmUp);
    }

    /// <summary>
    /// Computes the objective of a batch and its gradient into all parameters, with the bits of
    /// <see cref="Forward"/> and then <see cref="Backward"/>. If all draws have the same weight, or the likelihood is a table's,
    /// one pass computes both the reconstruction error and its gradient.
    /// </summary>
    /// <param name="activations">Input, noise and, where the model has them, labels filled
    /// in; everything else overwritten.</param>
    /// <param name="warmUp">The share of the KL weight that is in force, 1 after a warm-up.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range, or
    /// a label outside the model's.</exception>
    public Objective ForwardBackward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        if (!Options.Bound.WeighsDrawsAlike && _likelihood is TableLikelihood<T> columns)
        {
            ForwardToOutput(a);
            var mean = columns.ForwardWithOwnGradients(
                a.Output, a.Target, a.Reconstruction, a.OutputGradient, Product.Team, a.Observed);
            var objective = Options.Bound.Forward(a.Posterior, _weights, mean, warmUp);
            TableLikelihood<T>.WeighGradient(a.OutputGradient, Options.Bound.Backward(a.Posterior, _weights), Product.Team);
            BackwardFromOutput(a, warmUp);
            return objective;
        }

        if (!Options.Bound.WeighsDrawsAlike)                          // its weights depend on all draws of a sample
        {
            var objective = Forward(a, warmUp);
            Backward(a, warmUp);
            return objective;
        }

        ForwardToOutput(a);
        var reconstruction = _likelihood.ForwardBackward(
            a.Output, a.Target, a.Reconstruction, a.OutputGradient, Product.Team, a.Observed);
        var result = Options.Bound.Forward(a.Posterior, _weights, reconstruction, warmUp);
        BackwardFromOutput(a, warmUp);
        return result;
    }

    /// <summary>Computes the posterior's mean and log-variance.</summary>
    /// <param name="activations">Input (and labels) filled in; mean and log-variance overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A label is none of the model's.</exception>
    public void Encode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        activations.Posterior.Count(activations.Observed);
        Encoder.Forward(activations);
    }

    /// <summary>Computes the decoder's output (logits, or a Gaussian's mean) for a latent.</summary>
    /// <param name="activations">Latent (and labels) filled in; output overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A label is none of the model's.</exception>
    public void Decode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        Decoder.Forward(activations);
    }

    /// <summary>Computes E[x|z] from the decoder's output: probabilities for Bernoulli, the mean for a Gaussian.</summary>
    /// <param name="output">The decoder's output, laid out as <see cref="Activations{T}.Output"/>.</param>
    /// <param name="mean">E[x|z], features x draws; overwritten. May be <paramref name="output"/>
    /// itself where both have the same shape.</param>
    public void OutputMean(Matrix<T> output, Matrix<T> mean) => _likelihood.Mean(output, mean);

    /// <summary>Computes new samples from the decoder's output: draws from p(x|z), or E[x|z].</summary>
    /// <param name="output">The decoder's output, laid out as <see cref="Activations{T}.Output"/>.</param>
    /// <param name="samples">features x samples; overwritten. Must not be <paramref name="output"/> itself.</param>
    /// <param name="mean">True for E[x|z], false for draws.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="first">The number of the first sample; the others follow. A sample's draw depends
    /// only on its number and the seed.</param>
    internal void OutputSamples(Matrix<T> output, Matrix<T> samples, bool mean, ulong seed, long first)
    {
        if (mean)
        {
            _likelihood.Mean(output, samples);
        }
        else
        {
            _likelihood.Draw(output, samples, new RandomDraws(seed, (uint)Purpose.SampleDraws, 0), first);
        }
    }

    /// <summary>Computes <c>log w = log p(x|z) + log p(z) - log q(z|x)</c> of each draw, the prior that of <see cref="Prior"/>
    /// where it is fitted.</summary>
    /// <param name="a">As <see cref="ForwardFromPosterior"/> left it; log-weights overwritten.</param>
    internal void WeighDraws(Activations<T> a)
    {
        ImportanceWeighted.WeighDraws(a.Posterior, _weights, ratioWeight: 1);
        if (Prior is { IsFitted: true } prior)
        {
            LatentPriorRatios.Add(prior, a.Latent, a.Posterior.LogWeights);
        }
    }

    /// <summary>Draws z from the prior.</summary>
    /// <param name="latent">z of one sample; overwritten.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="number">The number of the seed's draw.</param>
    internal void DrawLatent(Span<T> latent, ulong seed, long number)
    {
        var draws = new RandomDraws(seed, (uint)Purpose.Prior, 0);
        if (Prior is { IsFitted: true } prior)
        {
            var random = new EntryDraws(draws, number);
            prior.Draw(ref random, latent);
        }
        else
        {
            draws.FillNormal(latent, number * latent.Length);
        }
    }

    /// <summary>Computes the reconstruction error of each draw, nats, from a posterior that was computed before.</summary>
    /// <param name="a">Input, mean, log-variance and noise filled in; latent, output and reconstruction overwritten.</param>
    internal void ForwardFromPosterior(Activations<T> a)
    {
        a.Posterior.Count(a.Observed);
        Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
        Decoder.Forward(a);
        _likelihood.Forward(a.Output, a.Target, a.Reconstruction, Product.Team, a.Observed);
    }

    private void ForwardToOutput(Activations<T> a)
    {
        a.Posterior.Count(a.Observed);
        Encoder.Forward(a);                                           // x -> mean, log-variance
        Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);   // z = mean + exp(log-variance / 2) epsilon
        Decoder.Forward(a);                                           // z -> output
    }

    private void BackwardFromOutput(Activations<T> a, double warmUp)
    {
        Decoder.Backward(a);                                          // doutput -> dz
        Options.Bound.BackwardToLatent(a.Posterior, _weights, warmUp);
        Reparameterisation.Backward(a.LogVariance, a.Noise, a.LatentGradient, a.MeanGradient, a.LogVarianceGradient);
        Options.Bound.BackwardToPosterior(a.Posterior, _weights, warmUp);
        Encoder.Backward(a);                                          // dmean, dlog-variance -> parameters
    }
}
