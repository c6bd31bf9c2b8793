using System.Numerics;

namespace Vae.Math;

/// <summary>Makes the family of a column.</summary>
internal static class ColumnFamilies
{
    /// <summary>The family that a column's likelihood names, with zeros of their own where it has them.</summary>
    /// <param name="column">The likelihood, validated.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static IColumnFamily<T> Of<T>(ColumnLikelihood column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        INumberFamily<T>? number = column.Family switch
        {
            ColumnFamily.Gaussian => new GaussianFamily<T>(column),
            ColumnFamily.StudentT => new StudentTFamily<T>(column),
            ColumnFamily.GaussianMixture => new GaussianMixtureFamily<T>(column),
            _ => null,
        };
        if (number is not null)
        {
            return column.HasZeros || column.Atoms.Count > 0 ? new AtomsFamily<T>(column, number) : number;
        }

        return column.Family switch
        {
            ColumnFamily.Poisson => new PoissonFamily<T>(),
            ColumnFamily.NegativeBinomial => new NegativeBinomialFamily<T>(zeroInflated: false),
            ColumnFamily.ZeroInflatedNegativeBinomial => new NegativeBinomialFamily<T>(zeroInflated: true),
            ColumnFamily.Bernoulli => new BernoulliFamily<T>(),
            ColumnFamily.Category => new CategoryFamily<T>(column.Levels),
            ColumnFamily.Ordinal => new OrdinalFamily<T>(column.Levels),
            _ => throw new InvalidOperationException($"There is no such family: {column.Family}."),
        };
    }
}
