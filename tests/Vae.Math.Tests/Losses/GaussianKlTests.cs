using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class GaussianKlTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 0.25)]
    [InlineData(17, 4, 4)]
    [InlineData(20, 3, 1)]
    public void Backward_agrees_with_central_differences(int latents, int samples, double weight)
    {
        var mean = Some.Parameter("mean", latents, samples, seed: 1, low: -2, high: 2);
        var logVariance = Some.Parameter("log-variance", latents, samples, seed: 2, low: -2, high: 2);
        var perSample = new double[samples];

        var report = GradientCheck.Run(
            () => weight * GaussianKl.Forward(mean.Value, logVariance.Value, perSample),
            () =>
            {
                mean.Gradient.Clear();
                logVariance.Gradient.Clear();
                GaussianKl.Backward(mean.Value, logVariance.Value, weight, mean.Gradient, logVariance.Gradient);
            },
            [mean, logVariance]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, InlineData("gaussianKl"), InlineData("gaussianKlWithWeight4")]
    public void Agrees_with_PyTorch_in_double(string name) => RequireAgreementWithPyTorch<double>(name);

    [Theory, InlineData("gaussianKl"), InlineData("gaussianKlWithWeight4")]
    public void Agrees_with_PyTorch_in_float(string name) => RequireAgreementWithPyTorch<float>(name);

    [Fact]
    public void The_prior_diverges_from_itself_by_nothing()
        => Assert.Equal(0, GaussianKl.Forward(Some.Zeros<double>(20, 3), Some.Zeros<double>(20, 3), new double[3]));

    // Standard deviation 2 about mean 1: 1/2 (4 + 1 - 1 - ln 4) = 1.3069. Taking ln 4 for the log of the standard deviation
    // would give 7.1, the variance itself 5.0.
    [Fact]
    public void A_mean_of_1_and_a_variance_of_4_diverge_by_1_point_3069()
    {
        var kl = GaussianKl.Forward(Some.Sample<double>(1), Some.Sample<double>(double.Log(4)), new double[1]);

        Assert.Equal(0.5 * (4 + 1 - 1 - double.Log(4)), kl, 1e-15);   // exp(ln 4) is rounded twice, at 4e-16 each
        Assert.Equal(1.3069, kl, 5e-5);                               // as printed, to its last digit
    }

    [Fact]
    public void Is_summed_over_latents_and_averaged_over_samples()
    {
        var perSample = new double[2];
        var mean = CreateMatrix.DenseOfColumnArrays([1.0, 2.0], [0.0, 4.0]);

        var kl = GaussianKl.Forward(mean, Some.Zeros<double>(2, 2), perSample);

        Assert.Equal([2.5, 8.0], perSample);                          // (1 + 4) / 2 and 16 / 2
        Assert.Equal(5.25, kl);
    }

    [Fact]
    public void The_gradient_is_zero_at_the_prior()
    {
        var (meanGradient, logVarianceGradient) = (Some.Zeros<double>(3, 2), Some.Zeros<double>(3, 2));

        GaussianKl.Backward(Some.Zeros<double>(3, 2), Some.Zeros<double>(3, 2), 1, meanGradient, logVarianceGradient);

        Assert.Equal(Some.Zeros<double>(3, 2), meanGradient);
        Assert.Equal(Some.Zeros<double>(3, 2), logVarianceGradient);
    }

    [Fact]
    public void The_gradients_are_added_to_the_existing_ones()
    {
        var (mean, logVariance) = (Some.Matrix(3, 2, seed: 1), Some.Matrix(3, 2, seed: 2));
        var (meanGradient, logVarianceGradient) = (Some.Filled<double>(3, 2, 8), Some.Filled<double>(3, 2, -8));
        var (meanAlone, logVarianceAlone) = (Some.Zeros<double>(3, 2), Some.Zeros<double>(3, 2));

        GaussianKl.Backward(mean, logVariance, 0.5, meanGradient, logVarianceGradient);
        GaussianKl.Backward(mean, logVariance, 0.5, meanAlone, logVarianceAlone);

        // One rounding of a number near 8, at 1e-16 of it.
        Assert.True(Some.Distance(meanAlone + 8, meanGradient) <= 2e-15);
        Assert.True(Some.Distance(logVarianceAlone - 8, logVarianceGradient) <= 2e-15);
    }

    [Fact]
    public void A_weight_of_zero_adds_nothing()
    {
        var (meanGradient, logVarianceGradient) = (Some.Matrix(3, 2, seed: 3), Some.Matrix(3, 2, seed: 4));

        GaussianKl.Backward(Some.Matrix(3, 2, seed: 1), Some.Matrix(3, 2, seed: 2), 0, meanGradient, logVarianceGradient);

        Assert.Equal(Some.Matrix(3, 2, seed: 3), meanGradient);
        Assert.Equal(Some.Matrix(3, 2, seed: 4), logVarianceGradient);
    }

    [Fact]
    public void Is_never_negative()
    {
        var perSample = new double[500];

        GaussianKl.Forward(
            Some.Matrix(1, 500, seed: 1, low: -0.01, high: 0.01),
            Some.Matrix(1, 500, seed: 2, low: -0.01, high: 0.01),
            perSample);

        // exp(lv) - 1 - lv cancels: its error is that of numbers near 1
        Assert.All(perSample, value => Assert.True(value >= -1e-15));
    }

    // The estimate (log q(z) - log p(z)) averaged over draws of z from q. Its standard error comes from the draws themselves;
    // four of them leave a chance of 6e-5 to a right formula, once and for all, for the seed is fixed.
    [Fact]
    public void Agrees_with_the_average_of_log_q_minus_log_p_over_draws()
    {
        const int Draws = 100_000;
        var (mean, logVariance) = (Some.Filled<double>(1, Draws, 0.7), Some.Filled<double>(1, Draws, -1.2));
        var (noise, z) = (Some.Zeros<double>(1, Draws), Some.Zeros<double>(1, Draws));
        new RandomDraws(Seed: 11, Purpose: 0, Step: 0).FillNormal(noise.AsSpan());
        Reparameterisation.Forward(mean, logVariance, noise, z);

        // log q - log p = -epsilon^2 / 2 - lv / 2 + z^2 / 2; the constants cancel.
        var ratios = z.AsSpan().ToArray().Zip(noise.AsSpan().ToArray(), (v, e) => ((v * v) - (e * e) + 1.2) / 2).ToArray();
        var average = ratios.Average();
        var standardError = double.Sqrt(ratios.Average(ratio => (ratio - average) * (ratio - average)) / Draws);

        var kl = GaussianKl.Forward(mean, logVariance, new double[Draws]);
        Assert.InRange(average, kl - (4 * standardError), kl + (4 * standardError));
    }

    // 513 latents are one more than the terms that are computed at once; sums of some 400 nats are rounded at 6e-14, in another
    // order.
    [Theory, InlineData(1, 4), InlineData(20, 3), InlineData(513, 2)]
    public void The_divergences_of_the_latents_sum_to_the_whole(int latents, int samples)
    {
        var (mean, logVariance) = (Some.Matrix(latents, samples, seed: 1), Some.Matrix(latents, samples, seed: 2));
        var perLatent = new double[latents];

        GaussianKl.AddPerLatent(mean, logVariance, perLatent);

        Assert.Equal(GaussianKl.Forward(mean, logVariance, new double[samples]) * samples, perLatent.Sum(), 1e-12);
    }

    [Fact]
    public void The_divergence_of_each_latent_is_added_to_its_existing_sum()
    {
        double[] perLatent = [8, -8];
        GaussianKl.AddPerLatent(CreateMatrix.DenseOfColumnArrays([1.0, 2.0], [0.0, 4.0]), Some.Zeros<double>(2, 2), perLatent);
        Assert.Equal([8 + 0.5, -8 + 10], perLatent);                  // 1/2 and (4 + 16) / 2
    }

    // Forward computes in double whatever the type, so equal inputs give equal bits.
    [Fact]
    public void Float_gives_the_very_value_of_double()
    {
        var single = GaussianKl.Forward(Some.Matrix<float>(20, 9, seed: 1), Some.Matrix<float>(20, 9, seed: 2), new double[9]);
        var whole = GaussianKl.Forward(Some.Matrix<double>(20, 9, seed: 1), Some.Matrix<double>(20, 9, seed: 2), new double[9]);

        Assert.Equal(whole, single);
    }

    [Fact]
    public void A_log_variance_that_overflows_gives_infinity_and_never_a_number()
    {
        var kl = GaussianKl.Forward(Some.Zeros<double>(2, 1), Some.Sample<double>(0, 1000), new double[1]);

        Assert.Equal(double.PositiveInfinity, kl);
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var (mean, logVariance) = (Some.Matrix<float>(20, 64, seed: 1), Some.Matrix<float>(20, 64, seed: 2));
        var (meanGradient, logVarianceGradient) = (Some.Zeros<float>(20, 64), Some.Zeros<float>(20, 64));
        var perSample = new double[64];

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            GaussianKl.Forward(mean, logVariance, perSample);
            GaussianKl.Backward(mean, logVariance, 1, meanGradient, logVarianceGradient);
        }));
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes()
    {
        var right = Some.Zeros<double>(2, 5);

        var failure = Assert.Throws<ArgumentException>(
            () => GaussianKl.Backward(right, right, 1, right, Some.Zeros<double>(2, 4)));

        Assert.Equal("Must be 2 x 5 (features x samples), but is 2 x 4. (Parameter 'logVarianceGradient')", failure.Message);
    }

    private static void RequireAgreementWithPyTorch<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var (mean, logVariance) = (golden.Samples<T>("mean"), golden.Samples<T>("logVariance"));
        var perSample = new double[mean.ColumnCount];
        var meanGradient = Some.Zeros<T>(mean.RowCount, mean.ColumnCount);
        var logVarianceGradient = Some.Zeros<T>(mean.RowCount, mean.ColumnCount);

        var loss = GaussianKl.Forward(mean, logVariance, perSample);
        GaussianKl.Backward(mean, logVariance, golden.Number("weight"), meanGradient, logVarianceGradient);

        GoldenCase.RequireAgreement<T>([golden.Number("loss")], [loss]);
        GoldenCase.RequireAgreement<T>(golden.Numbers("perSample"), perSample);
        GoldenCase.RequireAgreement(golden.Samples<double>("meanGradient"), meanGradient);
        GoldenCase.RequireAgreement(golden.Samples<double>("logVarianceGradient"), logVarianceGradient);
    }
}
