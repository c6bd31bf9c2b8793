using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

public class EvaluatorTests
{
    // A product computes each column by itself, noise belongs to the sample, and the sum goes in the order of the samples.
    [Fact]
    public void The_batch_size_changes_no_bit_of_an_evaluation()
    {
        RequireSameBits<float>(Likelihood.Bernoulli);
        RequireSameBits<double>(Likelihood.Bernoulli);
        RequireSameBits<float>(Likelihood.Gaussian);

        static void RequireSameBits<T>(Likelihood likelihood)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var data = Some.Blobs(300, 61);
            var model = Some.Model<T>(Some.Shape(61, [53, 17], latent: 3, likelihood));
            var expected = new Evaluator<T>(model, 128).Evaluate(data, seed: 9);
            foreach (var batchSize in new[] { 1, 2, 7, 64, 299, 10_000 })
            {
                Assert.Equal(expected, new Evaluator<T>(model, batchSize).Evaluate(data, seed: 9));
            }
        }
    }

    [Theory]
    [InlineData(nameof(Bound.Elbo), 3, 0, 1)]
    [InlineData(nameof(Bound.Elbo), 1, 0.1, 1)]
    [InlineData(nameof(Bound.Elbo), 3, 0.1, 4)]
    [InlineData(nameof(Bound.ImportanceWeighted), 3, 0, 1)]
    [InlineData(nameof(Bound.DoublyReparameterised), 5, 0, 0.5)]
    public void The_batch_size_changes_no_bit_of_any_objective(string bound, int draws, double freeBits, double klWeight)
    {
        var data = Some.Blobs(50, 12);
        var model = Some.Model<float>(
            Some.Shape(klWeight: klWeight) with { Bound = Bound.Find(bound)!, Draws = draws, FreeBits = freeBits });
        var expected = new Evaluator<float>(model, 50).Evaluate(data, seed: 9);
        foreach (var batchSize in new[] { 1, 2, 7, 49 })
        {
            Assert.Equal(expected, new Evaluator<float>(model, batchSize).Evaluate(data, seed: 9));
        }
    }

    [Theory]
    [InlineData(nameof(Bound.Elbo), 3, 0)]
    [InlineData(nameof(Bound.Elbo), 3, 0.005)]
    [InlineData(nameof(Bound.ImportanceWeighted), 3, 0)]
    [InlineData(nameof(Bound.DoublyReparameterised), 3, 0)]
    public void An_evaluation_of_every_objective_equals_the_forward_pass_of_the_model(string bound, int draws, double freeBits)
    {
        var data = Some.Blobs(5, 12);
        var model = Some.Model<double>(
            Some.Shape(latent: 3, klWeight: 2) with { Bound = Bound.Find(bound)!, Draws = draws, FreeBits = freeBits });
        var a = new Activations<double>(model.Options, 5);
        data.Gather([0, 1, 2, 3, 4], a.Input.AsSpan());
        new RandomDraws(7, (uint)Purpose.EvaluationNoise, 0).FillNormal(a.Noise.AsSpan());
        var expected = model.Forward(a);

        var actual = new Evaluator<double>(model, batchSize: 2).Evaluate(data, seed: 7);

        Assert.Equal(expected.Loss, actual.Loss, 1e-14);               // means in another order: roundings of numbers near 10
        Assert.Equal(expected.Reconstruction, actual.Reconstruction, 1e-14);
        Assert.Equal((expected.Kl, expected.KlWeight), (actual.Kl, actual.KlWeight));
        Assert.Equal(expected.NegativeElbo, actual.NegativeElbo, 1e-14);
    }

    // A latent's KL is averaged over all samples before it is compared with its free bits, not over a batch.
    [Fact]
    public void Free_bits_are_compared_with_the_mean_over_all_samples()
    {
        var model = new VariationalAutoencoder<double>(
            Some.Shape(features: 1, [1], latent: 1) with { FreeBits = 0.2 }, new SimdProduct<double>(WorkerTeam.OfOne));
        model.Encoder.Hidden[0].Weight.Value[0, 0] = 1;               // relu(x) = x
        model.Encoder.Mean.Weight.Value[0, 0] = 1;                    // divergences of 0 and 1/2, on average 1/4

        var objective = new Evaluator<double>(model, batchSize: 1).Evaluate(new ArraySamples([[0], [1]]), seed: 1);

        Assert.Equal(0.25, objective.Kl);
        Assert.Equal(objective.Reconstruction + 0.25, objective.Loss); // (0.2 + 0.5) / 2 would be another number
    }

    [Fact]
    public void The_negative_ELBO_of_an_evaluation_has_a_KL_weight_of_1_at_every_weight_in_force()
    {
        var four = new Evaluator<double>(Some.Model<double>(Some.Shape(klWeight: 4))).Evaluate(Some.Blobs(20, 12), seed: 9);
        Assert.Equal(four.Reconstruction + four.Kl, four.NegativeElbo);
    }

    [Fact]
    public void The_negative_ELBO_of_a_Gaussian_has_its_variance_and_constant()
    {
        var four = new Evaluator<double>(Some.Model<double>(Some.Shape(likelihood: Likelihood.Gaussian, klWeight: 4)))
            .Evaluate(Some.Blobs(20, 12), seed: 9);
        // The tolerance is for roundings of numbers near 20.
        Assert.Equal((four.Reconstruction / 4) + (6 * double.Log(2 * double.Pi * 4)) + four.Kl, four.NegativeElbo, 1e-14);
    }

    [Fact]
    public void An_evaluation_has_the_same_bits_on_any_number_of_threads()
    {
        var data = Some.Blobs(300, 100);
        var results = Some.ByTeamsOfOneTwoAndThree(
            team => new Evaluator<float>(Some.Model<float>(Some.Shape(100, [90]), team: team), 300).Evaluate(data, seed: 9));
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void An_evaluation_uses_the_KL_weight_of_the_model()
    {
        var data = Some.Blobs(20, 12);
        var one = new Evaluator<double>(Some.Model<double>(Some.Shape(klWeight: 1))).Evaluate(data, seed: 9);
        var four = new Evaluator<double>(Some.Model<double>(Some.Shape(klWeight: 4))).Evaluate(data, seed: 9);
        Assert.Equal((1.0, 4.0), (one.KlWeight, four.KlWeight));
        Assert.Equal((one.Reconstruction, one.Kl), (four.Reconstruction, four.Kl)); // the terms themselves are not weighted
        Assert.Equal(four.Reconstruction + (4 * four.Kl), four.Loss);
    }

    [Fact]
    public void The_noise_of_an_evaluation_is_a_function_of_the_seed()
    {
        var data = Some.Blobs(20, 12);
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()));
        var first = evaluator.Evaluate(data, seed: 1);
        Assert.Equal(first, evaluator.Evaluate(data, seed: 1));
        Assert.NotEqual(first.Reconstruction, evaluator.Evaluate(data, seed: 2).Reconstruction);
        Assert.Equal(first.Kl, evaluator.Evaluate(data, seed: 2).Kl);  // the KL is in closed form
    }

    [Fact]
    public void An_evaluation_reports_the_number_of_finished_samples_after_each_batch()
    {
        var told = new Told();
        new Evaluator<double>(Some.Model<double>(Some.Shape()), batchSize: 8).Evaluate(Some.Blobs(20, 12), seed: 1, told);
        Assert.Equal([8, 16, 20], told.All);
    }

    private sealed class Told : IProgress<int>
    {
        public List<int> All { get; } = [];

        public void Report(int value) => All.Add(value);
    }

    [Fact]
    public void An_evaluation_of_several_samples_is_the_mean_of_their_separate_evaluations()
    {
        var data = Some.Blobs(20, 12);
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()));
        var three = evaluator.Evaluate(data, [3], seed: 1);
        var five = evaluator.Evaluate(data, [5], seed: 1);
        var both = evaluator.Evaluate(data, [3, 5], seed: 1);
        Assert.NotEqual(three, five);
        Assert.Equal((three.Reconstruction + five.Reconstruction) / 2, both.Reconstruction);
        Assert.Equal((three.Kl + five.Kl) / 2, both.Kl);
    }

    // One sample again and again has the same noise; two samples of one content have not.
    [Fact]
    public void The_noise_of_a_sample_depends_on_its_number()
    {
        var data = new ByteSamples(new byte[24], features: 12);
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()));
        Assert.Equal(evaluator.Evaluate(data, [1], seed: 1), evaluator.Evaluate(data, [1, 1], seed: 1));
        Assert.NotEqual(evaluator.Evaluate(data, [0], seed: 1), evaluator.Evaluate(data, [1], seed: 1));
    }

    [Fact]
    public void An_evaluation_equals_the_forward_pass_of_the_model()
    {
        var data = Some.Blobs(5, 12);
        var model = Some.Model<double>(Some.Shape(latent: 3));
        var a = new Activations<double>(model.Options, 5);
        data.Gather([0, 1, 2, 3, 4], a.Input.AsSpan());
        new RandomDraws(7, (uint)Purpose.EvaluationNoise, 0).FillNormal(a.Noise.AsSpan());
        Assert.Equal(model.Forward(a), new Evaluator<double>(model).Evaluate(data, seed: 7));
    }

    [Fact]
    public void An_evaluation_of_no_samples_or_of_data_with_other_features_is_refused()
    {
        var evaluator = new Evaluator<float>(Some.Model<float>(Some.Shape()));
        Assert.StartsWith(
            "There must be at least one sample to evaluate.",
            Assert.Throws<ArgumentException>(() => evaluator.Evaluate(Some.Blobs(5, 12), [], seed: 1)).Message);
        Assert.StartsWith(
            "The model wants samples of 12 features, but the data has 13.",
            Assert.Throws<ArgumentException>(() => evaluator.Evaluate(Some.Blobs(5, 13), seed: 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Evaluator<float>(Some.Model<float>(Some.Shape()), batchSize: 0));
    }

    [Fact]
    public void A_cancelled_evaluation_stops()
    {
        var evaluator = new Evaluator<float>(Some.Model<float>(Some.Shape()));
        Assert.Throws<OperationCanceledException>(
            () => evaluator.Evaluate(Some.Blobs(5, 12), 1, cancellationToken: new CancellationToken(canceled: true)));
    }
}
