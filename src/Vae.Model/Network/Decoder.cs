using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>p(x|z): the encoder's hidden layers mirrored, each with its activation, then the output layer, whose output the likelihood
/// reads (logits, or a Gaussian's mean).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Source: the report, section 3.</remarks>
public sealed class Decoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HiddenLayers<T> _hidden;

    internal Decoder(VaeOptions options, IMatrixProduct<T> product)
    {
        _hidden = new HiddenLayers<T>("decoder", options.Latent + options.Classes, [.. options.Hidden.Reverse()], product, options.DecoderActivation);
        Output = new Dense<T>("decoder.output", options.Hidden[0], Likelihoods.Of<T>(options.Likelihood).OutputRows(options.Features), product);
    }

    /// <summary>The hidden layers, from the latent on; each is followed by the activation.</summary>
    public IReadOnlyList<Dense<T>> Hidden => _hidden.Layers;

    /// <summary>The last layer.</summary>
    public Dense<T> Output { get; }

    internal IEnumerable<Dense<T>> Layers => [.. Hidden, Output];

    /// <summary>Computes the output for a latent.</summary>
    /// <param name="latent">z (and labels below it), latents x draws.</param>
    /// <param name="hidden">The hidden layers' outputs, after the activation; overwritten.</param>
    /// <param name="output">features x samples; overwritten.</param>
    internal void Forward(Matrix<T> latent, Matrix<T>[] hidden, Matrix<T> output)
    {
        _hidden.Forward(latent, hidden);
        Output.Forward(hidden[^1], output);
    }

    /// <summary>Given the output's gradient, computes those of all parameters and of the latent.</summary>
    /// <param name="latent">As <see cref="Forward"/> saw it.</param>
    /// <param name="hidden">As <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">features x samples.</param>
    /// <param name="hiddenGradients">Of the hidden layers' shapes; overwritten.</param>
    /// <param name="latentGradient">dz, latents x samples; overwritten.</param>
    internal void Backward(
        Matrix<T> latent, Matrix<T>[] hidden, Matrix<T> outputGradient, Matrix<T>[] hiddenGradients, Matrix<T> latentGradient)
    {
        Output.Backward(hidden[^1], outputGradient, hiddenGradients[^1], inputActivation: _hidden.Activation);
        _hidden.Backward(latent, hidden, hiddenGradients, latentGradient);
    }
}
