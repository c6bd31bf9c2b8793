using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class GaussianLikelihoodTests
{
    [Fact]
    public void Agrees_with_PyTorch_in_double()
        => GoldenCase.RequireAgreement("gaussianLikelihood", new GaussianLikelihood<double>());

    [Fact]
    public void Agrees_with_PyTorch_in_float()
        => GoldenCase.RequireAgreement("gaussianLikelihood", new GaussianLikelihood<float>());

    [Fact]
    public void Is_half_the_squared_distance()
    {
        var loss = new GaussianLikelihood<double>().Forward(
            Some.Sample<double>(1, 2, 3), Some.Sample<double>(1, 4, -1), new double[1], WorkerTeam.OfOne);

        Assert.Equal((0 + 4 + 16) / 2.0, loss, 1e-14);                // a few roundings of numbers near 10, at 1e-16 of them each
    }

    [Fact]
    public void A_perfect_reconstruction_costs_nothing()
    {
        var image = Some.Matrix(33, 4, seed: 1);

        Assert.Equal(0, new GaussianLikelihood<double>().Forward(image, image, new double[4], WorkerTeam.OfOne));
    }

    // With p(x|z) = N(mu, lambda I): -lambda log p = |x - mu|^2 / 2 + lambda (d / 2) log(2 pi lambda), so two reconstructions
    // differ by the same here as lambda times their log-likelihoods do.
    [Theory, InlineData(1), InlineData(0.1)]
    public void Differs_from_lambda_times_the_negative_log_likelihood_by_a_constant(double lambda)
    {
        var (x, mu, other) = (Some.Matrix(9, 1, seed: 1), Some.Matrix(9, 1, seed: 2), Some.Matrix(9, 1, seed: 3));
        double Loss(Matrix<double> mean)
            => new GaussianLikelihood<double>().Forward(mean, x, new double[1], WorkerTeam.OfOne);
        double LogLikelihood(Matrix<double> mean)
            => mean.AsSpan().ToArray().Zip(x.AsSpan().ToArray(), (m, v) => LogDensity(v, m, lambda)).Sum();

        // nine terms near 10, 1e-16 each
        Assert.Equal(-lambda * (LogLikelihood(mu) - LogLikelihood(other)), Loss(mu) - Loss(other), 1e-13);
    }

    [Theory, InlineData(1), InlineData(0.1), InlineData(25)]
    public void The_negative_log_likelihood_has_the_variance_and_the_constant(double variance)
    {
        var (x, mu) = (Some.Matrix(9, 1, seed: 1), Some.Matrix(9, 1, seed: 2));
        var half = new GaussianLikelihood<double>().Forward(mu, x, new double[1], WorkerTeam.OfOne);

        var nats = GaussianLikelihood<double>.NegativeLogLikelihood(half, variance, features: 9);

        var expected = -mu.AsSpan().ToArray().Zip(x.AsSpan().ToArray(), (m, v) => LogDensity(v, m, variance)).Sum();
        Assert.Equal(expected, nats, 1e-13);                          // nine terms near 10, 1e-16 each
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN)]
    public void A_variance_that_is_not_above_0_is_refused(double variance)
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => GaussianLikelihood<double>.NegativeLogLikelihood(1, variance, features: 9));

    private static double LogDensity(double x, double mean, double variance)
        => (-(x - mean) * (x - mean) / (2 * variance)) - (double.Log(2 * double.Pi * variance) / 2);
}
