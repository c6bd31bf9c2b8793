using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// A variational autoencoder: encoder, reparameterisation, decoder, and its objective with the hand-derived backward pass:
/// <c>loss = reconstruction + lambda KL</c>, or an importance-weighted bound.
/// </summary>
/// <typeparam name="T"><see cref="float"/> to train, <see cref="double"/> to check gradients: the same code.</typeparam>
/// <remarks>
/// Source: Kingma and Welling 2013, "Auto-Encoding Variational Bayes"; the report, sections 2 and 3. Derivation:
/// docs/derivations.md, The whole objective. One thread at a time may use a model, whatever the number of threads of its team.
/// </remarks>
public sealed class VariationalAutoencoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Negligible = double.Pow(double.CreateChecked(T.BitIncrement(T.One) - T.One), 2);

    private readonly IReconstructionLoss<T> _reconstruction;

    /// <summary>Makes a model whose weights are all zero: initialise it, or load weights.</summary>
    /// <param name="options">Its shape and objective.</param>
    /// <param name="product">What multiplies; <see cref="SimdProduct{T}"/> on all processors where there is none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public VariationalAutoencoder(VaeOptions options, IMatrixProduct<T>? product = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated();
        Product = product ?? new SimdProduct<T>();
        Encoder = new Encoder<T>(options, Product);
        Decoder = new Decoder<T>(options, Product);
        _reconstruction = Likelihoods.Of<T>(options.Likelihood);
        Parameters = [.. Encoder.Layers.Concat(Decoder.Layers).SelectMany(layer => layer.Parameters), .. _reconstruction.Parameters];
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
        => $"{Bound}, averaged over samples; reconstruction = {_reconstruction.Formula}; "
            + "KL = sum over latents of (exp(v) + m^2 - 1 - v) / 2, m the posterior's mean, v its log-variance";

    private string Bound
        => Options.Bound != Model.Bound.Elbo
            ? $"loss = -log mean over {Options.Draws} draws of w, log w = -reconstruction{Scale} + {Text(RatioWeight)} * (log p(z) - log q(z|x))"
                + (Options.Bound == Model.Bound.DoublyReparameterised ? ", the encoder's gradient doubly reparameterised" : "")
            : $"loss = reconstruction{(Options.Draws > 1 ? $" (mean of {Options.Draws} draws)" : "")} + {Text(Options.KlWeight)} * KL"
                + (Options.FreeBits > 0 ? $" (each latent's KL, mean over the batch, at least {Text(Options.FreeBits)})" : "");

    private string Scale
        => Options.Likelihood == Likelihood.Gaussian ? $" / {Text(Options.FixedVariance)} - constant" : "";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>What log p(z) - log q(z|x) is multiplied by inside log w: a Gaussian's lambda is its variance already.</summary>
    internal double RatioWeight => Options.Likelihood == Likelihood.Gaussian ? 1 : Options.KlWeight;

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

        foreach (var parameter in _reconstruction.Parameters)
        {
            parameter.Value.Clear();
        }

        return this;
    }

    /// <summary>Computes the objective of a batch: encodes, draws z with the noise given, decodes, compares.</summary>
    /// <param name="activations">Input, noise and, where the model has them, labels filled in; everything else overwritten.</param>
    /// <param name="warmUp">The share of the KL weight that is in force, 1 after a warm-up.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range, or a label outside the model's.</exception>
    public Objective Forward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        return ForwardToObjective(activations, heads: null, warmUp);
    }

    /// <summary>Computes the gradient of the batch's loss into all parameters, from the end to the beginning.</summary>
    /// <param name="activations">As <see cref="Forward"/> left them.</param>
    /// <param name="warmUp">As <see cref="Forward"/> saw it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    public void Backward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        if (Options.Bound == Model.Bound.Elbo)
        {
            _reconstruction.Backward(a.Output, a.Input, a.OutputGradient, Product.Team);
            BackwardFromElbo(a, heads: null, warmUp);
        }
        else
        {
            BackwardFromWeights(a, heads: null, warmUp);
        }
    }

    /// <summary>Computes the objective of a batch and its gradient into all parameters: <see cref="Forward"/> and
    /// <see cref="Backward"/> with the same bits, the ELBO's reconstruction error and its gradient in one pass, both heads in one layer.</summary>
    /// <param name="activations">Input, noise and, where the model has them, labels filled in; everything else overwritten.</param>
    /// <param name="warmUp">The share of the KL weight that is in force, 1 after a warm-up.</param>
    /// <returns>The objective, averaged over the batch.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample lies outside the likelihood's range, or a label outside the model's.</exception>
    public Objective ForwardBackward(Activations<T> activations, double warmUp = 1)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        if (Options.Bound != Model.Bound.Elbo)                    // the weights are known only when all draws are
        {
            var bound = ForwardToObjective(a, a.Heads, warmUp);
            BackwardFromWeights(a, a.Heads, warmUp);
            return bound;
        }

        ForwardToOutput(a, a.Heads);
        var error = _reconstruction.ForwardBackward(a.Output, a.Input, a.Reconstruction, a.OutputGradient, Product.Team);
        var objective = ObjectiveOf(a, error, warmUp);
        BackwardFromElbo(a, a.Heads, warmUp);
        return objective;
    }

    /// <summary>Computes the posterior's mean and log-variance.</summary>
    /// <param name="activations">Input (and labels) filled in; mean and log-variance overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A label is none of the model's.</exception>
    public void Encode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        ForwardToHeads(activations, heads: null);
    }

    /// <summary>Computes the decoder's output (logits, or a Gaussian's mean) for a latent.</summary>
    /// <param name="activations">Latent (and labels) filled in; output overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activations"/> is null.</exception>
    /// <exception cref="ArgumentException">A label is none of the model's.</exception>
    public void Decode(Activations<T> activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        var a = activations;
        LabelColumns.Join(a.Latent, a.Labels, a.DecoderInput);
        Decoder.Forward(a.DecoderInput, a.DecoderHidden, a.Output);
    }

    /// <summary>Turns the decoder's output into E[x|z]: probabilities for Bernoulli, the mean for a Gaussian.</summary>
    /// <param name="output">As <see cref="Activations{T}.Output"/> has it.</param>
    /// <param name="mean">features x draws; overwritten; may be the output itself where that has as many rows.</param>
    public void OutputMean(Matrix<T> output, Matrix<T> mean) => _reconstruction.Mean(output, mean);

    /// <summary>The reconstruction error of each draw, nats; valid until the buffers are used again.</summary>
    /// <param name="activations">Input, mean, log-variance and noise filled in; latent, output and reconstruction overwritten.</param>
    internal double[] ReconstructionOfDraws(Activations<T> activations)
    {
        var a = activations;
        Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
        Decode(a);
        _reconstruction.Forward(a.Output, a.Input, a.Reconstruction, Product.Team);
        return a.Reconstruction;
    }

    /// <summary>-log p(x|z) of each draw and log p(z) - log q(z|x), together the log-weights at KL weight 1.</summary>
    /// <param name="activations">Mean, log-variance and noise filled in; latent, output and reconstruction overwritten.</param>
    internal void WeighDraws(Activations<T> activations)
    {
        ReconstructionOfDraws(activations);
        WeighDraws(activations, 1);
    }

    // Heads: room for both, to be computed as one layer; null to compute them apart.
    private void ForwardToHeads(Activations<T> a, Matrix<T>? heads)
    {
        LabelColumns.Join(a.Input, a.Labels, a.EncoderInput);
        Encoder.Forward(a.EncoderInput, a.InputNonZeros, a.EncoderHidden, a.Mean, a.LogVariance, heads);
    }

    private Objective ForwardToObjective(Activations<T> a, Matrix<T>? heads, double warmUp)
    {
        ForwardToOutput(a, heads);
        return ObjectiveOf(a, _reconstruction.Forward(a.Output, a.Input, a.Reconstruction, Product.Team), warmUp);
    }

    private void ForwardToOutput(Activations<T> a, Matrix<T>? heads)
    {
        ForwardToHeads(a, heads);
        Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
        Decode(a);
    }

    private Objective ObjectiveOf(Activations<T> a, double reconstruction, double warmUp)
    {
        var kl = GaussianKl.Forward(a.Mean, a.LogVariance, a.Kl);
        var weight = warmUp * Options.KlWeight;
        var objective = new Objective(reconstruction, kl, weight) { NegativeElbo = Options.Negative(reconstruction) + kl };
        if (Options.Bound != Model.Bound.Elbo)
        {
            WeighDraws(a, warmUp * RatioWeight);
            var bound = ImportanceWeightedBound.Forward(a.LogWeights, a.Bounds, a.Weights);
            DropNegligible(a.Weights);
            return objective with { Loss = -bound };
        }

        return Options.FreeBits > 0
            ? objective with { Loss = reconstruction + (weight * FreeBits.Forward(a.Mean, a.LogVariance, Options.FreeBits, a.KlPerLatent)) }
            : objective;
    }

    // log w = log p(x|z) + weight (log p(z) - log q(z|x))
    private void WeighDraws(Activations<T> a, double weight)
    {
        PriorPosteriorRatio.Forward(a.Latent, a.Noise, a.LogVariance, a.LogWeights);
        for (var draw = 0; draw < a.Draws; draw++)
        {
            a.LogWeights[draw] = (weight * a.LogWeights[draw]) - Options.Negative(a.Reconstruction[draw]);
        }
    }

    // A weight below the square of the unit of rounding changes no digit of a gradient. But times a small slope it is a subnormal number
    // soon, where arithmetic is a hundred times as slow: log-weights of one sample often lie 50 nats apart.
    private static void DropNegligible(double[] weights)
    {
        foreach (ref var weight in weights.AsSpan())
        {
            weight = weight < Negligible ? 0 : weight;                // NaN stays
        }
    }

    private void BackwardFromElbo(Activations<T> a, Matrix<T>? heads, double warmUp)
    {
        BackwardFromOutput(a);
        Reparameterisation.Backward(a.LogVariance, a.Noise, a.LatentGradient, a.MeanGradient, a.LogVarianceGradient);
        var weight = warmUp * Options.KlWeight;
        if (weight > 0 && Options.FreeBits > 0)                       // 0 times an overflown exp(log-variance) would be NaN
        {
            FreeBits.Backward(a.Mean, a.LogVariance, Options.FreeBits, a.KlPerLatent, weight, a.MeanGradient, a.LogVarianceGradient);
        }
        else if (weight > 0)
        {
            GaussianKl.Backward(a.Mean, a.LogVariance, weight, a.MeanGradient, a.LogVarianceGradient);
        }

        BackwardFromHeads(a, heads);
    }

    private void BackwardFromWeights(Activations<T> a, Matrix<T>? heads, double warmUp)
    {
        var weight = warmUp * RatioWeight;
        ImportanceWeightedBound.Backward(a.Weights, a.Samples, a.LogWeightGradients);
        TensorPrimitives.Multiply<double>(a.LogWeightGradients, -1 / Options.ReconstructionVariance, a.TermGradients); // dlog w / dreconstruction
        _reconstruction.Backward(a.Output, a.Input, a.OutputGradient, Product.Team, a.TermGradients);
        BackwardFromOutput(a);
        var isTwice = Options.Bound == Model.Bound.DoublyReparameterised;
        if (isTwice)
        {
            ImportanceWeightedBound.ReparameteriseTwice(a.Latent, a.Noise, a.LogVariance, a.Weights, weight, a.LatentGradient);
        }

        Reparameterisation.Backward(a.LogVariance, a.Noise, a.LatentGradient, a.MeanGradient, a.LogVarianceGradient);
        if (!isTwice)
        {
            TensorPrimitives.Multiply<double>(a.LogWeightGradients, weight, a.TermGradients); // dlog w / dratio
            PriorPosteriorRatio.Backward(a.Mean, a.Latent, a.TermGradients, a.MeanGradient, a.LogVarianceGradient);
        }

        BackwardFromHeads(a, heads);
    }

    private void BackwardFromOutput(Activations<T> a)
    {
        Decoder.Backward(a.DecoderInput, a.DecoderHidden, a.OutputGradient, a.DecoderHiddenGradients, a.DecoderInputGradient);
        LabelColumns.Part(a.DecoderInputGradient, a.LatentGradient);
    }

    private void BackwardFromHeads(Activations<T> a, Matrix<T>? heads)
        => Encoder.Backward(
            a.EncoderInput, a.InputNonZeros, a.EncoderHidden, a.MeanGradient, a.LogVarianceGradient, a.EncoderHiddenGradients, heads);
}
