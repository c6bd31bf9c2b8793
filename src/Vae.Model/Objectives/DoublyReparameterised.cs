using Vae.Math;

namespace Vae.Model;

/// <summary>The importance-weighted bound with the doubly reparameterised gradient (DReG) of the encoder: the posterior's whole
/// gradient comes through z.</summary>
/// <remarks>Source: Tucker, Lawson, Gu and Maddison 2018, "Doubly Reparameterized Gradient Estimators for Monte Carlo
/// Objectives", equation 8. The decoder's gradient is that of <see cref="ImportanceWeighted"/>.</remarks>
internal sealed class DoublyReparameterised : ImportanceWeighted
{
    /// <inheritdoc/>
    public override string Name => nameof(DoublyReparameterised);

    /// <inheritdoc/>
    internal override string Formula(in ObjectiveWeights weights, int draws)
        => base.Formula(weights, draws) + ", the encoder's gradient doubly reparameterised";

    /// <inheritdoc/>
    internal override void BackwardToLatent<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
        => ImportanceWeightedBound.ReparameteriseTwice(
            q.Latent, q.Noise, q.LogVariance, q.Weights, warmUp * weights.RatioWeight, q.LatentGradient);

    /// <inheritdoc/>
    internal override void BackwardToPosterior<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
    {
        // Nothing to add: the whole gradient came through z.
    }
}
