using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A bound added as in docs/extending.md: one class, beside these tests, without a change of the library.</summary>
public class AddedBoundTests
{
    private static readonly VaeOptions Options = Some.Shape(features: 6, [5, 4], latent: 2) with
    {
        Bound = new Renyi(0.5), Draws = 4,
    };

    [Fact]
    public void A_bound_that_is_added_passes_the_check_of_a_whole_model()
    {
        Assert.All(
            ModelCheck.Run(Options, samples: 3, seed: 1), parameter => Assert.True(parameter.Passes(), parameter.ToString()));
    }

    [Fact]
    public void A_bound_that_is_added_lies_between_the_ELBO_and_the_importance_weighted_bound()
    {
        double Loss(Bound bound) => Some.Model<double>(Options with { Bound = bound })
            .Forward(Some.Batch<double>(Options, 20)).Loss;

        var importanceWeighted = Loss(Bound.ImportanceWeighted);
        // One sum, once of w and once of w^1; near 10, so a few roundings.
        Assert.Equal(importanceWeighted, Loss(new Renyi(0)), 1e-12);
        Assert.InRange(Loss(Options.Bound), importanceWeighted, Loss(new Renyi(0.999)));
    }

    [Fact]
    public void A_bound_that_is_added_is_trained_and_evaluated()
    {
        var trainer = TrainerTests.Trainer<float>(
            Some.Blobs(60, 6), new TrainingOptions { Epochs = 3, BatchSize = 20, ValidationSamples = 20 }, Options);

        trainer.Train();

        Assert.True(trainer.State.Last!.Validation!.Value.Loss < trainer.State.Last.Validation.Value.Reconstruction + 10);
        Assert.True(double.IsFinite(trainer.State.Last.Validation.Value.NegativeElbo));
    }

    /// <summary>
    /// Renyi's bound, <c>1/(1 - alpha) log mean of w^(1 - alpha)</c>: IWAE at alpha = 0, the ELBO as alpha goes to 1.
    /// </summary>
    /// <remarks>Source: Li and Turner 2016, "Renyi Divergence Variational Inference", equation 8.</remarks>
    private sealed class Renyi(double alpha) : ImportanceWeighted
    {
        public override string Name => nameof(Renyi);

        internal override double Measure<T>(Posterior<T> q, in ObjectiveWeights weights, double warmUp)
        {
            WeighDraws(q, weights, warmUp * weights.RatioWeight);
            double[] powers = [.. q.LogWeights.Select(logWeight => (1 - alpha) * logWeight)];   // log w^(1 - alpha)
            // The gradient's weights: those of w^(1 - alpha).
            var bound = ImportanceWeightedBound.Forward(powers, q.Bounds, q.Weights);
            for (var sample = 0; sample < q.Bounds.Length; sample++)
            {
                q.Bounds[sample] /= 1 - alpha;
            }

            return bound / (1 - alpha);
        }
    }
}
