using Vae.Math;

namespace Vae.Model;

/// <summary>Chooses the likelihood of each column from its kind and its training values.</summary>
internal static class LikelihoodChoice
{
    private const int FewComponents = 5;                              // of a mixture, for few rows
    private const int ManyComponents = 8;
    private const int ManyRows = 2000;
    private const double LeastOfAtom = 0.05;                          // the share of the values that makes a value an atom
    private const int MostAtoms = 10;
    private const double LeastDeviation = 1e-3;                       // of a coded number without a known step
    private const double FewestZeros = 0.05;                          // the share of zeros beyond a negative binomial's

    /// <summary>Chooses the likelihood of a column.</summary>
    /// <param name="column">The column, its scaling fitted.</param>
    /// <param name="values">Its observed values among the training rows as the likelihood explains them; may be empty.</param>
    /// <param name="rows">The number of rows of the table.</param>
    public static ColumnOptions Of(ColumnSchema column, ReadOnlySpan<double> values, int rows) => column.Kind switch
    {
        ColumnKind.Flag => new ColumnOptions(new ColumnLikelihood { Family = ColumnFamily.Bernoulli }),
        ColumnKind.Category => new ColumnOptions(
            new ColumnLikelihood { Family = ColumnFamily.Category, Levels = ColumnValues.LevelsOf(column) }),
        ColumnKind.Ordinal => new ColumnOptions(
            new ColumnLikelihood { Family = ColumnFamily.Ordinal, Levels = ColumnValues.LevelsOf(column) }),
        ColumnKind.Count => new ColumnOptions(new ColumnLikelihood { Family = CountFamily(values) })
        {
            InputOffset = column.Offset,
            InputScale = column.Scale,
        },
        _ => new ColumnOptions(OfNumber(column, values, rows)),
    };

    private static ColumnLikelihood OfNumber(ColumnSchema column, ReadOnlySpan<double> values, int rows)
    {
        var isLogarithm = column.Kind == ColumnKind.Positive;
        var finite = Finite(values);
        Array.Sort(finite);
        return new ColumnLikelihood
        {
            Family = ColumnFamily.GaussianMixture,
            Components = rows < ManyRows ? FewComponents : ManyComponents,
            Atoms = AtomsOf(finite, values.Length),
            LeastDeviation = double.Max(LeastDeviation, StepOf(column, finite, isLogarithm) / double.Sqrt(12)),
            HasZeros = isLogarithm && !(column.Least > 0),
            IsLogarithm = isLogarithm,
        };
    }

    private static double[] Finite(ReadOnlySpan<double> values)
    {
        var finite = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                finite.Add(value);
            }
        }

        return [.. finite];
    }

    // Values that occur often, the most frequent first.
    private static double[] AtomsOf(double[] sorted, int all)
    {
        var atoms = new List<(int Count, double Value)>();
        for (int i = 0, run; i < sorted.Length; i += run)
        {
            run = 1;
            while (i + run < sorted.Length && sorted[i + run] == sorted[i])
            {
                run++;
            }

            if (run > 1 && run >= LeastOfAtom * all)
            {
                atoms.Add((run, sorted[i]));
            }
        }

        return [.. atoms.OrderByDescending(atom => atom.Count).Take(MostAtoms).Select(atom => atom.Value)];
    }

    // The step in which values are recorded, in coded units: the least distance between two of them, at least the last decimal.
    private static double StepOf(ColumnSchema column, double[] sorted, bool isLogarithm)
    {
        if (sorted.Length < 2)
        {
            return 0;
        }

        var least = double.PositiveInfinity;
        var before = Own(sorted[0]);
        foreach (var value in sorted.AsSpan(1))
        {
            var own = Own(value);
            least = value > sorted[0] && own > before ? double.Min(least, own - before) : least;
            before = own;
        }

        var decimals = double.Pow(10, -column.Decimals);
        var step = double.IsFinite(least) ? double.Max(least, decimals) : decimals;
        return isLogarithm
            ? step / Own(sorted[sorted.Length / 2]) / column.Scale    // d log x = dx / x
            : step / column.Scale;

        double Own(double value)
        {
            var scaled = (value * column.Scale) + column.Offset;
            return isLogarithm ? double.Exp(scaled) : scaled;
        }
    }

    /// <summary>The family of a count: zeros beyond those of the negative binomial with the values' mean and variance need a
    /// likelihood of their own.</summary>
    /// <param name="values">The counts; may be empty.</param>
    public static ColumnFamily CountFamily(ReadOnlySpan<double> values)
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
}
