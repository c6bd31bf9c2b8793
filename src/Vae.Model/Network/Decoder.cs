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
    private readonly WorkerTeam _team;

    internal Decoder(VaeOptions options, ILikelihood<T> likelihood, IMatrixProduct<T> product)
    {
        _team = product.Team;
        _hidden = new HiddenLayers<T>(
            "decoder", options.Latent + options.Classes, [.. options.Hidden.Reverse()], product, options.DecoderActivation);
        var rows = likelihood.OutputRows(options.Features);
        var shared = (likelihood as TableLikelihood<T>)?.SharedRows ?? [];
        var computed = rows - shared.Count(isShared => isShared);
        Output = new Dense<T>("decoder.output", options.Hidden[0], computed, product);
        Linear = options.LinearPaths
            ? new LinearPath<T>("decoder.linear", options.Latent + options.Classes, computed, product)
            : null;
        Shared = computed < rows ? new SharedOutputs<T>(shared) : null;
    }

    /// <summary>The hidden layers, from the latent on.</summary>
    public IReadOnlyList<Dense<T>> Hidden => _hidden.Layers;

    /// <summary>The last layer.</summary>
    public Dense<T> Output { get; }

    /// <summary>The path from z to the last layer's output; null where there is none.</summary>
    public LinearPath<T>? Linear { get; }

    /// <summary>The rows of the output that do not depend on z; null where there is none.</summary>
    public SharedOutputs<T>? Shared { get; }

    internal IEnumerable<Dense<T>> Layers => [.. Hidden, Output];

    /// <summary>The parameters of layers, linear path and shared rows.</summary>
    internal IEnumerable<Parameter<T>> Parameters =>
    [
        .. Layers.SelectMany(layer => layer.Parameters),
        .. Linear is null ? [] : (ReadOnlySpan<Parameter<T>>)[Linear.Weight],
        .. Shared is null ? [] : (ReadOnlySpan<Parameter<T>>)[Shared.Value],
    ];

    /// <summary>Computes the output for each draw of z.</summary>
    /// <param name="a">Latent and, where the model has them, labels filled in; hidden layers and output overwritten.</param>
    internal void Forward(Activations<T> a)
    {
        LabelColumns.Join(a.Latent, a.Labels, a.DecoderInput);
        _hidden.Forward(a.DecoderInput, a.DecoderOutputs);
        Output.Forward(a.DecoderHidden[^1], a.ComputedOutput, a.DecoderOutputs.LastNonZeros);
        Linear?.Forward(a.DecoderInput, a.ComputedOutput);
        Shared?.Forward(a.ComputedOutput, a.Output, _team);
    }

    /// <summary>Given the output's gradient, computes those of all parameters and of z.</summary>
    /// <param name="a">As <see cref="Forward"/> left it, with the output's gradient; the gradients up to that of z are
    /// overwritten.</param>
    internal void Backward(Activations<T> a)
    {
        Shared?.Backward(a.OutputGradient, a.ComputedOutputGradient, _team);
        Output.Backward(
            a.DecoderHidden[^1], a.ComputedOutput, a.ComputedOutputGradient, a.DecoderHiddenGradients[^1],
            nonZeros: a.DecoderOutputs.LastNonZeros);
        _hidden.Backward(a.DecoderInput, a.DecoderOutputs, a.DecoderHiddenGradients, a.DecoderInputGradient);
        Linear?.Backward(a.DecoderInput, a.ComputedOutputGradient, a.DecoderInputGradient);
        LabelColumns.Part(a.DecoderInputGradient, a.LatentGradient);
    }
}
