using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

public class EvaluatorTests
{
    // A product computes each column by itself, noise belongs to the sample, and the sum goes in the order of the samples.
    [Fact]
    public void The_batch_size_changes_no_bit()
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

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var data = Some.Blobs(300, 100);
        var results = Some.ByTeamsOfOneTwoAndThree(
            team => new Evaluator<float>(Some.Model<float>(Some.Shape(100, [90]), team: team), 300).Evaluate(data, seed: 9));
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void The_KL_weight_in_force_is_the_models()
    {
        var data = Some.Blobs(20, 12);
        var one = new Evaluator<double>(Some.Model<double>(Some.Shape(klWeight: 1))).Evaluate(data, seed: 9);
        var four = new Evaluator<double>(Some.Model<double>(Some.Shape(klWeight: 4))).Evaluate(data, seed: 9);
        Assert.Equal((1.0, 4.0), (one.KlWeight, four.KlWeight));
        Assert.Equal((one.Reconstruction, one.Kl), (four.Reconstruction, four.Kl)); // the terms themselves are not weighted
        Assert.Equal(four.Reconstruction + (4 * four.Kl), four.Loss);
    }

    [Fact]
    public void The_noise_is_a_function_of_the_seed()
    {
        var data = Some.Blobs(20, 12);
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()));
        var first = evaluator.Evaluate(data, seed: 1);
        Assert.Equal(first, evaluator.Evaluate(data, seed: 1));
        Assert.NotEqual(first.Reconstruction, evaluator.Evaluate(data, seed: 2).Reconstruction);
        Assert.Equal(first.Kl, evaluator.Evaluate(data, seed: 2).Kl);  // the KL is in closed form
    }

    [Fact]
    public void Some_samples_give_the_mean_of_what_each_gives_alone()
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
    public void Noise_belongs_to_the_samples_number()
    {
        var data = new ByteSamples(new byte[24], features: 12);
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()));
        Assert.Equal(evaluator.Evaluate(data, [1], seed: 1), evaluator.Evaluate(data, [1, 1], seed: 1));
        Assert.NotEqual(evaluator.Evaluate(data, [0], seed: 1), evaluator.Evaluate(data, [1], seed: 1));
    }

    [Fact]
    public void The_value_is_that_of_the_models_own_forward_pass()
    {
        var data = Some.Blobs(5, 12);
        var model = Some.Model<double>(Some.Shape(latent: 3));
        var a = new Activations<double>(model.Options, 5);
        data.Gather([0, 1, 2, 3, 4], a.Input.AsSpan());
        new RandomDraws(7, (uint)Purpose.EvaluationNoise, 0).FillNormal(a.Noise.AsSpan());
        Assert.Equal(model.Forward(a), new Evaluator<double>(model).Evaluate(data, seed: 7));
    }

    [Fact]
    public void Nothing_to_evaluate_and_other_data_are_refused()
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
        Assert.Throws<OperationCanceledException>(() => evaluator.Evaluate(Some.Blobs(5, 12), 1, new CancellationToken(canceled: true)));
    }
}
