namespace Vae.Math;

/// <summary>The constant of Student's t, <c>g = log(nu pi) / 2 + log Gamma(nu / 2) - log Gamma((nu + 1) / 2)</c>, and its
/// derivative.</summary>
/// <remarks>
/// <para>The two log-gammas nearly cancel where nu is large. Their difference has a series in 1/nu, right to 1e-14 from 30 on;
/// below, nu is raised by steps of 2, each with a factor <c>(nu + 1) / nu</c>. No digit cancels at any nu.</para>
/// <para>Source: the asymptotic series of Tricomi and Erdelyi 1951 for a quotient of gamma functions.
/// Derivation: docs/derivations.md, Likelihoods of a table's columns.</para>
/// </remarks>
internal static class StudentTConstant
{
    private const double SeriesFrom = 30;

    /// <summary>g, and dg/dnu.</summary>
    /// <param name="nu">The degrees of freedom, at least 2.</param>
    public static (double Value, double Slope) Of(double nu)
    {
        var (factor, slopes, n) = (1.0, 0.0, nu);
        for (; n < SeriesFrom; n += 2)
        {
            factor *= (n + 1) / n;                                    // Gamma((n + 3) / 2) / Gamma((n + 2) / 2) has it more
            slopes += 1 / (n * (n + 1));
        }

        // log Gamma((n + 1) / 2) - log Gamma(n / 2) = log(n / 2) / 2 - rest
        var (r, s) = (1 / n, 1 / (n * n));
        var rest = r * ((1.0 / 4) - (s * ((1.0 / 24) - (s * ((1.0 / 20) - (s * ((17.0 / 112) - (s * 31 / 36))))))));
        var restSlope = -s * ((1.0 / 4) - (s * ((1.0 / 8) - (s * ((1.0 / 4) - (s * ((17.0 / 16) - (s * 31 / 4))))))));

        // g = log(2 pi) / 2 + log(nu / n) / 2 + log(factor) + rest
        var value = (double.Log(2 * double.Pi * (nu / n)) / 2) + double.Log(factor) + rest;
        // g' = 1 / (2 nu) - 1 / (2 n) - sum of 1 / (n (n + 1)) + rest'
        var slope = ((n - nu) / (2 * nu * n)) - slopes + restSlope;
        return (value, slope);
    }
}
