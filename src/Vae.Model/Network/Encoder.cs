using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The encoder q(z|x): hidden layers, then two heads, one for the posterior's mean and one for its log-variance.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Source: the report, section 3.</remarks>
internal sealed class Encoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IMatrixProduct<T> _product;
    private readonly HiddenLayers<T> _hidden;
    private readonly PosteriorHeads<T> _heads;

    internal Encoder(VaeOptions options, IMatrixProduct<T> product)
    {
        _product = product;
        var inputs = (int)options.InputRows + options.Classes;
        _hidden = new HiddenLayers<T>("encoder", inputs, options.Hidden, product, options.EncoderActivation);
        _heads = new PosteriorHeads<T>(options.Hidden[^1], options.Latent, product);
        Factors = options.Factors ? new FactorPosterior<T>(options) : null;
        Linear = options.LinearPaths ? new LinearPath<T>("encoder.linear", inputs, options.Latent, product) : null;
    }

    /// <summary>The hidden layers, from the input on.</summary>
    public IReadOnlyList<Dense<T>> Hidden => _hidden.Layers;

    /// <summary>The head for the posterior's mean.</summary>
    public Dense<T> Mean => _heads.Mean;

    /// <summary>The head for the logarithm of the posterior's variance.</summary>
    public Dense<T> LogVariance => _heads.LogVariance;

    /// <summary>The path from the input to the posterior's mean; null where there is none.</summary>
    public LinearPath<T>? Linear { get; }

    /// <summary>The posterior of a factor analysis, which the encoder's own is added to; null where there is none.</summary>
    public FactorPosterior<T>? Factors { get; }

    internal IEnumerable<Dense<T>> Layers => [.. Hidden, Mean, LogVariance];

    /// <summary>The parameters of layers and linear path.</summary>
    internal IEnumerable<Parameter<T>> Parameters =>
    [
        .. Layers.SelectMany(layer => layer.Parameters),
        .. Linear is null ? [] : (ReadOnlySpan<Parameter<T>>)[Linear.Weight],
        .. Factors?.Parameters ?? [],
    ];

    /// <summary>Computes the posterior's mean and log-variance.</summary>
    /// <param name="a">Input and, where the model has them, labels filled in; everything up to
    /// mean and log-variance overwritten.</param>
    internal void Forward(Activations<T> a)
    {
        LabelColumns.Join(a.Input, a.Labels, a.EncoderInput);
        if (_product is ISparseProduct<T>)
        {
            a.InputNonZeros.Mark(a.EncoderInput, _product.Team);
        }

        _hidden.Forward(a.EncoderInput, a.EncoderOutputs, a.InputNonZeros);
        _heads.Forward(a.EncoderHidden[^1], a.Heads, a.Mean, a.LogVariance);
        Linear?.Forward(a.EncoderInput, a.Mean);
        Factors?.Forward(a, _product.Team);
    }

    /// <summary>Given the gradients of mean and log-variance, computes those of all parameters.</summary>
    /// <param name="a">As <see cref="Forward"/> left it, with the gradients of mean and log-variance filled in; the hidden
    /// layers' gradients are overwritten.</param>
    internal void Backward(Activations<T> a)
    {
        Linear?.Backward(a.EncoderInput, a.MeanGradient, inputGradient: null);
        var (hidden, hiddenGradient) = (a.EncoderHidden[^1], a.EncoderHiddenGradients[^1]);
        _heads.Backward(hidden, a.Heads, a.Mean, a.LogVariance, a.MeanGradient, a.LogVarianceGradient, hiddenGradient);
        _hidden.Backward(a.EncoderInput, a.EncoderOutputs, a.EncoderHiddenGradients, inputGradient: null, a.InputNonZeros);
    }
}
