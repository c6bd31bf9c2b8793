using System.Numerics;

namespace Vae.Math.Tests;

public class GaussianWithVarianceTests
{
    private const string Plain = "gaussianWithVariance";
    private const string NearTheFloor = "gaussianWithVarianceNearTheFloor";
    private const string TwoDraws = "gaussianWithVarianceOfTwoDraws";

    [Theory, InlineData(Plain), InlineData(NearTheFloor), InlineData(TwoDraws)]
    public void Agrees_with_PyTorch_in_double(string name) => RequireAgreementWithPyTorch<double>(name);

    [Theory, InlineData(Plain), InlineData(NearTheFloor), InlineData(TwoDraws)]
    public void Agrees_with_PyTorch_in_float(string name) => RequireAgreementWithPyTorch<float>(name);

    [Fact]
    public void The_raw_log_variance_begins_at_0_and_is_the_only_parameter()
    {
        ILikelihood<double> loss = new GaussianWithVariance<double>();

        var parameter = Assert.Single(loss.Parameters);

        Assert.Equal("likelihood.log_variance (1 x 1)", parameter.ToString());
        Assert.Equal(0, parameter.Value.At(0, 0));
        Assert.Empty(((ILikelihood<double>)new GaussianLikelihood<double>()).Parameters);
    }

    // softplus(y) is y far above 0, log 2 at it, and nothing far below; r and v are numbers near 10, rounded a few times.
    [Theory, InlineData(30, 30), InlineData(-6, -5.306852819440055), InlineData(-60, -6), InlineData(-1e4, -6)]
    public void The_log_variance_has_a_soft_floor(double raw, double expected)
        => Assert.Equal(expected, At(raw).LogVariance, 1e-14);

    [Theory, InlineData(-60), InlineData(-3), InlineData(0), InlineData(5)]
    public void Is_the_negative_log_likelihood_at_the_variance_in_force(double raw)
    {
        var (x, mu) = (Some.Matrix(33, 1, seed: 1), Some.Matrix(33, 1, seed: 2));
        var loss = At(raw);

        var half = new GaussianLikelihood<double>().Forward(mu, x, new double[1], WorkerTeam.OfOne);
        var expected = GaussianLikelihood<double>.NegativeLogLikelihood(half, double.Exp(loss.LogVariance), 33);

        Assert.Equal(1, loss.Forward(mu, x, new double[1], WorkerTeam.OfOne) / expected, 1e-14); // a few roundings
    }

    // d/2 = 1/2 |x - mu|^2 exp(-v): v is the logarithm of the mean squared error of a pixel.
    [Fact]
    public void The_best_variance_is_the_mean_squared_error_of_a_pixel()
    {
        var (x, mu, gradient) = (Some.Matrix(33, 4, seed: 1), Some.Matrix(33, 4, seed: 2), Some.Zeros<double>(33, 4));
        var half = new GaussianLikelihood<double>().Forward(mu, x, new double[4], WorkerTeam.OfOne);
        var best = double.Log(2 * half / 33);
        var loss = At(-6 + double.Log(double.Exp(best + 6) - 1));     // softplus, turned round

        loss.Backward(mu, x, gradient, WorkerTeam.OfOne);

        Assert.Equal(0, loss.RawLogVariance.Gradient.At(0, 0), 1e-13); // terms of 33/2 that cancel, at a few 1e-16 each
    }

    private static GaussianWithVariance<double> At(double raw)
    {
        var loss = new GaussianWithVariance<double>();
        loss.RawLogVariance.Value.At(0, 0, raw);
        return loss;
    }

    private static void RequireAgreementWithPyTorch<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var loss = new GaussianWithVariance<T>();
        loss.RawLogVariance.Value.At(0, 0, T.CreateTruncating(golden.Number("raw")));

        GoldenCase.RequireAgreement(name, loss);
        GoldenCase.RequireAgreement<T>([golden.Number("rawGradient")], Some.Doubles(loss.RawLogVariance.Gradient));

        var (output, target) = (golden.Samples<T>("output"), golden.Samples<T>("target"));
        var gradient = output.Clone();
        loss.Backward(output, target, gradient, WorkerTeam.OfOne, golden.Numbers("weights"));
        GoldenCase.RequireAgreement(golden.Samples<double>("weightedOutputGradient"), gradient);
        GoldenCase.RequireAgreement<T>([golden.Number("weightedRawGradient")], Some.Doubles(loss.RawLogVariance.Gradient));
    }
}
