using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Decides which counts have the distribution of counts. Hours of work or years of school are whole numbers, but no
/// negative
/// binomial: such a column is modelled as real, or as positive where its numbers are large, and drawn as whole numbers.</summary>
internal static class CountKinds
{
    private const double FarthestDistribution = 0.05;                 // between the distribution functions
    private const double Chance = 1.36;                               // Kolmogorov's: 5 % of samples of n lie 1.36 / sqrt(n) away
    private const int LargestCount = 10_000;                          // of which every probability is computed

    /// <summary>The schema with the kinds to model.</summary>
    /// <param name="schema">A schema by kind.</param>
    /// <param name="values">The training values of each modelled column.</param>
    public static TableSchema Of(TableSchema schema, TrainingValues values)
    {
        var modelled = schema.Modelled.ToList();
        return schema with
        {
            Columns =
            [
                .. schema.Columns.Select(column =>
                    column.Kind == ColumnKind.Count && modelled.IndexOf(column) is >= 0 and var feature
                        ? column with { Kind = KindOf(values.Of(feature)) }
                        : column),
            ],
        };
    }

    private static ColumnKind KindOf(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return ColumnKind.Count;
        }

        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[^1] > LargestCount ? ColumnKind.Positive
            : Distance(sorted) > FarthestDistribution + (Chance / double.Sqrt(sorted.Length)) ? ColumnKind.Real
            : ColumnKind.Count;
    }

    // The largest difference between the values' distribution function and that of the likelihood that fits them.
    private static double Distance(double[] sorted)
    {
        var likelihood = new TableLikelihood<double>([new ColumnLikelihood { Family = LikelihoodChoice.CountFamily(sorted) }]);
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
