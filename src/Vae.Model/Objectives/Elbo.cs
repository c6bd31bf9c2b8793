using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The ELBO, <c>loss = reconstruction + lambda KL</c>, with the KL divergence in closed form and, where wanted, free bits.
/// </summary>
/// <remarks>
/// Source: Kingma and Welling 2013, equation 10; Kingma et al. 2016 (free bits). Derivation:
/// docs/derivations.md, The whole objective.
/// </remarks>
internal sealed class Elbo : Bound
{
    /// <inheritdoc/>
    public override string Name => nameof(Elbo);

    /// <inheritdoc/>
    internal override bool WeighsDrawsAlike => true;

    /// <inheritdoc/>
    internal override void Require(in ObjectiveWeights weights)
    {
        if (weights.FreeBits > 0 && !(weights.KlWeight > 0))
        {
            throw new ArgumentException(
                $"Free bits of {Text(weights.FreeBits)} nats need a KL weight above 0, but it is {Text(weights.KlWeight)}. "
                + "Leave them out.");
        }
    }

    /// <inheritdoc/>
    internal override string Formula(in ObjectiveWeights weights, int draws)
        => $"loss = reconstruction{(draws > 1 ? $" (mean of {draws} draws)" : "")} + {Text(weights.KlWeight)} * KL"
            + (weights.FreeBits > 0 ? $" (each latent's KL, mean over the batch, at least {Text(weights.FreeBits)})" : "");

    /// <inheritdoc/>
    internal override double Measure<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
    {
        if (weights.FreeBits > 0)
        {
            FreeBits.Forward(q.Mean, q.LogVariance, weights.FreeBits, q.KlPerLatent);
        }

        return 0;
    }

    /// <inheritdoc/>
    internal override double Loss(
        in ObjectiveWeights weights,
        double warmUp,
        double reconstruction,
        double kl,
        double bound,
        ReadOnlySpan<double> klPerLatent)
    {
        var counted = weights.FreeBits > 0 ? FreeBits.Sum(klPerLatent, weights.FreeBits) : kl;
        return reconstruction + (warmUp * weights.KlWeight * counted);
    }

    /// <inheritdoc/>
    internal override ReadOnlySpan<double> Backward<T>(Posterior<T> q, in ObjectiveWeights weights) => [];

    /// <inheritdoc/>
    internal override void BackwardToPosterior<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
    {
        var weight = warmUp * weights.KlWeight;
        if (weight > 0 && weights.FreeBits > 0)                       // at weight 0, an infinite exp(log-variance) gives NaN
        {
            FreeBits.Backward(
                q.Mean, q.LogVariance, weights.FreeBits, q.KlPerLatent, weight, q.MeanGradient, q.LogVarianceGradient);
        }
        else if (weight > 0)
        {
            GaussianKl.Backward(q.Mean, q.LogVariance, weight, q.MeanGradient, q.LogVarianceGradient);
        }
    }
}
