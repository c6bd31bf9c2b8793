using MathNet.Numerics.Statistics;

namespace Vae.Mnist;

/// <summary>The spread of the codes (posterior means) of one latent.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation.</param>
/// <param name="Least">The minimum.</param>
/// <param name="Low">The 0.005 quantile.</param>
/// <param name="High">The 0.995 quantile.</param>
/// <param name="Greatest">The maximum.</param>
internal readonly record struct CodeSpread(
    double Mean, double StandardDeviation, double Least, double Low, double High, double Greatest)
{
    /// <summary>Measures codes.</summary>
    /// <param name="codes">At least two.</param>
    public static CodeSpread Of(double[] codes)
        => new(
            codes.Mean(),
            codes.StandardDeviation(),
            codes.Minimum(),
            codes.Quantile(0.005),
            codes.Quantile(0.995),
            codes.Maximum());
}
