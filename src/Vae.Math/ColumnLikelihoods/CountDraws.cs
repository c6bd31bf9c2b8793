namespace Vae.Math;

/// <summary>Exact draws of counts, out of an entry's random numbers.</summary>
internal static class CountDraws
{
    private const double InvertBelow = 10;
    private const int MostTries = 100;                                // each fails with probability below 1/5: never so often

    /// <summary>A draw from a Poisson distribution; one above the largest count, 2^53, becomes that.</summary>
    /// <param name="logMean">The logarithm of its mean.</param>
    /// <param name="random">The entry's random numbers.</param>
    public static double Poisson(double logMean, ref EntryDraws random)
    {
        if (double.IsNaN(logMean))
        {
            return double.NaN;
        }

        var mean = double.Exp(double.Min(logMean, Counts.MostLog));
        return mean < InvertBelow ? Inverted(mean, ref random)
            : mean < Counts.Most ? Rejected(mean, ref random)
            : Counts.Most;
    }

    /// <summary>The logarithm of a draw from the gamma distribution of a size r and a scale of 1.</summary>
    /// <param name="logSize">log r.</param>
    /// <param name="random">The entry's random numbers.</param>
    /// <remarks>Source: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", with their
    /// <c>Gamma(r) = Gamma(r + 1) U^(1/r)</c> below 1. The logarithm does not underflow where r is small.</remarks>
    public static double LogGamma(double logSize, ref EntryDraws random)
    {
        var size = double.Exp(double.Clamp(logSize, -Counts.MostLog, Counts.MostLog));
        var power = size < 1 ? double.Log(random.Uniform()) / size : 0; // log U^(1/r)
        var d = (size < 1 ? size + 1 : size) - (1.0 / 3);
        var c = 1 / double.Sqrt(9 * d);
        for (var i = 0; i < MostTries; i++)
        {
            var z = random.Normal();
            var v = 1 + (c * z);
            v = v * v * v;                                            // v = (1 + c z)^3
            if (v > 0 && double.Log(random.Uniform()) < (z * z / 2) + (d * (1 - v + double.Log(v))))
            {
                return double.Log(d) + double.Log(v) + power;
            }
        }

        return double.Log(d) + power;
    }

    // The first k with u < P(0) + ... + P(k).
    private static double Inverted(double mean, ref EntryDraws random)
    {
        var u = random.Uniform();
        var p = double.Exp(-mean);
        var (k, sum) = (0.0, p);
        while (u >= sum && p > 0)
        {
            k++;
            p *= mean / k;                                            // P(k) = P(k - 1) mean / k
            sum += p;
        }

        return k;
    }

    // Hoermann 1993, "The transformed rejection method for generating Poisson random variables", algorithm PTRS.
    private static double Rejected(double mean, ref EntryDraws random)
    {
        var b = 0.931 + (2.53 * double.Sqrt(mean));
        var a = -0.059 + (0.02483 * b);
        var inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        var squeeze = 0.9277 - (3.6224 / (b - 2));
        for (var i = 0; i < MostTries; i++)
        {
            var u = random.Uniform() - 0.5;
            var v = random.Uniform();
            var us = 0.5 - double.Abs(u);
            var k = double.Floor((((2 * a / us) + b) * u) + mean + 0.43);
            if (us >= 0.07 && v <= squeeze)
            {
                return k;
            }

            if (k >= 0 && (us >= 0.013 || v <= us)
                && double.Log(v * inverseAlpha / ((a / (us * us)) + b)) <= LogProbability(k, mean))
            {
                return double.Min(k, Counts.Most);
            }
        }

        return double.Floor(mean);
    }

    // k log mean - mean - log k!, by the terms of the loss, which do not cancel.
    private static double LogProbability(double k, double mean)
    {
        Span<double> log = stackalloc double[1];
        Span<double> rest = stackalloc double[1];
        Counts.Terms([k], log, rest);
        var y = k - mean;
        var ratio = double.Abs(y) < k / 2
            ? SimdElementary<Scalar<double>, double, double>.Log1p(y / mean)
            : log[0] - double.Log(mean);
        return y - (k * ratio) - rest[0];
    }
}
