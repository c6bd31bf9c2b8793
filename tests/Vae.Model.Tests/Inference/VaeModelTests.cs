using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Results for single rows have the bits of results for whole batches; scores agree with their definition.</summary>
public class VaeModelTests
{
    private const int Count = 7;

    [Fact]
    public void Rows_have_the_bits_of_the_latent_space()
        => ForAnyModel((options, model, used) =>
        {
            var data = SomeModel.Rows(options, Count);
            int[] all = [.. Enumerable.Range(0, Count)];
            var space = new LatentSpace<float>(model);
            var (codes, images) = (space.Encode(data, all), space.Reconstruct(data, all));
            var decoded = space.Decode(codes.LogVariance, space.LabelsOf(data, all)); // any numbers are a latent
            // Drawn pixels are a sample's, and a row is the first sample.
            for (var i = 0; i < (options.Pixels == Pixels.Dynamic ? 1 : Count); i++)
            {
                var (row, label) = (data.Row(i), data.LabelOf(i));
                var (mean, logVariance) = (new float[options.Latent], new float[options.Latent]);
                var reconstruction = (float[])row.Clone();
                used.Encode(row, mean, logVariance, label);
                used.Reconstruct(reconstruction, reconstruction, label);
                Assert.Equal(codes.Mean.ColumnSpan(i).ToArray(), mean);
                Assert.Equal(codes.LogVariance.ColumnSpan(i).ToArray(), logVariance);
                Assert.Equal(mean, used.Encode(row, label));
                Assert.Equal(images.ColumnSpan(i).ToArray(), reconstruction);
                Assert.Equal(reconstruction, used.Reconstruct(row, label));
                Assert.Equal(decoded.ColumnSpan(i).ToArray(), used.Decode(logVariance, label));
            }
        });

    [Fact]
    public void Encoding_can_give_the_mean_alone()
    {
        var used = new VaeModel(SomeModel.Of(Some.Shape(3)));
        var mean = new float[used.Latent];

        used.Encode([0, 1, 0.5f], mean);

        Assert.Equal(used.Encode([0, 1, 0.5f]), mean);
    }

    [Fact]
    public void Samples_have_the_bits_of_the_latent_space_and_do_not_depend_on_their_count()
        => ForAnyModel((options, model, used) =>
        {
            int? label = options.Classes > 0 ? 2 : null;
            var expected = new LatentSpace<float>(model).Sample(Count, seed: 9, label);
            var (rows, fewer, one) = (used.Sample(Count, 9, label), used.Sample(3, 9, label), new float[options.Features]);
            for (var i = 0; i < Count; i++)
            {
                Assert.Equal(expected.ColumnSpan(i).ToArray(), rows[i]);
                Assert.True(i >= 3 || rows[i].SequenceEqual(fewer[i]));
                used.Sample(one, 9, i, label);
                Assert.Equal(rows[i], one);
            }
        });

    [Fact]
    public void Another_seed_draws_other_rows_and_gives_other_scores()
    {
        var used = new VaeModel(SomeModel.Of(Some.Shape()));
        var row = Some.Rows(1, 12).Row(0);

        Assert.NotEqual(used.Sample(1, seed: 1)[0], used.Sample(1, seed: 2)[0]);
        Assert.NotEqual(used.Sample(2, seed: 1)[0], used.Sample(2, seed: 1)[1]);
        Assert.NotEqual(used.AnomalyScore(row, seed: 1), used.AnomalyScore(row, seed: 2));
        Assert.NotEqual(used.AnomalyScore(row, draws: 1), used.AnomalyScore(row, draws: 2));
    }

    // The first sample of an evaluation has the first draws of its seed, and so has every score.
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    public void An_anomaly_score_has_the_bits_of_the_negative_ELBO_of_an_evaluation(int draws)
        => ForAnyModel((options, model, used) =>
        {
            var wide = new VariationalAutoencoder<float>(options with { Draws = draws }, model.Product);
            Copy(model, wide);
            var data = SomeModel.Rows(options, 1);
            // The seed 0 draws the pixels.
            var expected = new Evaluator<float>(wide).Evaluate(data, seed: 0).NegativeElbo;

            Assert.Equal(expected, used.AnomalyScore(data.Row(0), draws, seed: 0, data.LabelOf(0)));
        });

    // In double, from the very floats that the network gives: what is left is the rounding of float terms, 2^-24 of each, and of
    // logarithms of probabilities that are not near 0 or 1 in a model that was not trained. Terms are below 10.
    [Theory]
    [InlineData(Likelihood.Bernoulli)]
    [InlineData(Likelihood.Gaussian)]
    [InlineData(Likelihood.GaussianWithVariance)]
    [InlineData(Likelihood.GaussianPixelVariance)]
    [InlineData(Likelihood.ContinuousBernoulli)]
    public void An_anomaly_score_is_the_mean_of_minus_log_p_of_x_given_z_plus_the_KL_divergence(Likelihood likelihood)
    {
        const int Draws = 70;
        var options = Some.Shape(12, latent: 3, likelihood: likelihood, klWeight: 0.5) with { Classes = 4 };
        var model = SomeModel.Of(options);
        var used = new VaeModel(model);
        var row = SomeModel.Rows(options, 1).Row(0);
        var (mean, logVariance, noise) = (new float[3], new float[3], new float[3 * Draws]);
        used.Encode(row, mean, logVariance, label: 1);
        new RandomDraws(7, (uint)Purpose.EvaluationNoise, 0).FillNormal<float>(noise);
        var error = 0.0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var a = new Activations<float>(options, 1);
            a.Labels[0] = 1;
            for (var k = 0; k < 3; k++)
            {
                a.Latent[k, 0] = mean[k] + (float.Exp(logVariance[k] / 2) * noise[(3 * draw) + k]);
            }

            model.Decode(a);
            error += row.Select((x, i) => MinusLog(likelihood, x, a.Output, i)).Sum() / Draws;
        }

        var kl = mean.Zip(logVariance, (mu, v) => 0.5 * (double.Exp(v) + ((double)mu * mu) - 1 - v)).Sum();

        Assert.Equal(error + kl, used.AnomalyScore(row, Draws, seed: 7, label: 1), 1e-5);
    }

    [Fact]
    public void The_score_of_a_row_has_the_same_bits_alone_and_among_many_rows_in_any_order()
        => ForAnyModel((options, _, used) =>
        {
            var data = SomeModel.Rows(options, 600);                  // more than are scored between two reports
            var reports = new List<int>();
            var scores = used.AnomalyScores(data, draws: 3, seed: 4, new Reported(reports));
            foreach (var i in new[] { 599, 0, 255, 256, 257, 599, 0 })
            {
                used.Sample(1, 77, data.LabelOf(i));                  // calls before do not matter, nor their seeds
                used.AnomalyScore(data.Row(0), 5, 6, data.LabelOf(0));
                Assert.Equal(scores[i], used.AnomalyScore(data.Row(i), 3, 4, data.LabelOf(i)));
            }

            Assert.Equal([256, 512, 600], reports);
        }, count: 15);

    [Fact]
    public void Many_rows_are_encoded_and_reconstructed_as_each_row_alone()
        => ForAnyModel((options, _, used) =>
        {
            var data = SomeModel.Rows(options, 300);
            var (codes, reconstructions) = (used.EncodeAll(data), used.ReconstructAll(data));
            Assert.Equal((300, 300), (codes.Length, reconstructions.Length));
            foreach (var i in new[] { 0, 256, 299 })
            {
                Assert.Equal(used.Encode(data.Row(i), data.LabelOf(i)), codes[i]);
                Assert.Equal(used.Reconstruct(data.Row(i), data.LabelOf(i)), reconstructions[i]);
            }
        }, count: 10);

    [Fact]
    public void Bytes_are_scored_as_the_numbers_that_they_encode()
    {
        var data = Some.Blobs(20, 12);
        var used = new VaeModel(SomeModel.Of(Some.Shape()));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => used.AnomalyScore(data.Row(i))), used.AnomalyScores(data));
    }

    [Fact]
    public void A_model_with_a_preparation_takes_and_gives_rows_in_the_units_of_the_data()
        => ForAnyModel((options, model, used) =>
        {
            var units = SomeModel.Units(options.Features);
            var raw = new VaeModel(model, units);
            var data = SomeModel.Rows(options with { Classes = 0 }, Count);
            int? label = options.Classes > 0 ? 1 : null;
            for (var i = 0; i < Count; i++)
            {
                float[] row = data.Row(i), own = [.. row], back = [.. row];
                units.InverseTransform(own);
                own.CopyTo(back.AsSpan());
                units.Transform(back);
                if (options.WantsUnitInterval() && back.Any(x => x is < 0 or > 1))
                {
                    // Scaling back and forth rounds: 1.0000001 is out of range and would be refused.
                    continue;
                }

                var reconstruction = used.Reconstruct(back, label);
                units.InverseTransform(reconstruction);
                Assert.Equal(used.Encode(back, label), raw.Encode(own, label));
                Assert.Equal(reconstruction, raw.Reconstruct(own, label));
                Assert.Equal(used.AnomalyScore(back, label: label), raw.AnomalyScore(own, label: label));
                foreach (var mean in new[] { false, true })
                {
                    var sample = used.Sample(1, 3, label, mean)[0];
                    units.InverseTransform(sample);
                    Assert.Equal(sample, raw.Sample(1, 3, label, mean)[0]);
                }

                Assert.Equal(raw.Decode(raw.Encode(own, label), label), raw.Reconstruct(own, label));
            }
        });

    // A network overflows long before a row does, and NaN would be sorted below all scores.
    [Fact]
    public void A_row_far_outside_the_data_has_a_score_that_is_a_number()
    {
        var sizes = Gen.Elements(0f, 1f, -1f, 1e3f, -1e4f, 1e10f, -1e19f, 1e30f, -3e38f, float.MaxValue, 1e-45f);
        Prop.ForAll(
            Arb.From(sizes.ArrayOf(6)),
            Arb.From(Gen.Elements(Likelihood.Gaussian, Likelihood.GaussianWithVariance, Likelihood.GaussianPixelVariance)),
            Arb.From(Gen.Elements(Enum.GetValues<Activation>())),
            (row, likelihood, activation) =>
            {
                var model = new VaeModel(
                    SomeModel.Of(
                        Some.Shape(6, likelihood: likelihood) with
                        {
                            EncoderActivation = activation, DecoderActivation = activation,
                        }));
                var score = model.AnomalyScore(row);
                Assert.False(double.IsNaN(score));
                Assert.True(row.All(x => float.Abs(x) <= 1) || score > model.AnomalyScore(new float[6]));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Training_a_network_further_does_not_change_the_VaeModel_made_from_it()
    {
        var model = SomeModel.Of(Some.Shape());
        var used = new VaeModel(model);
        var row = Some.Rows(1, 12).Row(0);
        var (before, score) = (used.Reconstruct(row), used.AnomalyScore(row));

        new Trainer<float>(
            model, Some.Rows(50, 12), new TrainingOptions { Epochs = 1, BatchSize = 10, ValidationSamples = 0 }).Train();

        Assert.Equal(before, used.Reconstruct(row));
        Assert.Equal(score, used.AnomalyScore(row));
        Assert.NotEqual(before, new VaeModel(model).Reconstruct(row));
    }

    private static double MinusLog(Likelihood likelihood, double x, Matrix<float> output, int feature)
    {
        double y = output[feature, 0], p = 1 / (1 + double.Exp(-y)), constant = double.Log(2 * double.Pi);
        double Gaussian(double v) => 0.5 * (((x - y) * (x - y) / double.Exp(v)) + v + constant);
        double Floored(double r) => -6 + double.Log(1 + double.Exp(r + 6)); // docs/derivations.md, GaussianWithVariance
        var crossEntropy = -(x * double.Log(p)) - ((1 - x) * double.Log(1 - p));
        return likelihood switch
        {
            Likelihood.Bernoulli => crossEntropy,
            Likelihood.Gaussian => Gaussian(double.Log(0.5)),         // the KL weight is the variance
            Likelihood.GaussianWithVariance => Gaussian(Floored(-0.7f)),
            Likelihood.GaussianPixelVariance => Gaussian(Floored(output[12 + feature, 0])),
            _ => crossEntropy - double.Log(2 * double.Atanh(1 - (2 * p)) / (1 - (2 * p))),
        };
    }

    private static void ForAnyModel(Action<VaeOptions, VariationalAutoencoder<float>, VaeModel> fact, int count = 60)
        => Prop.ForAll(SomeModel.Any, options =>
        {
            var model = SomeModel.Of(options);
            fact(options, model, new VaeModel(model));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    private static void Copy(VariationalAutoencoder<float> from, VariationalAutoencoder<float> to)
    {
        for (var i = 0; i < to.Parameters.Count; i++)
        {
            from.Parameters[i].Value.CopyTo(to.Parameters[i].Value);
        }
    }

    private sealed class Reported(List<int> reports) : IProgress<int>
    {
        public void Report(int value) => reports.Add(value);
    }
}
