using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// q(z|x): hidden layers with their activation, then two separate heads, one for the mean and one for the log-variance of the posterior.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Source: the report, section 3.</remarks>
public sealed class Encoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IMatrixProduct<T> _product;
    private readonly HiddenLayers<T> _hidden;
    private StackedHeads<T>? _heads;

    internal Encoder(VaeOptions options, IMatrixProduct<T> product)
    {
        _product = product;
        _hidden = new HiddenLayers<T>("encoder", options.Features + options.Classes, options.Hidden, product, options.EncoderActivation);
        Mean = new Dense<T>("encoder.mean", options.Hidden[^1], options.Latent, product);
        LogVariance = new Dense<T>("encoder.log_variance", options.Hidden[^1], options.Latent, product);
    }

    /// <summary>The hidden layers, from the input on; each is followed by the activation.</summary>
    public IReadOnlyList<Dense<T>> Hidden => _hidden.Layers;

    /// <summary>The head for the posterior's mean.</summary>
    public Dense<T> Mean { get; }

    /// <summary>The head for the logarithm of the posterior's variance.</summary>
    public Dense<T> LogVariance { get; }

    internal IEnumerable<Dense<T>> Layers => [.. Hidden, Mean, LogVariance];

    private StackedHeads<T> Heads => _heads ??= new StackedHeads<T>(Mean, LogVariance, _product);

    /// <summary>Computes the posterior's mean and log-variance.</summary>
    /// <param name="input">X (and labels below it), features x samples.</param>
    /// <param name="nonZeros">Where the input is not zero; overwritten.</param>
    /// <param name="hidden">The hidden layers' outputs, after the activation; overwritten.</param>
    /// <param name="mean">latents x samples; overwritten.</param>
    /// <param name="logVariance">Of the same shape; overwritten.</param>
    /// <param name="heads">Room for both heads' outputs, (2 latents) x samples, which are then computed as one layer; null to compute them apart.
    /// The bits are the same.</param>
    internal void Forward(
        Matrix<T> input, NonZeros nonZeros, Matrix<T>[] hidden, Matrix<T> mean, Matrix<T> logVariance, Matrix<T>? heads = null)
    {
        if (_product is ISparseProduct<T>)
        {
            nonZeros.Mark(input, _product.Team);
        }

        _hidden.Forward(input, hidden, nonZeros);
        if (heads is not null)
        {
            Heads.Forward(hidden[^1], heads, mean, logVariance);
            return;
        }

        Mean.Forward(hidden[^1], mean);
        LogVariance.Forward(hidden[^1], logVariance);
    }

    /// <summary>Given the gradients of both heads' outputs, computes those of all parameters.</summary>
    /// <param name="input">As <see cref="Forward"/> saw it.</param>
    /// <param name="nonZeros">As <see cref="Forward"/> left it.</param>
    /// <param name="hidden">As <see cref="Forward"/> left it.</param>
    /// <param name="meanGradient">dmean, latents x samples.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape.</param>
    /// <param name="hiddenGradients">Of the hidden layers' shapes; overwritten.</param>
    /// <param name="heads">As in <see cref="Forward"/>.</param>
    internal void Backward(
        Matrix<T> input,
        NonZeros nonZeros,
        Matrix<T>[] hidden,
        Matrix<T> meanGradient,
        Matrix<T> logVarianceGradient,
        Matrix<T>[] hiddenGradients,
        Matrix<T>? heads = null)
    {
        var (last, lastGradient, activation) = (hidden[^1], hiddenGradients[^1], _hidden.Activation);
        if (heads is not null)
        {
            Heads.Backward(last, activation, meanGradient, logVarianceGradient, heads, lastGradient);
        }
        else
        {
            Mean.Backward(last, meanGradient, lastGradient);                                                    // dH = Wm^T dmean
            LogVariance.Backward(last, logVarianceGradient, lastGradient, add: true, inputActivation: activation); // dH = (dH + Wv^T dlog-variance) f'(H)
        }

        _hidden.Backward(input, hidden, hiddenGradients, inputGradient: null, nonZeros);
    }
}
