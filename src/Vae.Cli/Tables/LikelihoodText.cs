using Vae.Math;

namespace Vae.Cli;

/// <summary>The likelihood of a column in words.</summary>
internal static class LikelihoodText
{
    /// <summary>The words, such as <c>mixture of 8 Gaussians, 2 atoms</c>.</summary>
    public static string Of(ColumnLikelihood likelihood)
    {
        var atoms = likelihood.Atoms.Count;
        string?[] parts =
        [
            FamilyOf(likelihood),
            atoms == 0 ? null : atoms == 1 ? "1 atom" : $"{atoms} atoms",
            likelihood.HasZeros ? "zeros apart" : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string FamilyOf(ColumnLikelihood likelihood)
    {
        var isLogarithm = likelihood.IsLogarithm;
        return likelihood.Family switch
        {
            ColumnFamily.Gaussian => isLogarithm ? "log-normal" : "Gaussian",
            ColumnFamily.StudentT => isLogarithm ? "Student-t of the logarithm" : "Student-t",
            ColumnFamily.GaussianMixture => $"mixture of {likelihood.Components} {(isLogarithm ? "log-normals" : "Gaussians")}",
            ColumnFamily.Poisson => "Poisson",
            ColumnFamily.NegativeBinomial => "negative binomial",
            ColumnFamily.ZeroInflatedNegativeBinomial => "zero-inflated negative binomial",
            ColumnFamily.Bernoulli => "Bernoulli",
            ColumnFamily.Category => $"category of {likelihood.Levels} levels",
            ColumnFamily.Ordinal => $"ordinal of {likelihood.Levels} levels",
            _ => $"{likelihood.Family}",
        };
    }
}
