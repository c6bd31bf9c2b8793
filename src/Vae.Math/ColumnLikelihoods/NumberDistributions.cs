using MathNetFunctions = MathNet.Numerics.SpecialFunctions;

namespace Vae.Math;

/// <summary>Distribution functions and densities of the standard Gaussian and Student-t, for quantiles, not for
/// training.</summary>
internal static class NumberDistributions
{
    private const double ManyDegrees = 200;

    /// <summary>P(X &lt;= z) of N(0, 1).</summary>
    public static double Normal(double z) => MathNetFunctions.Erfc(-z / double.Sqrt(2)) / 2;

    /// <summary>The density of N(0, 1).</summary>
    public static double NormalDensity(double z) => double.Exp(-z * z / 2) / double.Sqrt(2 * double.Pi);

    /// <summary>P(X &lt;= t) of Student's t.</summary>
    /// <param name="t">t.</param>
    /// <param name="nu">The degrees of freedom, above 0.</param>
    public static double StudentT(double t, double nu)
    {
        if (nu > ManyDegrees)
        {
            return Normal(double.CopySign(NormalDeviate(double.Abs(t), nu), t));
        }

        var tail = MathNetFunctions.BetaRegularized(nu / 2, 0.5, nu / (nu + (t * t))) / 2; // P(X > |t|)
        return t > 0 ? 1 - tail : tail;
    }

    /// <summary>The density of Student's t.</summary>
    /// <param name="t">t.</param>
    /// <param name="nu">The degrees of freedom, at least 2.</param>
    public static double StudentTDensity(double t, double nu)
        => double.Exp(-StudentTConstant.Of(nu).Value - ((nu + 1) / 2 * double.LogP1(t * t / nu)));

    // The z with the same probability: Hill 1970, "Algorithm 395: Student's t-distribution".
    private static double NormalDeviate(double t, double nu)
    {
        var a = nu - 0.5;
        var b = 48 * a * a;
        var z2 = a * double.LogP1(t * t / nu);
        var z = double.Sqrt(z2);
        var correction = (((((4 * z2) + 33) * z2) + 240) * z2) + 855;
        return z + (z * ((z2 + 3) - (correction / (10 * (b + (0.8 * z2 * z2) + 100)))) / b);
    }
}
