using Vae.Math;

namespace Vae.Model;

/// <summary>The weights of an objective's terms, and the negative ELBO: training, evaluation, scores and checkpoints take it from
/// here.</summary>
/// <param name="KlWeight">The weight lambda of the KL divergence.</param>
/// <param name="FreeBits">The least that each latent's KL divergence counts for in training, nats; 0 for none.</param>
/// <param name="FixedVariance">The variance of a Gaussian likelihood that learns none; null for every other likelihood.</param>
/// <param name="Features">The number of features of a sample.</param>
internal readonly record struct ObjectiveWeights(double KlWeight, double FreeBits, double? FixedVariance, int Features)
{
    /// <summary>The divisor between the reconstruction error and a negative log-likelihood without its constant.</summary>
    public double ReconstructionVariance => FixedVariance ?? 1;

    /// <summary>The weight of log p(z) - log q(z|x) inside log w: a Gaussian's lambda is its variance already.</summary>
    public double RatioWeight => FixedVariance is null ? KlWeight : 1;

    /// <summary>-log p(x|z), nats.</summary>
    /// <param name="reconstruction">The reconstruction error, which differs from it only where the variance is fixed.</param>
    public double NegativeLogLikelihood(double reconstruction)
        => FixedVariance is { } variance
            ? GaussianLikelihood<float>.NegativeLogLikelihood(reconstruction, variance, Features)
            : reconstruction;

    /// <summary>The sum of the negative ELBO over samples whose terms are known as sums, nats.</summary>
    /// <param name="reconstruction">The sum of the reconstruction errors.</param>
    /// <param name="kl">The sum of the KL divergences.</param>
    /// <param name="samples">The number of samples; 0 gives 0.</param>
    public double NegativeElboSum(double reconstruction, double kl, int samples)
        => samples == 0 ? 0 : (samples * NegativeLogLikelihood(reconstruction / samples)) + kl;

    /// <summary>The negative ELBO, nats: -log p(x|z) + KL, at KL weight 1 whatever the weight in force.</summary>
    /// <param name="reconstruction">The reconstruction error.</param>
    /// <param name="kl">The KL divergence.</param>
    public double NegativeElbo(double reconstruction, double kl) => NegativeLogLikelihood(reconstruction) + kl;
}
