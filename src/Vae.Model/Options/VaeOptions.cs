using Vae.Math;

namespace Vae.Model;

/// <summary>The meaning of the decoder's output: the likelihood p(x|z).</summary>
public enum Likelihood
{
    /// <summary>Logits of Bernoulli probabilities; the reconstruction error is the binary cross-entropy: a negative
    /// log-likelihood where pixels are 0 or 1, and only an error where they are grey.</summary>
    Bernoulli,

    /// <summary>The mean of a Gaussian with a fixed variance, the KL weight lambda (1 where that is 0). The
    /// reconstruction error is half the squared error, as in the report; the constant is part of the ELBO
    /// and of every log-likelihood.</summary>
    Gaussian,

    /// <summary>The mean of a Gaussian with one learnt variance for all features; the constant is included.</summary>
    GaussianWithVariance,

    /// <summary>The mean and the log-variance of a Gaussian for each pixel; the constant is included.</summary>
    GaussianPixelVariance,

    /// <summary>Logits of the continuous Bernoulli, the likelihood of grey pixels in [0, 1].</summary>
    ContinuousBernoulli,

    /// <summary>A likelihood for each column of a table (<see cref="VaeOptions.Columns"/>).</summary>
    Columns,
}

/// <summary>The shape of a variational autoencoder and its training objective.</summary>
public sealed record VaeOptions
{
    private const int MostHidden = 1000;

    private readonly ColumnOptions[] _columns = [];

    /// <summary>The number of features of a sample: 784 for MNIST.</summary>
    public required int Features { get; init; }

    /// <summary>The encoder's hidden layers, from the input on; the decoder is the mirror image. At least one.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [400, 400];

    /// <summary>The latent dimension.</summary>
    public int Latent { get; init; } = 2;

    /// <summary>The element-wise function after each of the encoder's hidden layers.</summary>
    public Activation EncoderActivation { get; init; } = Activation.Relu;

    /// <summary>The element-wise function after each of the decoder's hidden layers.</summary>
    public Activation DecoderActivation { get; init; } = Activation.Relu;

    /// <summary>The likelihood p(x|z): the meaning of the decoder's output.</summary>
    public Likelihood Likelihood { get; init; } = Likelihood.Bernoulli;

    /// <summary>The columns of a table, one for each feature, for <see cref="Likelihood.Columns"/>; empty for other
    /// likelihoods. Copied.</summary>
    public IReadOnlyList<ColumnOptions> Columns { get => _columns; init => _columns = [.. value ?? []]; }

    /// <summary>Whether linear paths stand beside the hidden layers: from the encoder's input to the posterior's mean, and from z
    /// to the decoder's output.</summary>
    public bool LinearPaths { get; init; }

    /// <summary>Whether the posterior begins as that of a factor analysis of the columns that are numbers, which is fitted before
    /// the training and exact whatever is missing; encoder and decoder learn the rest. For
    /// <see cref="Likelihood.Columns"/>.</summary>
    public bool Factors { get; init; }

    /// <summary>The components of a mixture of Gaussians over z that is fitted to the posteriors after the training; samples are
    /// drawn from it, and estimates of log p(x) use its density. 0 to keep the prior N(0, I).</summary>
    public int PriorComponents { get; init; }

    /// <summary>The treatment of grey pixels; input and target are always the same.</summary>
    public Pixels Pixels { get; init; } = Pixels.Grey;

    /// <summary>
    /// The weight lambda of the KL divergence in <c>loss = reconstruction + lambda KL</c>, both in nats per sample
    /// (reconstruction summed over features, KL over latents). 1 is the ELBO; 0 trains for reconstruction only. With the Gaussian
    /// likelihood it is also the decoder's variance (the report, section 2.4). In an importance-weighted bound it weighs
    /// <c>log p(z) - log q(z|x)</c>, but for the Gaussian of fixed variance, where it is the variance alone.
    /// </summary>
    public double KlWeight { get; init; } = 1;

    /// <summary>The least that each latent's KL divergence, averaged over a batch, counts in training, nats;
    /// 0 for no floor.</summary>
    public double FreeBits { get; init; }

    /// <summary>The bound that training maximises.</summary>
    public Bound Bound { get; init; } = Bound.Elbo;

    /// <summary>The number k of draws of z for each sample.</summary>
    public int Draws { get; init; } = 1;

    /// <summary>The number of labels of a conditional model, whose encoder and decoder also read the sample's
    /// label; 0 for none.</summary>
    public int Classes { get; init; }

    /// <summary>The distribution of the weights before training.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.PyTorchUniform;

    /// <summary>The network in one line, such as <c>784-400-400-2-400-400-784</c>; labels follow a plus sign.</summary>
    public string Architecture
    {
        get
        {
            var labels = Classes > 0 ? $"+{Classes}" : "";
            var hidden = Hidden.Select(size => $"{size}");
            var back = Hidden.Reverse().Select(size => $"{size}");
            var ends = (In: $"{InputRows}{labels}", Out: $"{(_columns.Length > 0 ? OutputRows : Features)}");
            return string.Join('-', [ends.In, .. hidden, $"{Latent}{labels}", .. back, ends.Out]);
        }
    }

    /// <summary>Whether the reconstruction error is a negative log-likelihood (up to the Gaussian's fixed variance), and
    /// bounds on log p(x) may be reported. False only for the binary cross-entropy of grey pixels.</summary>
    public bool IsLogLikelihood => Likelihood != Likelihood.Bernoulli || Pixels != Pixels.Grey;

    /// <summary>Whether a new sample is by default the mean E[x|z] instead of a draw from p(x|z): true for grey pixels,
    /// where a draw from a Bernoulli would be black and white, and one from a continuous Bernoulli grainy.</summary>
    /// <param name="isTable">Whether the samples are rows of a table, as for a model with a preparation.</param>
    internal bool SamplesMeans(bool isTable)
        => !isTable && Pixels == Pixels.Grey && (Likelihood is Likelihood.Bernoulli or Likelihood.ContinuousBernoulli);

    /// <summary>The variance of the Gaussian likelihood where it is fixed: the KL weight, or 1 where that is 0.</summary>
    internal double FixedVariance => KlWeight > 0 ? KlWeight : 1;

    /// <summary>The weights of the objective's terms.</summary>
    internal ObjectiveWeights ObjectiveWeights
        => new(KlWeight, FreeBits, Likelihood == Likelihood.Gaussian ? FixedVariance : null, Features);

    /// <summary>The number of weights and biases, computed without allocating them.</summary>
    internal Int128 WeightCount
    {
        get
        {
            Int128 count = Likelihood == Likelihood.GaussianWithVariance ? 1 : SharedRows;
            foreach (var (inputs, outputs) in Layers)
            {
                count += ((Int128)inputs + 1) * outputs;              // with the bias
            }

            count += PriorComponents * (1 + Latent + ((Int128)Latent * Latent));
            if (Factors)
            {
                count += FactorColumns.Of(_columns).Count() * ((Int128)Latent + 2);
            }

            if (LinearPaths)
            {
                count += (((Int128)InputRows + Classes) * Latent) + (((Int128)Latent + Classes) * (OutputRows - SharedRows));
            }

            return count;
        }
    }

    /// <summary>The numbers that the encoder reads of a sample, without its label.</summary>
    internal long InputRows => _columns.Length > 0 ? _columns.Sum(column => (long)column.InputRows) : Features;

    /// <summary>The rows of the decoder's output.</summary>
    internal long OutputRows => _columns.Length > 0 ? _columns.Sum(column => (long)column.Likelihood.Outputs)
        : Likelihood == Likelihood.GaussianPixelVariance ? 2L * Features
        : Features;

    /// <summary>The rows of the decoder's output that do not depend on z.</summary>
    internal long SharedRows => _columns.Sum(column => (long)column.Likelihood.SharedOutputs);

    // The model's dense layers: encoder, its two heads, decoder, output.
    private IEnumerable<(long Inputs, long Outputs)> Layers
    {
        get
        {
            var width = InputRows + Classes;
            foreach (var size in Hidden)
            {
                yield return (width, size);
                width = size;
            }

            yield return (width, Latent);
            yield return (width, Latent);
            width = (long)Latent + Classes;
            foreach (var size in Hidden.Reverse())
            {
                yield return (width, size);
                width = size;
            }

            yield return (width, OutputRows - SharedRows);
        }
    }

    /// <summary>The usual model for a table, whose numbers may have any range and which has fewer columns than an image has
    /// pixels. Goes with <see cref="TrainingOptions.ForTable"/> and <see cref="Scaling.Standard"/>.</summary>
    /// <param name="features">The number of columns.</param>
    /// <returns>Two hidden layers of 64 and a Gaussian whose variance is learnt.</returns>
    public static VaeOptions ForTable(int features)
        => new() { Features = features, Hidden = [64, 64], Likelihood = Likelihood.GaussianWithVariance };

    /// <summary>Checks the options.</summary>
    /// <returns>These very options.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or two options contradict each other;
    /// the message names it.</exception>
    public VaeOptions Validated()
    {
        RequireAtLeastOne("The number of features", Features);
        RequireAtLeastOne("The latent dimension", Latent);
        RequireAtLeastOne("The number of draws", Draws);
        if (Hidden is not { Count: >= 1 })
        {
            throw new ArgumentException(
                "There must be at least one hidden layer, but there is none. Give a list such as 400,400.");
        }

        Require(Hidden.Count <= MostHidden, $"There must be at most {MostHidden} hidden layers, but there are {Hidden.Count}.");
        foreach (var size in Hidden)
        {
            RequireAtLeastOne("A hidden layer's size", size);
        }

        Require(KlWeight >= 0 && double.IsFinite(KlWeight), $"The KL weight must be 0 or above, but is {KlWeight}.");
        Require(FreeBits >= 0 && double.IsFinite(FreeBits), $"The free bits must be 0 nats or above, but are {FreeBits}.");
        Require(Classes is >= 0 and <= 256, $"The number of labels must be from 0 to 256, but is {Classes}.");
        (Bound ?? throw new ArgumentException("There must be a bound, but there is none.")).Require(ObjectiveWeights);
        Require(
            PriorComponents >= 0 && (Int128)PriorComponents * Latent * Latent <= Array.MaxLength,
            $"The components of the prior must be 0 or more, and fit into a matrix, but are {PriorComponents}.");
        Require(Enum.IsDefined(Likelihood), $"There is no such likelihood: {Likelihood}.");
        RequireColumns();
        Require(Enum.IsDefined(Pixels), $"There are no such pixels: {Pixels}.");
        Require(Enum.IsDefined(Initialisation), $"There is no such initialisation: {Initialisation}.");
        Require(
            Enum.IsDefined(EncoderActivation) && Enum.IsDefined(DecoderActivation),
            $"There is no such activation: {EncoderActivation}, {DecoderActivation}.");
        const string remedy = "Take smaller layers.";
        foreach (var (inputs, outputs) in Layers)
        {
            var (count, most) = ((Int128)inputs * outputs, Array.MaxLength);
            Require(
                count <= most,
                $"A layer from {inputs} to {outputs} has {count} weights, but a matrix holds at most {most}. {remedy}");
        }

        return this;
    }

    private void RequireColumns()
    {
        var wanted = Likelihood == Likelihood.Columns ? Features : 0;
        Require(
            _columns.Length == wanted,
            $"{Likelihood} with {Features} features wants {wanted} columns with likelihoods, but there are {_columns.Length}.");
        Require(
            !Factors || FactorColumns.AreEnough(_columns),
            $"A factor analysis needs two columns of numbers, but there are fewer. Leave the factors out.");
        Require(
            wanted == 0 || Pixels == Pixels.Grey, $"Columns of a table cannot be made black and white, but pixels are {Pixels}.");
        foreach (var column in _columns)
        {
            (column ?? throw new ArgumentException("A column is missing.")).Require();
        }
    }

    /// <summary>Whether the other options are the same, the hidden layers compared size by size.</summary>
    /// <param name="other">The other options.</param>
    public bool Equals(VaeOptions? other)
        => other is not null && Single.Equals(other.Single) && Hidden.SequenceEqual(other.Hidden)
            && _columns.SequenceEqual(other._columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Single, Hidden.Count);

    // All options except the hidden layers.
    private object Single => (
        (Features, Latent, EncoderActivation, DecoderActivation, Likelihood, Pixels),
        (KlWeight, FreeBits, Bound, Draws, Classes, Initialisation, LinearPaths, Factors, PriorComponents));

    private static void RequireAtLeastOne(string what, int value)
        => Require(value >= 1, $"{what} must be at least 1, but is {value}.");

    private static void Require(bool holds, FormattableString message)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant(message));
        }
    }
}
