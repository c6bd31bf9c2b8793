using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class FreeBitsTests
{
    // With a log-variance of 0, a latent's divergence is mean^2 / 2: (1 + 0) / 4 = 0.25 and (4 + 16) / 4 = 5 over the two
    // samples.
    private static readonly Matrix<double> TwoMeans = CreateMatrix.DenseOfColumnArrays([1.0, 2.0], [0.0, 4.0]);

    [Theory]
    [InlineData(0, 5.25)]
    [InlineData(0.25, 5.25)]
    [InlineData(0.5, 5.5)]
    [InlineData(5, 10)]
    [InlineData(6, 12)]
    public void Each_latent_counts_with_its_KL_or_its_free_bits_if_those_are_more(double least, double expected)
        => Assert.Equal(expected, FreeBits.Forward(TwoMeans, Some.Zeros<double>(2, 2), least, new double[2]));

    // Latent 0 is at 0.5 in one sample and at 0 in the other. A maximum in each sample would give (0.5 + 0.25) / 2.
    [Fact]
    public void The_mean_over_the_samples_stands_inside_the_maximum()
    {
        var perLatent = new double[] { 7, 7 };
        FreeBits.Forward(TwoMeans, Some.Zeros<double>(2, 2), 0.25, perLatent);
        Assert.Equal([0.25, 5], perLatent);
    }

    [Fact]
    public void Averages_from_elsewhere_are_added_up_in_the_same_way()
    {
        Assert.Equal(5.5, FreeBits.Sum([0.25, 5], 0.5));
        Assert.Equal(0, FreeBits.Sum([], 0.5));
    }

    [Fact]
    public void Without_free_bits_the_divergence_is_the_KL_divergence()
    {
        var (mean, logVariance) = (Some.Matrix(20, 9, seed: 1), Some.Matrix(20, 9, seed: 2));
        Assert.Equal(
            GaussianKl.Forward(mean, logVariance, new double[9]),
            FreeBits.Forward(mean, logVariance, 0, new double[20]),
            // 180 terms below 1, another order of the sums: some ten ulp of 8
            1e-14);
    }

    // Latents 0, 2, ... are narrow about 0 and below their free bits, the others far above: nothing is near the corner.
    [Theory, InlineData(2, 1, 1), InlineData(5, 4, 0.25), InlineData(20, 3, 4)]
    public void Backward_agrees_with_central_differences(int latents, int samples, double weight)
    {
        const double Least = 0.3;
        var mean = Some.Parameter("mean", latents, samples, seed: 1, low: -0.1, high: 0.1);
        var logVariance = Some.Parameter("log-variance", latents, samples, seed: 2, low: -0.1, high: 0.1);
        var perLatent = new double[latents];
        for (var latent = 1; latent < latents; latent += 2)
        {
            mean.Value.SetRow(latent, mean.Value.Row(latent) + 2);
        }

        var report = GradientCheck.Run(
            () => weight * FreeBits.Forward(mean.Value, logVariance.Value, Least, perLatent),
            () =>
            {
                FreeBits.Forward(mean.Value, logVariance.Value, Least, perLatent);
                mean.Gradient.Clear();
                logVariance.Gradient.Clear();
                FreeBits.Backward(mean.Value, logVariance.Value, Least, perLatent, weight, mean.Gradient, logVariance.Gradient);
            },
            [mean, logVariance]);

        Assert.True(report.Passes(), report.ToString());
        Assert.Equal(latents / 2, perLatent.Count(kl => kl > Least));
    }

    [Fact]
    public void Above_its_free_bits_a_latent_has_the_gradient_of_the_KL_divergence_in_float()
        => RequireTheKlsGradient<float>(3e-7);

    [Fact]
    public void Above_its_free_bits_a_latent_has_the_gradient_of_the_KL_divergence_in_double()
        => RequireTheKlsGradient<double>(6e-16);

    [Theory]
    [InlineData(0.49, 0.5)]
    [InlineData(0.5, 0)]
    [InlineData(0.51, 0)]
    public void At_the_corner_and_below_there_is_no_gradient(double least, double expected)
    {
        var (mean, logVariance) = (Some.Sample<double>(1), Some.Sample<double>(0)); // a divergence of exactly 0.5
        var (meanGradient, logVarianceGradient, perLatent) = (Some.Zeros<double>(1, 1), Some.Zeros<double>(1, 1), new double[1]);

        FreeBits.Forward(mean, logVariance, least, perLatent);
        FreeBits.Backward(mean, logVariance, least, perLatent, 0.5, meanGradient, logVarianceGradient);

        Assert.Equal(expected, meanGradient[0, 0]);                   // the weight times the mean
    }

    [Fact]
    public void The_gradients_are_added_to_the_existing_ones()
    {
        var (mean, logVariance) = (Some.Matrix(3, 2, seed: 1), Some.Matrix(3, 2, seed: 2));
        var (meanGradient, logVarianceGradient) = (Some.Filled<double>(3, 2, 8), Some.Filled<double>(3, 2, -8));

        FreeBits.Backward(mean, logVariance, 0.5, [1, 0.1, 1], 2, meanGradient, logVarianceGradient);

        Assert.Equal(8 + mean[0, 1], meanGradient[0, 1]);             // weight 2 over 2 samples
        Assert.Equal((8, -8), (meanGradient[1, 1], logVarianceGradient[1, 1]));
        // one rounding near 8, an ulp of exp
        Assert.Equal(-8 + ((double.Exp(logVariance[2, 0]) - 1) / 2), logVarianceGradient[2, 0], 4e-15);
    }

    [Fact]
    public void A_divergence_that_is_NaN_or_infinite_is_never_hidden()
    {
        Assert.True(
            double.IsNaN(FreeBits.Forward(Some.Sample<double>(double.NaN, 0), Some.Zeros<double>(2, 1), 0.5, new double[2])));
        Assert.Equal(
            double.PositiveInfinity,
            FreeBits.Forward(Some.Zeros<double>(2, 1), Some.Sample<double>(0, 1000), 0.5, new double[2]));
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var mean = Some.Matrix<float>(20, 64, seed: 1);
        var logVariance = Some.Matrix<float>(20, 64, seed: 2);
        var perLatent = new double[20];
        var (meanGradient, logVarianceGradient) = (Some.Zeros<float>(20, 64), Some.Zeros<float>(20, 64));

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            FreeBits.Forward(mean, logVariance, 0.1, perLatent);
            FreeBits.Backward(mean, logVariance, 0.1, perLatent, 1, meanGradient, logVarianceGradient);
        }));
    }

    [Fact]
    public void Wrong_shapes_are_refused_by_name()
    {
        var (right, wrong) = (Some.Zeros<double>(2, 5), Some.Zeros<double>(2, 4));
        Assert.Throws<ArgumentException>("logVariance", () => FreeBits.Forward(right, wrong, 1, new double[2]));
        Assert.Throws<ArgumentException>("perLatent", () => FreeBits.Forward(right, right, 1, new double[5]));
        Assert.Throws<ArgumentException>("logVariance", () => FreeBits.Backward(right, wrong, 1, new double[2], 1, right, right));
        Assert.Throws<ArgumentException>(
            "meanGradient", () => FreeBits.Backward(right, right, 1, new double[2], 1, wrong, right));
        Assert.Throws<ArgumentException>(
            "logVarianceGradient", () => FreeBits.Backward(right, right, 1, new double[2], 1, right, wrong));
        Assert.Throws<ArgumentException>("perLatent", () => FreeBits.Backward(right, right, 1, new double[5], 1, right, right));
    }

    private static void RequireTheKlsGradient<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (mean, logVariance, perLatent) = (Some.Matrix<T>(19, 3, seed: 1), Some.Matrix<T>(19, 3, seed: 2), new double[19]);
        var (mine, mine2, kls, kls2) = (Some.Zeros<T>(19, 3), Some.Zeros<T>(19, 3), Some.Zeros<T>(19, 3), Some.Zeros<T>(19, 3));

        FreeBits.Forward(mean, logVariance, 1e-9, perLatent);
        FreeBits.Backward(mean, logVariance, 1e-9, perLatent, 1.5, mine, mine2);
        GaussianKl.Backward(mean, logVariance, 1.5, kls, kls2);

        // A few roundings of numbers below 1.
        Assert.All(Some.Doubles(mine).Zip(Some.Doubles(kls)), pair => Assert.Equal(pair.Second, pair.First, tolerance));
        Assert.All(Some.Doubles(mine2).Zip(Some.Doubles(kls2)), pair => Assert.Equal(pair.Second, pair.First, tolerance));
    }
}
