using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The likelihoods by name: a new likelihood has its line here.</summary>
internal static class Likelihoods
{
    public static IReconstructionLoss<T> Of<T>(Likelihood likelihood)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => likelihood switch
        {
            Likelihood.Bernoulli => new BinaryCrossEntropy<T>(),
            Likelihood.Gaussian => new GaussianLikelihood<T>(),
            Likelihood.GaussianWithVariance => new GaussianWithVariance<T>(),
            Likelihood.GaussianPixelVariance => new GaussianPixelVariance<T>(),
            Likelihood.ContinuousBernoulli => new ContinuousBernoulli<T>(),
            _ => throw new ArgumentOutOfRangeException(nameof(likelihood), likelihood, "There is no such likelihood."),
        };
}
