using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The weights of an objective's terms. The negative ELBO is computed here, for training,
/// evaluation, scores and checkpoints alike.
/// </summary>
/// <param name="KlWeight">The weight lambda of the KL divergence.</param>
/// <param name="FreeBits">The smallest value at which training counts a latent's KL divergence, nats; 0 for no free bits.</param>
/// <param name="FixedVariance">The variance of a Gaussian likelihood whose variance is not learnt;
/// null for every other likelihood.</param>
/// <param name="Features">The number of observed features of a sample, or the mean of several.</param>
internal readonly record struct ObjectiveWeights(double KlWeight, double FreeBits, double? FixedVariance, double Features)
{
    /// <summary>
    /// The number that divides the reconstruction error to give -log p(x|z) without its constant: the fixed variance, or 1.
    /// </summary>
    public double ReconstructionVariance => FixedVariance ?? 1;

    /// <summary>
    /// The weight of log p(z) - log q(z|x) in log w: lambda, but 1 for a Gaussian of fixed variance, whose lambda is that
    /// variance and divides the reconstruction error instead.
    /// </summary>
    public double RatioWeight => FixedVariance is null ? KlWeight : 1;

    /// <summary>-log p(x|z), nats.</summary>
    /// <param name="reconstruction">The reconstruction error, nats: the same number unless the variance is fixed.</param>
    public double NegativeLogLikelihood(double reconstruction)
        => FixedVariance is { } variance
            ? (reconstruction / variance) + (Features / 2 * double.Log(2 * double.Pi * variance))
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
