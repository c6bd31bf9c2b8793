using Vae.Math;

namespace Vae.Model;

/// <summary>Drawn rows of a table for a gradient check: every kind of value of every family, with holes.</summary>
internal static class CheckRows
{
    private const int MostCount = 6;                                  // counts of 0 to 5

    private static readonly double[] SomeAtoms = [0.5, -1];

    /// <summary>A small model with a column of each family, their numbers shared and not, with zeros and atoms.</summary>
    public static VaeOptions UsualModel { get; } = new()
    {
        Features = Likelihoods.Length,
        Columns = [.. Likelihoods.Select(likelihood => new ColumnOptions(likelihood))],
        Likelihood = Likelihood.Columns,
        Hidden = [6, 5],
        Latent = 2,
        LinearPaths = true,
    };

    // A soft floor of a twentieth has slopes that differ from 1, and no loss is steep.
    private static ColumnLikelihood[] Likelihoods =>
    [
        Of(ColumnFamily.Gaussian),
        Of(ColumnFamily.Gaussian) with { SharesScale = true },
        Of(ColumnFamily.Gaussian) with { HasZeros = true, IsLogarithm = true },
        Of(ColumnFamily.StudentT),
        Of(ColumnFamily.StudentT) with { SharesScale = true },
        Of(ColumnFamily.GaussianMixture) with { Components = 2, Atoms = SomeAtoms },
        Of(ColumnFamily.GaussianMixture) with { Components = 2, SharesScale = true, HasZeros = true, IsLogarithm = true },
        Of(ColumnFamily.Poisson),
        Of(ColumnFamily.NegativeBinomial),
        Of(ColumnFamily.ZeroInflatedNegativeBinomial) with { SharesScale = true },
        Of(ColumnFamily.Bernoulli),
        Of(ColumnFamily.Category) with { Levels = 3 },
        Of(ColumnFamily.Ordinal) with { Levels = 4 },
    ];

    /// <summary>Draws a batch: the values in the target, their coding in the input, and the mask.</summary>
    /// <param name="a">Target, input and, with missing values, the mask overwritten.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="missing">The share of missing values, 0 to 1; 0 for no mask.</param>
    /// <param name="draws">The source of the values.</param>
    public static void Fill(Activations<double> a, IReadOnlyList<ColumnOptions> columns, double missing, RandomDraws draws)
    {
        var coding = new RowCoding(columns);
        var mask = missing > 0 ? a.ObserveSome() : null;
        if (mask is null)
        {
            a.ObserveAll();
        }

        for (var sample = 0; sample < a.Samples; sample++)
        {
            var target = a.Target.ColumnSpan(sample);
            var observed = mask is null ? [] : mask.ColumnSpan(sample);
            for (var i = 0; i < target.Length; i++)
            {
                var first = 3L * ((sample * target.Length) + i);
                target[i] = Value(columns[i].Likelihood, draws.Uniform(first), draws.Uniform(first + 1));
                if (mask is not null)
                {
                    observed[i] = draws.Uniform(first + 2) < missing ? 0 : 1;
                    target[i] = observed[i] == 0 ? 0 : target[i];
                }
            }

            coding.Encode<double>(target, observed, a.Input.ColumnSpan(sample));
        }
    }

    // A third of the values are zeros where a column has them, and a third are atoms.
    private static double Value(ColumnLikelihood likelihood, double choice, double uniform) => likelihood.Family switch
    {
        ColumnFamily.Poisson or ColumnFamily.NegativeBinomial or ColumnFamily.ZeroInflatedNegativeBinomial
            => double.Floor(MostCount * uniform * uniform),
        ColumnFamily.Bernoulli => uniform < 0.5 ? 0 : 1,
        ColumnFamily.Category or ColumnFamily.Ordinal => double.Floor(likelihood.Levels * uniform),
        _ when likelihood.HasZeros && choice < 1.0 / 3 => double.NegativeInfinity,
        _ when likelihood.Atoms.Count > 0 && choice > 2.0 / 3 => likelihood.Atoms[(int)(likelihood.Atoms.Count * uniform)],
        _ => (4 * uniform) - 2,
    };

    private static ColumnLikelihood Of(ColumnFamily family) => new() { Family = family, LeastDeviation = 0.05 };
}
