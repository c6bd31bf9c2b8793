using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a model and its objective, common to <c>train</c> and <c>check</c>.</summary>
/// <param name="usual">The defaults that the help shows.</param>
internal sealed class ModelArguments(VaeOptions usual)
{
    public Option<LayerSizes> Hidden { get; } = CommonOptions.Hidden(usual.Hidden);

    public Option<int> Latent { get; } = CommonOptions.Whole("--latent", "the latent dimension", usual.Latent);

    public Option<string> Activation { get; } = CommonOptions.OneOf(
        "--activation", "the function after each hidden layer", usual.EncoderActivation, ActivationNames);

    public Option<string?> DecoderActivation { get; } = CommonOptions.OneOfIfAny(
        "--decoder-activation", "the same for the decoder alone", [.. ActivationNames.Keys]);

    public Option<string> Likelihood { get; } = CommonOptions.OneOf(
        "--likelihood", "what the decoder's output means", usual.Likelihood, LikelihoodNames);

    public Option<double> KlWeight { get; } = CommonOptions.NumberFromZero(
        "--kl-weight", "lambda in loss = reconstruction + lambda KL", usual.KlWeight);

    public Option<double> FreeBits { get; } = CommonOptions.NumberFromZero(
        "--free-bits", "the least KL, in nats, that each latent counts for; with the ELBO", usual.FreeBits);

    public Option<string> Bound { get; } = CommonOptions.OneOf(
        "--bound",
        "the objective: ELBO, importance-weighted bound, or that with the doubly reparameterised gradient",
        usual.Bound,
        BoundNames);

    public Option<int> Draws { get; } = CommonOptions.Whole(
        "--draws", "k, draws of z for each sample in training", usual.Draws, most: 100_000);

    public Option<string> Initialisation { get; } = CommonOptions.OneOf(
        "--initialisation", "how weights are drawn", usual.Initialisation, InitialisationNames);

    public Symbol[] All
        => [Hidden, Latent, Activation, DecoderActivation, Likelihood, KlWeight, FreeBits, Bound, Draws, Initialisation];

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

    // Every bound of the library; one without a short name of its own has its name in files.
    private static Dictionary<string, Bound> BoundNames { get; } = Model.Bound.All.ToDictionary(bound =>
        bound == Model.Bound.ImportanceWeighted ? "iwae"
        : bound == Model.Bound.DoublyReparameterised ? "dreg"
        : bound.Name.ToLowerInvariant());

    private static Dictionary<string, Initialisation> InitialisationNames { get; } = new()
    {
        ["pytorch"] = Math.Initialisation.PyTorchUniform,
        ["he"] = Math.Initialisation.He,
        ["glorot"] = Math.Initialisation.Glorot,
    };

    /// <summary>The name of a likelihood on the command line; that of a table's columns is no choice there, but what a table has
    /// without one.</summary>
    public static string NameOf(Likelihood likelihood)
        => likelihood == Model.Likelihood.Columns ? "by-kind" : LikelihoodNames.NameOf(likelihood);

    /// <summary>The model that the command line describes; not yet validated, since a command may add to it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="start">The values of options that are not given: a library's defaults, or the model of
    /// a run to resume.</param>
    public VaeOptions Options(ParseResult parsed, VaeOptions start)
    {
        var activation = parsed.ValueOr(Activation, ActivationNames, start.EncoderActivation);
        return start with
        {
            Hidden = parsed.GivenOrNull(Hidden)?.Values ?? start.Hidden,
            Latent = parsed.ValueOr(Latent, start.Latent),
            EncoderActivation = activation,
            DecoderActivation = parsed.GetValue(DecoderActivation) is { } decoder ? ActivationNames[decoder]
                : parsed.IsGiven(Activation) ? activation
                : start.DecoderActivation,
            Likelihood = parsed.ValueOr(Likelihood, LikelihoodNames, start.Likelihood),
            KlWeight = parsed.ValueOr(KlWeight, start.KlWeight),
            FreeBits = parsed.ValueOr(FreeBits, start.FreeBits),
            Bound = parsed.ValueOr(Bound, BoundNames, start.Bound),
            Draws = parsed.ValueOr(Draws, start.Draws),
            Initialisation = parsed.ValueOr(Initialisation, InitialisationNames, start.Initialisation),
        };
    }
}
