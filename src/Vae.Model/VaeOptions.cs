using Vae.Math;

namespace Vae.Model;

/// <summary>What the decoder's output means.</summary>
public enum Likelihood
{
    /// <summary>Logits of Bernoulli probabilities; the reconstruction error is the binary cross-entropy.</summary>
    Bernoulli,

    /// <summary>The mean of a Gaussian; the reconstruction error is half the squared error.</summary>
    Gaussian,
}

/// <summary>The shape of a variational autoencoder and the objective it is trained for.</summary>
public sealed record VaeOptions
{
    /// <summary>Numbers in a sample: 784 for MNIST.</summary>
    public required int Features { get; init; }

    /// <summary>The encoder's hidden layers, from the input on; the decoder is the mirror image. At least one.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [400, 400];

    /// <summary>The latent dimension.</summary>
    public int Latent { get; init; } = 2;

    /// <summary>What the decoder's output means.</summary>
    public Likelihood Likelihood { get; init; } = Likelihood.Bernoulli;

    /// <summary>
    /// The weight lambda of the KL divergence in <c>loss = reconstruction + lambda KL</c>, both in nats per sample (reconstruction
    /// summed over features, KL over latents). 1 is the ELBO; 0 trains for reconstruction only. With the Gaussian
    /// likelihood it is also the decoder's variance (the report, section 2.4).
    /// </summary>
    public double KlWeight { get; init; } = 1;

    /// <summary>How the weights are drawn before training.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.PyTorchUniform;

    /// <summary>Checks the options.</summary>
    /// <returns>These very options.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public VaeOptions Validated()
    {
        RequireAtLeastOne("The number of features", Features);
        RequireAtLeastOne("The latent dimension", Latent);
        if (Hidden is not { Count: >= 1 })
        {
            throw new ArgumentException("There must be at least one hidden layer, but there is none. Give a list such as 400,400.");
        }

        foreach (var size in Hidden)
        {
            RequireAtLeastOne("A hidden layer's size", size);
        }

        if (!(KlWeight >= 0) || double.IsInfinity(KlWeight))
        {
            throw new ArgumentException($"The KL weight must be 0 or above, but is {KlWeight}.");
        }

        return Enum.IsDefined(Likelihood) && Enum.IsDefined(Initialisation)
            ? this
            : throw new ArgumentException($"There is no such likelihood or initialisation: {Likelihood}, {Initialisation}.");
    }

    /// <summary>The network in one line, such as <c>784-400-400-2-400-400-784</c>.</summary>
    public string Architecture => string.Join('-', [Features, .. Hidden, Latent, .. Hidden.Reverse(), Features]);

    /// <summary>Whether the other options are the same, the hidden layers compared size by size.</summary>
    /// <param name="other">The other options.</param>
    public bool Equals(VaeOptions? other)
        => other is not null
            && (Features, Latent, Likelihood, Initialisation) == (other.Features, other.Latent, other.Likelihood, other.Initialisation)
            && KlWeight.Equals(other.KlWeight)
            && Hidden.SequenceEqual(other.Hidden);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Features, Latent, Likelihood, Initialisation, KlWeight, Hidden.Count);

    private static void RequireAtLeastOne(string what, int value)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{what} must be at least 1, but is {value}.");
        }
    }
}
