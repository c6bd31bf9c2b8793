using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Chooses the likelihood of a count. Hours of work or years of school are whole numbers, but no negative binomial: such
/// a column is modelled as real, or as positive where its numbers are large, and stays a count, drawn as whole numbers.</summary>
internal static class CountChoice
{
    private const double FarthestDistribution = 0.05;                 // between the distribution functions
    private const double Chance = 1.36;                               // Kolmogorov's: 5 % of samples of n lie 1.36 / sqrt(n) away
    private const int LargestCount = 10_000;                          // of which every probability is computed
    private const double FewestZeros = 0.05;                          // the share of zeros beyond a negative binomial's

    /// <summary>The kind whose likelihood models the count; null for a likelihood of counts.</summary>
    /// <param name="values">Its training values; may be empty.</param>
    public static ColumnKind? ModelledAs(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return null;
        }

        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[^1] > LargestCount ? ColumnKind.Positive
            : Distance(sorted) > FarthestDistribution + (Chance / double.Sqrt(sorted.Length)) ? ColumnKind.Real
            : null;
    }

    /// <summary>The family of a count: zeros beyond those of the negative binomial with the values' mean and variance need a
    /// likelihood of their own.</summary>
    /// <param name="values">The counts; may be empty.</param>
    public static ColumnFamily FamilyOf(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return ColumnFamily.NegativeBinomial;
        }

        var (sum, squares, zeros) = (0.0, 0.0, 0);
        foreach (var value in values)
        {
            sum += value;
            squares += value * value;
            zeros += value == 0 ? 1 : 0;
        }

        var mean = sum / values.Length;
        var variance = (squares / values.Length) - (mean * mean);
        var size = variance > mean ? mean * mean / (variance - mean) : double.PositiveInfinity;
        var expected = double.IsFinite(size) ? double.Exp(-size * double.LogP1(mean / size)) : double.Exp(-mean);
        return ((double)zeros / values.Length) - expected > FewestZeros
            ? ColumnFamily.ZeroInflatedNegativeBinomial
            : ColumnFamily.NegativeBinomial;
    }

    // The largest difference between the values' distribution function and that of the likelihood that fits them.
    private static double Distance(double[] sorted)
    {
        var likelihood = new TableLikelihood<double>([new ColumnLikelihood { Family = FamilyOf(sorted) }]);
        var outputs = new double[likelihood.Columns[0].Outputs];
        likelihood.Start(0, sorted, outputs);
        var counts = (int)sorted[^1] + 1;
        var output = Matrix<double>.Build.Dense(outputs.Length, counts, (row, _) => outputs[row]);
        var x = Matrix<double>.Build.Dense(1, counts, (_, count) => count);
        var logs = Matrix<double>.Build.Dense(1, counts);
        likelihood.LogDensity(output, x, logs, WorkerTeam.OfOne);
        var (model, largest, place) = (0.0, 0.0, 0);
        for (var count = 0; count < counts; count++)
        {
            model += double.Exp(logs[0, count]);
            while (place < sorted.Length && sorted[place] <= count)
            {
                place++;
            }

            largest = double.Max(largest, double.Abs(model - ((double)place / sorted.Length)));
        }

        return largest;
    }
}
