using Vae.Math;

namespace Vae.Model.Tests;

public class ImportanceSamplerTests
{
    private static readonly VaeOptions Shape = Some.Shape(features: 12, [8], latent: 2);
    private static readonly ByteSamples Data = Some.Blobs(3, 12);

    // Draws are computed 250 at a time: a last part of 1, of 249, of 250 and of 100. Differences are roundings of numbers near
    // 10, of exp and log, and of sums of up to 600 numbers below 600.
    [Theory, InlineData(1), InlineData(2), InlineData(249), InlineData(250), InlineData(251), InlineData(600)]
    public void The_estimate_agrees_with_a_plain_loop_over_exactly_as_many_draws(int draws)
    {
        var model = Model(Shape);
        var plain = Enumerable.Range(0, Data.Count).Select(sample => Plain(model, Data, sample, draws)).ToList();

        var estimate = Estimate(model, draws);

        Assert.Equal(-plain.Average(sample => sample.LogLikelihood), estimate.NegativeLogLikelihood, 1e-12);
        Assert.Equal(plain.Average(sample => sample.Reconstruction), estimate.Reconstruction, 1e-12);
        Assert.Equal((Data.Count, draws), (estimate.Samples, estimate.Draws));
    }

    [Fact]
    public void The_estimate_uses_the_label_of_each_sample()
    {
        var options = Shape with { Classes = 4 };
        var data = new LabelledSamples(Data, [3, 0, 3], classes: 4);
        var model = Model(options);
        Assert.Equal(
            -Enumerable.Range(0, 3).Average(sample => Plain(model, data, sample, 20).LogLikelihood),
            new ImportanceSampler<double>(model).Estimate(data, 20, seed: 7).NegativeLogLikelihood,
            1e-12);                                                   // as above
    }

    // 70 samples are more than are computed at once.
    [Fact]
    public void The_estimate_has_the_same_bits_on_any_number_of_threads()
    {
        var data = Some.Blobs(70, 12);
        var results = Some.ByTeamsOfOneTwoAndThree(
            team => new ImportanceSampler<float>(Some.Model<float>(Shape, team: team)).Estimate(data, 300, seed: 7));
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    // r(n) n is a sum over the draws: one more draw adds its own term, whatever the earlier terms are.
    [Fact]
    public void The_first_draws_do_not_depend_on_the_number_of_draws()
    {
        var model = Model(Shape);
        var last = Enumerable.Range(0, Data.Count).Average(sample => Plain(model, Data, sample, 1, first: 250).Reconstruction);
        // The tolerance is for roundings of numbers near 2,500.
        Assert.Equal(last, (251 * Estimate(model, 251).Reconstruction) - (250 * Estimate(model, 250).Reconstruction), 1e-11);
    }

    [Fact]
    public void The_estimate_is_a_function_of_the_seed()
    {
        var sampler = new ImportanceSampler<double>(Model(Shape));
        var first = sampler.Estimate(Data, 20, seed: 1);
        Assert.Equal(first, sampler.Estimate(Data, 20, seed: 1));
        Assert.NotEqual(first.NegativeLogLikelihood, sampler.Estimate(Data, 20, seed: 2).NegativeLogLikelihood);
        Assert.Equal(first.Kl, sampler.Estimate(Data, 20, seed: 2).Kl); // the KL is in closed form
    }

    [Fact]
    public void The_estimate_draws_separate_noise_for_each_sample()
    {
        var twins = new ByteSamples(new byte[24], features: 12);
        Assert.True(new ImportanceSampler<double>(Model(Shape)).Estimate(twins, 20, seed: 1).StandardError > 1e-6);
    }

    [Fact]
    public void The_standard_error_of_the_estimate_is_that_of_a_mean_over_the_samples()
    {
        var model = Model(Shape);
        double[] each = [.. Enumerable.Range(0, 3).Select(sample => Plain(model, Data, sample, 20).LogLikelihood)];
        var variance = each.Sum(value => (value - each.Average()) * (value - each.Average())) / 2; // n - 1
        Assert.Equal(double.Sqrt(variance / 3), Estimate(model, 20).StandardError, 1e-12); // as above
    }

    [Fact]
    public void An_estimate_of_one_sample_has_no_standard_error_and_no_active_unit()
    {
        var estimate = new ImportanceSampler<double>(Model(Shape)).Estimate(Some.Blobs(1, 12), 20, seed: 1);
        Assert.True(double.IsNaN(estimate.StandardError));
        Assert.Equal(0, estimate.ActiveUnits);
    }

    [Fact]
    public void An_estimate_of_many_draws_is_below_the_negative_ELBO()
    {
        var estimate = Estimate(Model(Shape), 500);
        Assert.True(estimate.NegativeLogLikelihood < estimate.NegativeElbo - 0.01, estimate.ToString());
    }

    [Fact]
    public void The_negative_ELBO_of_the_estimate_is_the_sum_of_its_terms_and_its_KL_is_the_evaluators()
    {
        var model = Model(Shape);
        var estimate = Estimate(model, 20);
        Assert.Equal(estimate.Reconstruction + estimate.Kl, estimate.NegativeElbo);
        Assert.Equal(new Evaluator<double>(model).Evaluate(Data, seed: 1).Kl, estimate.Kl);
    }

    // The objective of the training changes the weights, not the likelihood of given weights.
    [Fact]
    public void The_estimate_does_not_depend_on_the_objective_of_the_training()
    {
        var expected = Estimate(Model(Shape), 20);
        Assert.Equal(expected, Estimate(Model(Shape with { KlWeight = 4 }), 20));
        Assert.Equal(expected, Estimate(Model(Shape with { FreeBits = 3 }), 20));
        Assert.Equal(expected, Estimate(Model(Shape with { Draws = 7, Bound = Bound.DoublyReparameterised }), 20));
    }

    // The mean of latent i is s_i x: over samples with x = 0 and x = 1 its
    // variance is s^2 / 2. 0.141 gives 0.00994, 0.142 gives 0.01008.
    [Fact]
    public void A_latent_is_active_where_its_mean_varies_by_more_than_a_hundredth()
    {
        double[] slopes = [0, 0.141, 0.142, -1, 1];
        var model = new VariationalAutoencoder<double>(
            Some.Shape(features: 1, [1], latent: 5), new SimdProduct<double>(WorkerTeam.OfOne));
        model.Encoder.Hidden[0].Weight.Value[0, 0] = 1;               // relu(x) = x
        model.Encoder.Mean.Weight.Value.SetColumn(0, slopes);

        Assert.Equal(3, new ImportanceSampler<double>(model).Estimate(new ArraySamples([[0], [1]]), 1, seed: 1).ActiveUnits);
    }

    [Theory, InlineData(Pixels.Threshold), InlineData(Pixels.Dynamic)]
    public void The_seed_of_the_estimate_draws_dynamic_pixels(Pixels pixels)
    {
        var binary = new GatedSamples(Data, pixels, seed: 7, Purpose.EvaluationPixels, epoch: 0);
        Assert.Equal(
            new ImportanceSampler<double>(Model(Shape)).Estimate(binary, 20, seed: 7),
            Estimate(Model(Shape with { Pixels = pixels }), 20));
        Assert.NotEqual(Estimate(Model(Shape), 20), Estimate(Model(Shape with { Pixels = pixels }), 20));
    }

    [Fact]
    public void The_estimate_in_float_agrees_with_the_estimate_in_double()
    {
        var single = new ImportanceSampler<float>(Some.Model<float>(Shape)).Estimate(Data, 300, seed: 7);
        var whole = Estimate(Some.Model<double>(Shape), 300);
        // The tolerance is for some twenty roundings of numbers near 10, each of 1e-6.
        Assert.Equal(whole.NegativeLogLikelihood, single.NegativeLogLikelihood, 2e-5);
    }

    [Fact]
    public void The_estimate_reports_its_progress_to_the_end()
    {
        var told = new List<int>();
        new ImportanceSampler<float>(Some.Model<float>(Shape)).Estimate(Some.Blobs(130, 12), 1, seed: 1, new Telling(told.Add));
        Assert.Equal([64, 128, 130], told);
    }

    [Fact]
    public void The_estimate_can_be_cancelled_before_it_begins_and_midway()
    {
        using var cancellation = new CancellationTokenSource();
        var told = new List<int>();
        var cancelling = new Telling(done =>
        {
            told.Add(done);
            cancellation.Cancel();
        });
        var sampler = new ImportanceSampler<float>(Some.Model<float>(Shape));

        Assert.Throws<OperationCanceledException>(
            () => sampler.Estimate(Data, 1, seed: 1, null, new CancellationToken(canceled: true)));
        Assert.Throws<OperationCanceledException>(
            () => sampler.Estimate(Some.Blobs(130, 12), 1, seed: 1, cancelling, cancellation.Token));
        Assert.Equal([64], told);
    }

    [Fact]
    public void An_estimate_of_no_draws_or_of_data_with_other_features_is_refused()
    {
        var sampler = new ImportanceSampler<float>(Some.Model<float>(Shape));
        var labelled = new ImportanceSampler<float>(Some.Model<float>(Shape with { Classes = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>("draws", () => sampler.Estimate(Data, 0, seed: 1));
        Assert.StartsWith(
            "The model wants samples of 12 features, but the data has 13.",
            Assert.Throws<ArgumentException>(() => sampler.Estimate(Some.Blobs(5, 13), 1, seed: 1)).Message);
        Assert.StartsWith(
            "The model wants one of 2 labels with each sample, but the data has none.",
            Assert.Throws<ArgumentException>(() => labelled.Estimate(Data, 1, seed: 1)).Message);
    }

    [Fact]
    public void An_estimate_of_no_samples_is_refused()
        => Assert.StartsWith(
            "There must be at least one sample to measure.",
            Assert.Throws<ArgumentException>(
                () => new ImportanceSampler<float>(Some.Model<float>(Shape)).Estimate(new Nothing(12), 1, seed: 1)).Message);

    [Fact]
    public void A_sample_outside_the_range_of_the_likelihood_is_refused_on_any_number_of_threads()
    {
        var data = new ArraySamples([[0, 1], [0.5f, 1.5f], [0, 0]]);
        var failures = Some.ByTeamsOfOneTwoAndThree(team => Assert.Throws<ArgumentException>(
            () => new ImportanceSampler<float>(Some.Model<float>(Some.Shape(features: 2), team: team))
                .Estimate(data, 3, seed: 1)).Message);
        Assert.All(failures, message => Assert.Contains("1.5", message, StringComparison.Ordinal));
    }

    // Posteriors away from the prior, so that weights differ.
    private static VariationalAutoencoder<double> Model(VaeOptions options)
    {
        var model = Some.Model<double>(options);
        model.Encoder.Mean.Bias.Value.AsSpan().Fill(0.7);
        model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(0.4);
        return model;
    }

    private static LikelihoodEstimate Estimate(VariationalAutoencoder<double> model, int draws)
        => new ImportanceSampler<double>(model).Estimate(Data, draws, seed: 7);

    // One draw after another through the model's own forward pass; densities,
    // exponentials and the logarithm as they are written down.
    private static (double LogLikelihood, double Reconstruction) Plain(
        VariationalAutoencoder<double> model, ISampleSource data, int sample, int draws, int first = 0)
    {
        var a = new Activations<double>(model.Options with { Draws = 1 }, 1);
        data.Gather([sample], a.Input.AsSpan());
        if (data is ILabelledSamples labelled)
        {
            a.Labels[0] = labelled.LabelOf(sample);
        }

        var (logWeights, reconstruction) = (new List<double>(), 0.0);
        for (var draw = first; draw < first + draws; draw++)
        {
            new RandomDraws(7, (uint)Purpose.ImportanceNoise, (ulong)sample)
                .FillNormal(a.Noise.AsSpan(), draw * a.Noise.RowCount);
            var error = model.Forward(a).Reconstruction;
            var ratio = 0.0;
            for (var i = 0; i < a.Latent.RowCount; i++)
            {
                var (z, mean, variance) = (a.Latent[i, 0], a.Mean[i, 0], double.Exp(a.LogVariance[i, 0]));
                var prior = double.Exp(-z * z / 2) / double.Sqrt(2 * double.Pi);
                var posterior = double.Exp(-(z - mean) * (z - mean) / (2 * variance)) / double.Sqrt(2 * double.Pi * variance);
                ratio += double.Log(prior / posterior);
            }

            logWeights.Add(ratio - error);
            reconstruction += error;
        }

        return (double.Log(logWeights.Average(double.Exp)), reconstruction / draws); // near exp(-9): nothing underflows
    }

    private sealed class Telling(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }

    private sealed class Nothing(int features) : ISampleSource
    {
        public int Count => 0;

        public int Features => features;

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
            => throw new InvalidOperationException();
    }
}
