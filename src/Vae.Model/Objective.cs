using System.Globalization;

namespace Vae.Model;

/// <summary>The value of the objective and its two terms, averaged over samples: the one form in which training, validation and
/// evaluation report it.</summary>
/// <param name="Reconstruction">The reconstruction error, summed over features, in nats per sample.</param>
/// <param name="Kl">The KL divergence of the posterior from the prior, summed over latents, in nats per sample; not weighted.</param>
/// <param name="KlWeight">The KL weight in force.</param>
public readonly record struct Objective(double Reconstruction, double Kl, double KlWeight)
{
    /// <summary><c>reconstruction + weight KL</c>, nats per sample: what training minimises.</summary>
    public double Loss => Reconstruction + (KlWeight * Kl);

    /// <summary>The three numbers in a line.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture, $"loss {Loss:F2} = reconstruction {Reconstruction:F2} + {KlWeight} * KL {Kl:F2}");
}
