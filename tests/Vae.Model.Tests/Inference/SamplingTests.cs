using Vae.Math;

namespace Vae.Model.Tests;

public class SamplingTests
{
    private const int Count = 4000;

    // Two columns along a line, in units of their own, and a third that is
    // noise alone: a linear model of one latent can learn all of it.
    private static readonly Lazy<(float[][] Rows, VaeModel Model)> Table = new(() =>
    {
        var noise = new float[4 * Count];
        new RandomDraws(Seed: 3, (uint)Purpose.Application, 0).FillNormal<float>(noise);
        float[][] rows =
        [
            .. noise.Chunk(4).Select(e => new[] { 100 + (10 * e[0]) + (3 * e[1]), -e[0] + (0.3f * e[2]), 0.02f * e[3] }),
        ];
        var options = VaeOptions.ForTable(features: 3) with
        {
            Hidden = [16], Latent = 2, Likelihood = Likelihood.GaussianPixelVariance,
        };
        var training = TrainingOptions.ForTable(Count) with { Epochs = 12 };
        return (rows, VaeModel.Train(new ArraySamples(rows), options, training, Scaling.Standard));
    });

    // Of 4,000 rows a deviation has a standard error of 1.1 %; a short training is off by some per cent more.
    [Fact]
    public void The_columns_of_drawn_rows_have_the_standard_deviations_of_the_data()
    {
        var (rows, model) = Table.Value;
        var drawn = model.Sample(Count, seed: 1);

        for (var column = 0; column < 3; column++)
        {
            Assert.InRange(Deviation(drawn, column) / Deviation(rows, column), 0.9, 1.1);
        }
    }

    // The third column is noise, which no mean contains.
    [Fact]
    public void The_columns_of_sampled_means_have_smaller_standard_deviations_than_the_data()
    {
        var (rows, model) = Table.Value;

        Assert.InRange(Deviation(model.Sample(Count, seed: 1, mean: true), 2) / Deviation(rows, 2), 0, 0.3);
    }

    [Fact]
    public void A_column_of_zeros_and_ones_is_drawn_as_zero_or_one_in_its_own_units()
    {
        var random = new Random(4);
        float[][] rows = [.. Enumerable.Range(0, 500).Select(_ => random.Next(4) > 0 ? new[] { 1f, 20 } : [0f, 10])];
        var options = new VaeOptions { Features = 2, Hidden = [8], Latent = 1 };
        var model = VaeModel.Train(new ArraySamples(rows), options, TrainingOptions.ForTable(rows.Length), Scaling.MinMax);

        var drawn = model.Sample(500, seed: 2);

        Assert.All(drawn, row => Assert.True(row[0] is 0 or 1 && row[1] is 10 or 20, $"{row[0]}, {row[1]}"));
        // Three quarters, within a standard error of 0.02 and the error of the training.
        Assert.InRange(drawn.Average(row => row[0]), 0.65, 0.85);
    }

    [Fact]
    public void Sampled_means_are_the_decoded_latents()
    {
        var model = Table.Value.Model;
        var latents = new float[5 * model.Latent];
        new RandomDraws(7, (uint)Purpose.Prior, 0).FillNormal<float>(latents);

        Assert.Equal(latents.Chunk(model.Latent).Select(z => model.Decode(z)), model.Sample(5, seed: 7, mean: true));
    }

    [Fact]
    public void A_drawn_row_depends_on_the_seed_and_its_number_alone()
    {
        var model = Table.Value.Model;
        var row = new float[3];
        model.Sample(row, seed: 7, number: 3);

        Assert.Equal(model.Sample(5, seed: 7)[3], row);
        Assert.Equal(model.Sample(4, seed: 7), model.Sample(6, seed: 7)[..4]);
        Assert.NotEqual(model.Sample(1, seed: 7), model.Sample(1, seed: 8));
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli)]
    [InlineData(Likelihood.Gaussian)]
    [InlineData(Likelihood.GaussianWithVariance)]
    [InlineData(Likelihood.GaussianPixelVariance)]
    [InlineData(Likelihood.ContinuousBernoulli)]
    public void A_VaeModel_draws_the_rows_of_its_latent_space(Likelihood likelihood)
    {
        var model = SomeModel.Of(
            new VaeOptions { Features = 5, Hidden = [4], Latent = 2, Likelihood = likelihood, KlWeight = 0.25 });
        var expected = new LatentSpace<float>(model, batchSize: 2).Sample(7, seed: 3, mean: false);

        Assert.Equal(expected.ToColumnArrays(), new VaeModel(model).Sample(7, seed: 3, mean: false));
    }

    [Fact]
    public void A_Gaussian_of_fixed_variance_draws_with_that_variance()
    {
        var model = new VaeModel(
            SomeModel.Of(
                new VaeOptions { Features = 4, Hidden = [4], Latent = 1, Likelihood = Likelihood.Gaussian, KlWeight = 0.25 }));
        var (drawn, means) = (model.Sample(5000, seed: 3), model.Sample(5000, seed: 3, mean: true));
        float[][] noise = [.. drawn.Zip(means, (x, mean) => x.Zip(mean, (a, b) => a - b).ToArray())];

        Assert.InRange(Deviation(noise, 2), 0.475, 0.525);            // sqrt(0.25), five standard errors of 1 %
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli, Pixels.Grey, false, true)]
    [InlineData(Likelihood.Bernoulli, Pixels.Grey, true, false)]
    [InlineData(Likelihood.Bernoulli, Pixels.Dynamic, false, false)]
    [InlineData(Likelihood.Bernoulli, Pixels.Threshold, false, false)]
    [InlineData(Likelihood.ContinuousBernoulli, Pixels.Grey, false, true)]
    [InlineData(Likelihood.ContinuousBernoulli, Pixels.Grey, true, false)]
    [InlineData(Likelihood.Gaussian, Pixels.Grey, false, false)]
    public void Samples_of_grey_pixels_are_means_by_default_and_samples_of_all_else_are_drawn(
        Likelihood likelihood, Pixels pixels, bool isTable, bool isMean)
    {
        var options = new VaeOptions { Features = 3, Hidden = [4], Latent = 2, Likelihood = likelihood, Pixels = pixels };
        var model = new VaeModel(SomeModel.Of(options), isTable ? SomeModel.Units(3) : null);

        Assert.Equal(model.Sample(6, seed: 5, mean: isMean), model.Sample(6, seed: 5));
    }

    private static double Deviation(float[][] rows, int column)
    {
        var mean = rows.Average(row => (double)row[column]);
        return double.Sqrt(rows.Average(row => (row[column] - mean) * (row[column] - mean)));
    }
}
