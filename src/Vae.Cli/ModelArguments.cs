using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a model and its objective, which <c>train</c> and <c>check</c> share.</summary>
internal sealed class ModelArguments
{
    public Option<int> Latent { get; } = CommonOptions.Whole("--latent", "the latent dimension", 2);

    public Option<string> Activation { get; } = CommonOptions.OneOf(
        "--activation", "what follows each hidden layer", "relu", [.. ActivationNames.Keys]);

    public Option<string?> DecoderActivation { get; } = CommonOptions.OneOfIfAny(
        "--decoder-activation", "the same for the decoder alone", [.. ActivationNames.Keys]);

    public Option<string> Likelihood { get; } = CommonOptions.OneOf(
        "--likelihood", "what the decoder's output means", "bernoulli", [.. LikelihoodNames.Keys]);

    public Option<double> KlWeight { get; } = CommonOptions.Number(
        "--kl-weight", "lambda in loss = reconstruction + lambda KL", 1, value => value >= 0 && double.IsFinite(value), "a number of 0 or above");

    public Option<double> FreeBits { get; } = CommonOptions.Number(
        "--free-bits", "what each latent's KL counts for at least, nats; with the ELBO", 0, value => value >= 0 && double.IsFinite(value), "a number of 0 or above");

    public Option<string> Bound { get; } = CommonOptions.OneOf(
        "--bound", "what is maximised: ELBO, importance-weighted bound, or that with the doubly reparameterised gradient", "elbo", [.. BoundNames.Keys]);

    public Option<int> Draws { get; } = CommonOptions.Whole("--draws", "k, draws of z for each image in training", 1, most: 100_000);

    public Option<string> Initialisation { get; } = CommonOptions.OneOf(
        "--initialisation", "how weights are drawn", "pytorch", [.. InitialisationNames.Keys]);

    public Symbol[] All => [Latent, Activation, DecoderActivation, Likelihood, KlWeight, FreeBits, Bound, Draws, Initialisation];

    private static Dictionary<string, Likelihood> LikelihoodNames { get; } = new()
    {
        ["bernoulli"] = Model.Likelihood.Bernoulli,
        ["gaussian"] = Model.Likelihood.Gaussian,
        ["gaussian-variance"] = Model.Likelihood.GaussianWithVariance,
        ["gaussian-pixel-variance"] = Model.Likelihood.GaussianPixelVariance,
        ["continuous-bernoulli"] = Model.Likelihood.ContinuousBernoulli,
    };

    private static Dictionary<string, Activation> ActivationNames { get; } = new()
    {
        ["relu"] = Math.Activation.Relu,
        ["tanh"] = Math.Activation.Tanh,
        ["softplus"] = Math.Activation.Softplus,
        ["leaky-relu"] = Math.Activation.LeakyRelu,
    };

    private static Dictionary<string, Bound> BoundNames { get; } = new()
    {
        ["elbo"] = Model.Bound.Elbo,
        ["iwae"] = Model.Bound.ImportanceWeighted,
        ["dreg"] = Model.Bound.DoublyReparameterised,
    };

    private static Dictionary<string, Initialisation> InitialisationNames { get; } = new()
    {
        ["pytorch"] = Math.Initialisation.PyTorchUniform,
        ["he"] = Math.Initialisation.He,
        ["glorot"] = Math.Initialisation.Glorot,
    };

    /// <summary>The name by which a likelihood is chosen.</summary>
    public static string NameOf(Likelihood likelihood) => LikelihoodNames.Single(pair => pair.Value == likelihood).Key;

    /// <summary>The model that was asked for; not yet checked, since a command may add to it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="features">Numbers in a sample.</param>
    /// <param name="hidden">The hidden layers.</param>
    /// <param name="begun">The model of a run to resume, for what was not given; null for a new one.</param>
    public VaeOptions Options(ParseResult parsed, int features, LayerSizes hidden, VaeOptions? begun = null)
    {
        var activation = parsed.ValueOr(Activation, ActivationNames, begun?.EncoderActivation);
        var options = begun ?? new VaeOptions { Features = features };
        return options with
        {
            Hidden = hidden.Values,
            Latent = parsed.ValueOr(Latent, begun?.Latent),
            EncoderActivation = activation,
            DecoderActivation = parsed.GetValue(DecoderActivation) is { } decoder ? ActivationNames[decoder]
                : parsed.IsGiven(Activation) || begun is null ? activation
                : begun.DecoderActivation,
            Likelihood = parsed.ValueOr(Likelihood, LikelihoodNames, begun?.Likelihood),
            KlWeight = parsed.ValueOr(KlWeight, begun?.KlWeight),
            FreeBits = parsed.ValueOr(FreeBits, begun?.FreeBits),
            Bound = parsed.IsGiven(Bound) || begun is null ? BoundNames[parsed.GetValue(Bound)!] : begun.Bound,
            Draws = parsed.ValueOr(Draws, begun?.Draws),
            Initialisation = parsed.ValueOr(Initialisation, InitialisationNames, begun?.Initialisation),
        };
    }
}
