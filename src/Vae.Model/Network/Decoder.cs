using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The decoder p(x|z): the encoder's hidden layers mirrored, then a linear layer whose output the likelihood reads
/// (logits, or a Gaussian's mean).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Source: the report, section 3.</remarks>
internal sealed class Decoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HiddenLayers<T> _hidden;

    internal Decoder(VaeOptions options, int outputs, IMatrixProduct<T> product)
    {
        _hidden = new HiddenLayers<T>(
            "decoder", options.Latent + options.Classes, [.. options.Hidden.Reverse()], product, options.DecoderActivation);
        Output = new Dense<T>("decoder.output", options.Hidden[0], outputs, product);
    }

    /// <summary>The hidden layers, from the latent on.</summary>
    public IReadOnlyList<Dense<T>> Hidden => _hidden.Layers;

    /// <summary>The last layer.</summary>
    public Dense<T> Output { get; }

    internal IEnumerable<Dense<T>> Layers => [.. Hidden, Output];

    /// <summary>Computes the output for each draw of z.</summary>
    /// <param name="a">Latent and, where the model has them, labels filled in; hidden layers and output overwritten.</param>
    internal void Forward(Activations<T> a)
    {
        LabelColumns.Join(a.Latent, a.Labels, a.DecoderInput);
        _hidden.Forward(a.DecoderInput, a.DecoderHidden);
        Output.Forward(a.DecoderHidden[^1], a.Output);
    }

    /// <summary>Given the output's gradient, computes those of all parameters and of z.</summary>
    /// <param name="a">As <see cref="Forward"/> left it, with the output's gradient; the gradients up to that of z are
    /// overwritten.</param>
    internal void Backward(Activations<T> a)
    {
        Output.Backward(a.DecoderHidden[^1], a.Output, a.OutputGradient, a.DecoderHiddenGradients[^1]);
        _hidden.Backward(a.DecoderInput, a.DecoderHidden, a.DecoderHiddenGradients, a.DecoderInputGradient);
        LabelColumns.Part(a.DecoderInputGradient, a.LatentGradient);
    }
}
