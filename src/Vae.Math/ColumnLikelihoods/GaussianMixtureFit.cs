namespace Vae.Math;

/// <summary>A mixture of Gaussians fitted to a column's values by expectation and maximisation: the same for the same
/// values.</summary>
/// <param name="Shares">The share of each component; their sum is 1.</param>
/// <param name="Means">The mean of each.</param>
/// <param name="Variances">The variance of each.</param>
internal sealed record GaussianMixtureFit(double[] Shares, double[] Means, double[] Variances)
{
    private const int MostValues = 5000;
    private const int Rounds = 60;
    private const double LeastShare = 1e-3;                           // of an equal share: a logit of -7

    /// <summary>Fits, beginning with means at the quantiles.</summary>
    /// <param name="values">At least one; where there are more than 5,000, an even selection of the sorted values.</param>
    /// <param name="components">The number of components.</param>
    /// <param name="leastDeviation">The least deviation of a component.</param>
    public static GaussianMixtureFit Of(ReadOnlySpan<double> values, int components, double leastDeviation)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        var step = (sorted.Length + MostValues - 1) / MostValues;
        double[] x = [.. sorted.Where((_, i) => i % step == step / 2 || sorted.Length == 1)];
        var (_, variance) = Moments.Of(x);
        var least = leastDeviation * leastDeviation;
        var fit = new GaussianMixtureFit(new double[components], new double[components], new double[components]);
        for (var k = 0; k < components; k++)
        {
            fit.Shares[k] = 1.0 / components;
            fit.Means[k] = x[(int)((k + 0.5) / components * x.Length)];
            fit.Variances[k] = double.Max(variance / ((double)components * components), least);
        }

        var responsibilities = new double[components];
        for (var round = 0; round < Rounds; round++)
        {
            fit.Improve(x, least, responsibilities);
        }

        return fit;
    }

    // One round: sums of the responsibilities, of the values and of their squared distances from the means before.
    private void Improve(double[] x, double least, double[] responsibilities)
    {
        var components = Shares.Length;
        Span<double> counts = new double[components], sums = new double[components], squares = new double[components];
        foreach (var value in x)
        {
            Responsibilities(value, responsibilities);
            for (var k = 0; k < components; k++)
            {
                var d = value - Means[k];
                counts[k] += responsibilities[k];
                sums[k] += responsibilities[k] * d;
                squares[k] += responsibilities[k] * d * d;
            }
        }

        var total = 0.0;
        for (var k = 0; k < components; k++)
        {
            if (counts[k] > 0)                                        // else the component stays where it is
            {
                var shift = sums[k] / counts[k];
                Means[k] += shift;
                Variances[k] = double.Max((squares[k] / counts[k]) - (shift * shift), least);
            }

            Shares[k] = double.Max(counts[k] / x.Length, LeastShare / components);
            total += Shares[k];
        }

        for (var k = 0; k < components; k++)
        {
            Shares[k] /= total;
        }
    }

    // r_k = pi_k N(x; m_k, v_k) / sum over the components
    private void Responsibilities(double x, double[] responsibilities)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < responsibilities.Length; k++)
        {
            var d = x - Means[k];
            responsibilities[k] = double.Log(Shares[k]) - (((d * d / Variances[k]) + double.Log(Variances[k])) / 2);
            largest = double.Max(largest, responsibilities[k]);
        }

        var sum = 0.0;
        for (var k = 0; k < responsibilities.Length; k++)
        {
            responsibilities[k] = double.Exp(responsibilities[k] - largest);
            sum += responsibilities[k];
        }

        for (var k = 0; k < responsibilities.Length; k++)
        {
            responsibilities[k] /= sum;
        }
    }
}
