namespace Vae.Math;

/// <summary>Fits distributions to the counts of a column, for the biases before training: the largest likelihood, by one equation
/// for the size and, with more zeros, by expectation and maximisation.</summary>
internal sealed class CountFit
{
    private const double PriorCount = 0.5;                            // of a mean that would be 0
    private const double LeastLogSize = -10;
    private const double MostLogSize = 6.907755278982137;             // log 1000: next to the Poisson
    private const int Bisections = 50;
    private const int Steps = 50;
    private const double LeastFurtherZeros = 1e-3;                    // none at all has no gradient
    private readonly double[] _counts;
    private readonly double[] _times;
    private readonly double _sum;
    private readonly double _total;

    /// <summary>Counts how often each value is there.</summary>
    /// <param name="values">The counts; may be empty.</param>
    public CountFit(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (counts, times) = (new List<double> { 0 }, new List<double> { 0 }); // the first is 0
        foreach (var value in sorted)
        {
            if (value != counts[^1])
            {
                counts.Add(value);
                times.Add(0);
            }

            times[^1]++;
        }

        (_counts, _times, _total) = ([.. counts], [.. times], values.Length);
        _sum = _counts.Zip(_times, (count, time) => count * time).Sum();
    }

    /// <summary>The logarithm of the mean; of a small one where all are 0.</summary>
    public static double LogMean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return LogMean(sum, values.Length);
    }

    /// <summary>Fits a negative binomial.</summary>
    /// <param name="outputs">o, rho; overwritten.</param>
    public void NegativeBinomial(Span<double> outputs)
    {
        outputs[0] = LogMean(_sum, _total);
        outputs[1] = _sum > 0 ? LogSize(outputs[0], _times) : 0;
    }

    /// <summary>Fits a negative binomial with more zeros.</summary>
    /// <param name="outputs">g, o, rho; overwritten.</param>
    public void ZeroInflated(Span<double> outputs)
    {
        NegativeBinomial(outputs[1..]);
        var weights = (double[])_times.Clone();
        var further = double.Max(LeastFurtherZeros, (_times[0] / double.Max(_total, 1)) / 2); // begin with half of the zeros
        for (var step = 0; step < Steps && _sum > 0; step++)
        {
            var r = double.Exp(outputs[2]);
            var logZero = -r * Logistic.Softplus(outputs[1] - outputs[2]); // log NB(0) = r log(r / (r + mu))
            var w = Logistic.Of(Logistic.Logit(further) - logZero);   // the share of the zeros that are further ones
            weights[0] = _times[0] * (1 - w);
            further = double.Clamp(_times[0] * w / _total, LeastFurtherZeros, 1 - LeastFurtherZeros);
            outputs[1] = LogMean(_sum, _total - (_times[0] * w));
            outputs[2] = LogSize(outputs[1], weights);
        }

        outputs[0] = Logistic.Logit(further);
    }

    private static double LogMean(double sum, double total)
        => double.Log(sum > 0 ? sum / total : PriorCount / (total + 1));

    // The zero of the sum of drho, by bisection; a bound where there is none.
    private double LogSize(double o, double[] weights)
    {
        var family = new NegativeBinomialFamily<double>(zeroInflated: false);
        var outputs = new double[2 * _counts.Length];
        var (loss, gradient) = (new double[_counts.Length], new double[2 * _counts.Length]);
        outputs.AsSpan(0, _counts.Length).Fill(o);
        var (low, high) = (LeastLogSize, MostLogSize);
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            outputs.AsSpan(_counts.Length).Fill(middle);
            family.Loss(outputs, _counts, loss, gradient);
            var slope = 0.0;
            for (var k = 0; k < _counts.Length; k++)
            {
                slope += weights[k] * gradient[_counts.Length + k];   // sum of drho: the loss falls where it is below 0
            }

            (low, high) = slope < 0 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
