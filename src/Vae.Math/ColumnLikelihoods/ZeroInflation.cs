namespace Vae.Math;

/// <summary>More zeros than a distribution of counts has: x is 0 with probability <c>pi = s(g)</c>, else it is of that
/// distribution. Derivation: docs/derivations.md, Likelihoods of a table's columns.</summary>
internal static class ZeroInflation
{
    /// <summary>Puts the zeros into the loss N of a distribution of counts and into its gradients.</summary>
    /// <param name="g">The logit of the further zeros, of each draw.</param>
    /// <param name="x">The counts.</param>
    /// <param name="loss">N; overwritten with L.</param>
    /// <param name="first">A gradient of N; overwritten with L's.</param>
    /// <param name="second">Another gradient of N; overwritten with L's.</param>
    /// <param name="gradient">dg; overwritten.</param>
    public static void Apply(
        ReadOnlySpan<double> g, ReadOnlySpan<double> x, Span<double> loss, Span<double> first, Span<double> second,
        Span<double> gradient)
    {
        for (var j = 0; j < x.Length; j++)
        {
            if (x[j] > 0)
            {
                loss[j] += Logistic.Softplus(g[j]);                   // L = -log(1 - pi) + N
                gradient[j] = Logistic.Of(g[j]);                      // dg = pi
                continue;
            }

            var n = loss[j];                                          // N = -log NB(0)
            var absent = Logistic.Of(-g[j]) * OneMinusExpMinus(n);    // the probability of no zero, (1 - pi) (1 - NB(0))
            loss[j] = ZeroLoss(g[j], n, absent);
            gradient[j] = -Logistic.Of(g[j] + n) * absent;            // dg = pi - w = -w (1 - pi) (1 - NB(0)), w = s(g + N)
            var share = Logistic.Of(-(g[j] + n));                     // 1 - w
            first[j] *= share;
            second[j] *= share;
        }
    }

    // L = -log(pi + (1 - pi) exp(-N)) = softplus(-g) - softplus(-(g + N)). Where zeros are likely that is -log(1 - absent),
    // elsewhere the softplus are split into their straight parts, whose difference is exact, and the rest.
    private static double ZeroLoss(double g, double n, double absent)
    {
        if (absent < 0.5)
        {
            return -SimdElementary<Scalar<double>, double, double>.Log1p(-absent);
        }

        var straight = double.Min(n, -g);                             // max(-g, 0) - max(-(g + N), 0), for g of 0 and below
        return straight + Log1pExpMinusAbs(g) - Log1pExpMinusAbs(g + n);
    }

    private static double Log1pExpMinusAbs(double x)
        => SimdElementary<Scalar<double>, double, double>.Log1pOfFraction(
            SimdElementary<Scalar<double>, double, double>.ExpMinusAbs(x));

    private static double OneMinusExpMinus(double x) => SimdElementary<Scalar<double>, double, double>.OneMinusExpMinus(x);
}
