using System.Globalization;

namespace Vae.Model;

/// <summary>
/// The value of the objective and its terms, averaged over samples: the one form in which
/// training, validation and evaluation report it.
/// </summary>
/// <param name="Reconstruction">The reconstruction error, summed over features, in nats per sample (half the squared error where
/// the likelihood is a Gaussian of fixed variance).</param>
/// <param name="Kl">The KL divergence of the posterior from the prior, summed over latents,
/// in nats per sample; not weighted.</param>
/// <param name="KlWeight">The KL weight in force.</param>
public readonly record struct Objective(double Reconstruction, double Kl, double KlWeight)
{
    /// <summary>
    /// The number that training minimises, nats per sample: <c>reconstruction + weight KL</c>, except with
    /// free bits or an importance-weighted bound.
    /// </summary>
    public double Loss { get; init; } = Reconstruction + (KlWeight * Kl);

    /// <summary>The negative ELBO, nats per sample: always at KL weight 1, and with a Gaussian's constant included.</summary>
    public double NegativeElbo { get; init; } = Reconstruction + Kl;

    /// <summary>The loss and its terms as one line of text.</summary>
    public override string ToString()
    {
        var terms = Reconstruction + (KlWeight * Kl);
        var sum = string.Create(CultureInfo.InvariantCulture, $"reconstruction {Reconstruction:F2} + {KlWeight:G6} * KL {Kl:F2}");
        var loss = double.Abs(Loss - terms) <= 1e-9 * double.Abs(terms) // equal up to the rounding of means
            ? string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F2} = {sum}")
            : string.Create(CultureInfo.InvariantCulture, $"loss {Loss:F2}; {sum}");
        return double.Abs(Loss - NegativeElbo) <= 1e-9 * double.Abs(NegativeElbo)
            ? loss
            : string.Create(CultureInfo.InvariantCulture, $"{loss}; negative ELBO at weight 1: {NegativeElbo:F2}");
    }
}
