using Vae.Math;

namespace Vae.Cli.Tests;

/// <summary>The likelihoods of columns in words.</summary>
public sealed class LikelihoodTextTests
{
    [Fact]
    public void A_likelihood_is_named_with_its_sizes()
    {
        Assert.Equal("Gaussian", Of(ColumnFamily.Gaussian));
        Assert.Equal("Student-t", Of(ColumnFamily.StudentT));
        Assert.Equal("negative binomial", Of(ColumnFamily.NegativeBinomial));
        Assert.Equal("zero-inflated negative binomial", Of(ColumnFamily.ZeroInflatedNegativeBinomial));
        Assert.Equal("Poisson", Of(ColumnFamily.Poisson));
        Assert.Equal("Bernoulli", Of(ColumnFamily.Bernoulli));
        Assert.Equal(
            "category of 16 levels", LikelihoodText.Of(new ColumnLikelihood { Family = ColumnFamily.Category, Levels = 16 }));
        Assert.Equal(
            "ordinal of 5 levels", LikelihoodText.Of(new ColumnLikelihood { Family = ColumnFamily.Ordinal, Levels = 5 }));
    }

    [Fact]
    public void Atoms_and_zeros_are_said()
    {
        var mixture = new ColumnLikelihood { Family = ColumnFamily.GaussianMixture, Components = 8 };

        Assert.Equal("mixture of 8 Gaussians", LikelihoodText.Of(mixture));
        Assert.Equal("mixture of 8 Gaussians, 1 atom", LikelihoodText.Of(mixture with { Atoms = [0.5] }));
        Assert.Equal(
            "mixture of 8 log-normals, 2 atoms, zeros apart",
            LikelihoodText.Of(mixture with { Atoms = [0.5, 1], IsLogarithm = true, HasZeros = true }));
        Assert.Equal(
            "log-normal", LikelihoodText.Of(new ColumnLikelihood { Family = ColumnFamily.Gaussian, IsLogarithm = true }));
    }

    private static string Of(ColumnFamily family) => LikelihoodText.Of(new ColumnLikelihood { Family = family });
}
