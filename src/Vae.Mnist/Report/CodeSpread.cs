using MathNet.Numerics.Statistics;

namespace Vae.Mnist;

/// <summary>Where the codes (posterior means) of one latent lie.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation.</param>
/// <param name="Least">The least of them.</param>
/// <param name="Low">What 0.5 % of them lie below.</param>
/// <param name="High">What 0.5 % of them lie above.</param>
/// <param name="Greatest">The greatest of them.</param>
public readonly record struct CodeSpread(double Mean, double StandardDeviation, double Least, double Low, double High, double Greatest)
{
    /// <summary>Measures codes.</summary>
    /// <param name="codes">At least two.</param>
    public static CodeSpread Of(double[] codes)
        => new(
            codes.Mean(), codes.StandardDeviation(), codes.Minimum(), codes.Quantile(0.005), codes.Quantile(0.995), codes.Maximum());
}
