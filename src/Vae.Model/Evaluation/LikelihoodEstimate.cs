namespace Vae.Model;

/// <summary>The result of importance sampling for a model and data; all figures are means over the samples, in nats per
/// sample.</summary>
/// <param name="Samples">Samples that were measured.</param>
/// <param name="Draws">Draws of z for each of them.</param>
/// <param name="NegativeLogLikelihood">-log p(x), estimated from above: the true one is lower, and more draws come closer. Where
/// the reconstruction error is not a likelihood (<see cref="VaeOptions.IsLogLikelihood"/>), it is the result of the same formula,
/// but not a log-likelihood.</param>
/// <param name="StandardError">The standard error of the mean over the samples; NaN for one sample.</param>
/// <param name="NegativeElbo">The negative ELBO: the reconstruction error averaged over all draws, the KL divergence in closed
/// form, at weight 1.</param>
/// <param name="Reconstruction">The reconstruction error, averaged over all draws.</param>
/// <param name="Kl">The KL divergence, not weighted.</param>
/// <param name="ActiveUnits">Latents whose posterior mean varies over the samples by more than 0.01 (Burda et al. 2015, section
/// 5.1).</param>
public sealed record LikelihoodEstimate(
    int Samples,
    int Draws,
    double NegativeLogLikelihood,
    double StandardError,
    double NegativeElbo,
    double Reconstruction,
    double Kl,
    int ActiveUnits);
