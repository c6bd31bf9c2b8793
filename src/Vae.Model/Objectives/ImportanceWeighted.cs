using System.Numerics;
using System.Numerics.Tensors;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The importance-weighted bound (IWAE), <c>loss = -log mean of w</c> over the draws of a sample, with
/// <c>log w = log p(x|z) + lambda (log p(z) - log q(z|x))</c>.
/// </summary>
/// <remarks>
/// Source: Burda, Grosse and Salakhutdinov 2015, equations 8 and 14. Derivation: docs/derivations.md, ImportanceWeightedBound.
/// </remarks>
internal class ImportanceWeighted : Bound
{
    /// <inheritdoc/>
    public override string Name => nameof(ImportanceWeighted);

    /// <inheritdoc/>
    internal sealed override void Require(in ObjectiveWeights weights)
    {
        if (weights.FreeBits > 0)
        {
            throw new ArgumentException(
                $"Free bits go with the ELBO, whose KL divergence they change, but the bound is {Name}. Leave one of them out.");
        }

        if (!(weights.KlWeight > 0))
        {
            throw new ArgumentException(
                $"An importance-weighted bound needs a KL weight above 0, but it is {Text(weights.KlWeight)}. "
                + "Train for reconstruction only with the ELBO.");
        }
    }

    /// <inheritdoc/>
    internal override string Formula(in ObjectiveWeights weights, int draws)
    {
        var scale = weights.FixedVariance is { } variance ? $" / {Text(variance)} - constant" : "";
        var ratio = $"{Text(weights.RatioWeight)} * (log p(z) - log q(z|x))";
        return $"loss = -log mean over {draws} draws of w, log w = -reconstruction{scale} + {ratio}";
    }

    /// <summary>Computes log w of each draw, <c>log w = log p(x|z) + weight (log p(z) - log q(z|x))</c>.</summary>
    /// <param name="q">Noise, latent, log-variance and the draws' reconstruction errors
    /// filled in; log-weights overwritten.</param>
    /// <param name="weights">The weights of the objective.</param>
    /// <param name="ratioWeight">The weight of log p(z) - log q(z|x): 1 for the bound on log p(x) itself.</param>
    internal static void WeighDraws<T>(Posterior<T> q, in ObjectiveWeights weights, double ratioWeight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PriorPosteriorRatio.Forward(q.Latent, q.Noise, q.LogVariance, q.LogWeights);
        for (var draw = 0; draw < q.LogWeights.Length; draw++)
        {
            var negativeLogLikelihood = q.WeightsOf(weights, draw).NegativeLogLikelihood(q.Reconstruction[draw]);
            q.LogWeights[draw] = (ratioWeight * q.LogWeights[draw]) - negativeLogLikelihood;
        }
    }

    /// <inheritdoc/>
    internal override double Measure<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
    {
        WeighDraws(q, weights, warmUp * weights.RatioWeight);
        var bound = ImportanceWeightedBound.Forward(q.LogWeights, q.Bounds, q.Weights);
        DropNegligible<T>(q.Weights);
        return bound;
    }

    /// <inheritdoc/>
    internal override double Loss(
        in ObjectiveWeights weights,
        double warmUp,
        double reconstruction,
        double kl,
        double bound,
        ReadOnlySpan<double> klPerLatent)
        => -bound;

    /// <inheritdoc/>
    internal override ReadOnlySpan<double> Backward<T>(Posterior<T> q, in ObjectiveWeights weights)
    {
        ImportanceWeightedBound.Backward(q.Weights, q.Bounds.Length, q.LogWeightGradients);
        var slope = -1 / weights.ReconstructionVariance;              // dlog w / dreconstruction
        TensorPrimitives.Multiply<double>(q.LogWeightGradients, slope, q.TermGradients);
        return q.TermGradients;
    }

    /// <inheritdoc/>
    internal override void BackwardToPosterior<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
    {
        var slope = warmUp * weights.RatioWeight;                     // dlog w / dratio
        TensorPrimitives.Multiply<double>(q.LogWeightGradients, slope, q.TermGradients);
        PriorPosteriorRatio.Backward(q.Mean, q.Latent, q.TermGradients, q.MeanGradient, q.LogVarianceGradient);
    }

    // Sets weights below the square of the rounding unit to 0: they change no digit of a gradient. Such weights are common, since
    // the log-weights of one sample often lie 50 nats apart. Times a small slope they would become subnormal numbers, with
    // which arithmetic is a hundred times as slow.
    private static void DropNegligible<T>(double[] weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var negligible = double.Pow(double.CreateChecked(T.BitIncrement(T.One) - T.One), 2);
        foreach (ref var weight in weights.AsSpan())
        {
            weight = weight < negligible ? 0 : weight;                // NaN stays
        }
    }
}
