using System.Numerics;

namespace Vae.Math;

/// <summary>A negative binomial distribution of a count, by the logarithms o of its mean and rho of its size; with more zeros
/// where it is zero-inflated, by their logit g, which stands before the others.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="zeroInflated">Whether it has more zeros.</param>
/// <remarks>Above 700, o and rho count as 700. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class NegativeBinomialFamily<T>(bool zeroInflated) : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Plain
        = "log G(r) + log x! - log G(x + r) - r log(r / (r + m)) - x log(m / (r + m)), m = exp(o), r = exp(rho)";

    /// <inheritdoc/>
    public int Outputs => zeroInflated ? 3 : 2;

    /// <inheritdoc/>
    public string Formula => zeroInflated
        ? $"-log(p [x = 0] + (1 - p) exp(-N)), p = 1 / (1 + exp(-g)), N = {Plain}"
        : Plain;

    /// <inheritdoc/>
    public string Range => Counts.Range;

    /// <inheritdoc/>
    public bool Accepts(T x) => Counts.Accepts(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        Span<double> scratch = stackalloc double[10 * Counts.DrawsAtOnce];
        var offset = zeroInflated ? x.Length : 0;                     // of o
        for (var first = 0; first < x.Length; first += Counts.DrawsAtOnce)
        {
            var rows = new ScratchRows(scratch, int.Min(Counts.DrawsAtOnce, x.Length - first));
            Counts.Read(outputs.Slice(offset + first, rows.Length), rows[0]);
            Counts.Read(outputs.Slice(offset + x.Length + first, rows.Length), rows[1]);
            Counts.Read(x.Slice(first, rows.Length), rows[2]);
            Counts.Terms(rows[2], rows[3], rows[4]);
            var terms = new NegativeBinomialTerms
            {
                O = rows[0], Rho = rows[1], X = rows[2], LogX = rows[3], Rest = rows[4],
                Loss = rows[5], OGradient = rows[6], RhoGradient = gradient.IsEmpty ? default : rows[7],
            };
            var loop = new NegativeBinomialLoop(terms);
            SimdLoop.Run<NegativeBinomialLoop, double>(ref loop, rows.Length);
            if (zeroInflated)
            {
                Counts.Read(outputs.Slice(first, rows.Length), rows[8]);
                ZeroInflation.Apply(rows[8], rows[2], rows[5], rows[6], rows[7], rows[9]);
            }

            Counts.Write<T>(rows[5], loss.Slice(first, rows.Length));
            if (!gradient.IsEmpty)
            {
                Counts.Write<T>(rows[6], gradient.Slice(offset + first, rows.Length));
                Counts.Write<T>(rows[7], gradient.Slice(offset + x.Length + first, rows.Length));
                if (zeroInflated)
                {
                    Counts.Write<T>(rows[9], gradient.Slice(first, rows.Length));
                }
            }
        }
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var draws = weights.Length;
        var mean = 0.0;
        for (var j = 0; j < draws; j++)
        {
            var present = zeroInflated ? Logistic.Of(-double.CreateTruncating(outputs[j])) : 1; // 1 - s(g)
            var o = double.CreateTruncating(outputs[(zeroInflated ? draws : 0) + j]);
            mean += weights[j] * present * Counts.Mean(o);            // E[x] = sum of w (1 - s(g)) e^o
        }

        return mean;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var (o, rho) = (double.CreateTruncating(outputs[^2]), double.CreateTruncating(outputs[^1]));
        var zeros = zeroInflated ? Logistic.Of(double.CreateTruncating(outputs[0])) : 0;
        if (double.IsNaN(o + rho + zeros))
        {
            return double.NaN;
        }

        // x ~ Poisson(mu G / r), G ~ Gamma(r)
        return random.Uniform() < zeros ? 0 : CountDraws.Poisson(o - rho + CountDraws.LogGamma(rho, ref random), ref random);
    }

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        var fit = new CountFit(values);
        if (zeroInflated)
        {
            fit.ZeroInflated(outputs);
        }
        else
        {
            fit.NegativeBinomial(outputs);
        }
    }
}
