namespace Vae.Math.Tests;

public class GaussianPixelVarianceTests
{
    [Fact]
    public void Agrees_with_PyTorch_in_double()
        => GoldenCase.RequireAgreement("gaussianPixelVariance", new GaussianPixelVariance<double>());

    [Fact]
    public void Agrees_with_PyTorch_in_float()
        => GoldenCase.RequireAgreement("gaussianPixelVariance", new GaussianPixelVariance<float>());

    [Fact]
    public void The_decoder_gives_two_numbers_of_each_feature()
        => Assert.Equal(1568, new GaussianPixelVariance<float>().OutputRows(784));

    [Theory, InlineData(-6.5), InlineData(0), InlineData(2)]
    public void With_the_same_variance_at_every_pixel_the_loss_is_that_with_a_single_variance(double raw)
    {
        var (mu, x) = (Some.Matrix(33, 4, seed: 1), Some.Matrix(33, 4, seed: 2));
        var output = mu.Stack(Some.Filled<double>(33, 4, raw));
        var (gradient, oneGradient) = (output.Clone(), mu.Clone());
        var one = new GaussianWithVariance<double>();
        one.RawLogVariance.Value.At(0, 0, raw);

        var loss = new GaussianPixelVariance<double>().ForwardBackward(output, x, new double[4], gradient, WorkerTeam.OfOne);
        var expected = one.ForwardBackward(mu, x, new double[4], oneGradient, WorkerTeam.OfOne);

        // Relative to terms up to exp(6) times 33, two orders of adding up; the one raw value moves all pixels' variances.
        Assert.Equal(expected, loss, 1e-10);
        Assert.True(Some.Distance(oneGradient, gradient.SubMatrix(0, 33, 0, 4)) <= 1e-12);
        Assert.Equal(one.RawLogVariance.Gradient.At(0, 0), gradient.SubMatrix(33, 33, 0, 4).ColumnSums().Sum(), 1e-10);
    }

    [Theory, InlineData(-1e4), InlineData(-100), InlineData(-6), InlineData(100), InlineData(1e4)]
    public void A_raw_log_variance_far_out_has_a_finite_loss_and_gradient(double raw)
    {
        foreach (var features in new[] { 1, 16 })                     // single numbers, and whole vectors
        {
            var output = Some.Filled<float>(features, 2, 0.5).Stack(Some.Filled<float>(features, 2, raw));
            var gradient = output.Clone();

            var loss = new GaussianPixelVariance<float>().ForwardBackward(
                output, Some.Filled<float>(features, 2, 0.25), new double[2], gradient, WorkerTeam.OfOne);

            Assert.True(double.IsFinite(loss));
            Assert.All(Some.Doubles(gradient), value => Assert.True(double.IsFinite(value)));
        }
    }

    [Fact]
    public void A_pixel_that_is_met_exactly_has_a_bounded_likelihood()
    {
        var output = Some.Sample<double>(0.5, -1e4);                  // mu = x, and as little variance as there may be

        var loss = new GaussianPixelVariance<double>().Forward(output, Some.Sample<double>(0.5), new double[1], WorkerTeam.OfOne);

        // rounded twice
        Assert.Equal((GaussianPixelVariance<double>.LeastLogVariance + double.Log(2 * double.Pi)) / 2, loss, 1e-15);
    }

    [Fact]
    public void The_mean_is_the_upper_half_of_the_output()
    {
        var (mu, mean) = (Some.Matrix(17, 3, seed: 1), Some.Zeros<double>(17, 3));

        new GaussianPixelVariance<double>().Mean(mu.Stack(Some.Matrix(17, 3, seed: 2)), mean);

        Assert.Equal(mu, mean);
    }

    [Fact]
    public void The_mean_of_an_output_without_variances_is_refused()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => new GaussianPixelVariance<double>().Mean(Some.Zeros<double>(17, 3), Some.Zeros<double>(17, 3)));

        Assert.Equal("Must be 34 x 3 (features x samples), but is 17 x 3. (Parameter 'output')", failure.Message);
    }
}
