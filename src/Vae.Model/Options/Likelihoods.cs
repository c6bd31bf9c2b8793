using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The likelihoods by name: a new likelihood has its line here.</summary>
internal static class Likelihoods
{
    public static ILikelihood<T> Of<T>(VaeOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => options.Likelihood switch
        {
            Likelihood.Bernoulli => new BinaryCrossEntropy<T>(),
            Likelihood.Gaussian => new GaussianLikelihood<T>(options.FixedVariance),
            Likelihood.GaussianWithVariance => new GaussianWithVariance<T>(),
            Likelihood.GaussianPixelVariance => new GaussianPixelVariance<T>(),
            Likelihood.ContinuousBernoulli => new ContinuousBernoulli<T>(),
            Likelihood.Columns => new TableLikelihood<T>([.. options.Columns.Select(column => column.Likelihood)]),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Likelihood, "There is no such likelihood."),
        };
}
