using Vae.Math;

namespace Vae.Model;

/// <summary>Chooses the likelihood of each column and its scaling, which belong together, from its kind and its training
/// values.</summary>
internal static class LikelihoodChoice
{
    private const int FewComponents = 5;                              // of a mixture, for few rows
    private const int ManyComponents = 8;
    private const int ManyRows = 2000;
    private const double LeastOfAtom = 0.05;                          // the share of the values that makes a value an atom
    private const int MostAtoms = 10;
    private const double LeastDeviation = 1e-3;                       // of a coded number without a known step

    /// <summary>Chooses likelihoods and scaling of a table's columns.</summary>
    /// <param name="table">The table, by kind.</param>
    /// <param name="own">The training values of the columns in their own units.</param>
    /// <param name="training">The options of the training, which say which rows are held out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The schema with its scaling, the likelihood of each modelled column, and the training values as the likelihoods
    /// explain them.</returns>
    /// <exception cref="ArgumentException">The numbers of a column are too far apart to be scaled.</exception>
    public static (TableSchema Schema, ColumnOptions[] Columns, TrainingValues Values) Of(
        Table table, TrainingValues own, TrainingOptions training, CancellationToken cancellationToken)
    {
        var schema = WithCounts(table.Schema, own).Fit(table, Scaling.ByKind, training, cancellationToken);
        var values = own.Scaled(schema.ToPreparation());
        return (schema, [.. schema.Modelled.Select((column, feature) => Of(column, values.Of(feature), table.Count))], values);
    }

    // The schema that says which counts have a likelihood of real or positive numbers.
    private static TableSchema WithCounts(TableSchema schema, TrainingValues own)
    {
        var feature = 0;
        return schema with
        {
            Columns =
            [
                .. schema.Columns.Select(column =>
                {
                    var place = schema.IsModelled(column) ? feature++ : -1;
                    return column with
                    {
                        ModelledAs = place >= 0 && column.Kind == ColumnKind.Count ? CountChoice.ModelledAs(own.Of(place)) : null,
                    };
                }),
            ],
        };
    }

    /// <summary>Chooses the likelihood of a column.</summary>
    /// <param name="column">The column, its scaling fitted.</param>
    /// <param name="values">Its observed values among the training rows as the likelihood explains them; may be empty.</param>
    /// <param name="rows">The number of rows of the table.</param>
    public static ColumnOptions Of(ColumnSchema column, ReadOnlySpan<double> values, int rows) => column.LikelihoodKind switch
    {
        ColumnKind.Flag => new ColumnOptions(new ColumnLikelihood { Family = ColumnFamily.Bernoulli }),
        ColumnKind.Category => new ColumnOptions(
            new ColumnLikelihood { Family = ColumnFamily.Category, Levels = ColumnValues.LevelsOf(column) }),
        ColumnKind.Ordinal => new ColumnOptions(
            new ColumnLikelihood { Family = ColumnFamily.Ordinal, Levels = ColumnValues.LevelsOf(column) }),
        ColumnKind.Count => new ColumnOptions(new ColumnLikelihood { Family = CountChoice.FamilyOf(values) })
        {
            InputOffset = column.Offset,
            InputScale = column.Scale,
        },
        _ => new ColumnOptions(OfNumber(column, values, rows)),
    };

    private static ColumnLikelihood OfNumber(ColumnSchema column, ReadOnlySpan<double> values, int rows)
    {
        var isLogarithm = column.LikelihoodKind == ColumnKind.Positive;
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
}
