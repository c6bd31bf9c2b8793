using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>From the name of a likelihood to the loss that computes it.</summary>
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

    /// <summary>From the reconstruction error that is trained with to -log p(x|z), nats: another number only where the variance is fixed.</summary>
    public static double Negative(this VaeOptions options, double reconstruction)
        => options.Likelihood == Likelihood.Gaussian
            ? GaussianLikelihood<float>.NegativeLogLikelihood(reconstruction, options.FixedVariance, options.Features)
            : reconstruction;
}
