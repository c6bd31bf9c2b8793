using System.Numerics;

namespace Vae.Math.Tests;

public class ReparameterisationTests
{
    [Theory]
    [InlineData(1, 1, 1), InlineData(2, 1, 1), InlineData(17, 4, 1), InlineData(20, 3, 1)]
    [InlineData(1, 1, 5), InlineData(2, 3, 4), InlineData(17, 2, 3)]
    public void Backward_agrees_with_central_differences(int latents, int samples, int draws)
    {
        var mean = Some.Parameter("mean", latents, samples, seed: 1);
        var logVariance = Some.Parameter("log-variance", latents, samples, seed: 2, low: -2, high: 2);
        var noise = Some.Matrix(latents, samples * draws, seed: 3, low: -2, high: 2);
        var target = Some.Matrix(latents, samples * draws, seed: 4);
        var latent = Some.Zeros<double>(latents, samples * draws);
        var latentGradient = Some.Zeros<double>(latents, samples * draws);

        // L = |z - target|^2 / 2, so that dz is not constant.
        var report = GradientCheck.Run(
            () =>
            {
                Reparameterisation.Forward(mean.Value, logVariance.Value, noise, latent);
                latent.Subtract(target, latentGradient);
                return Some.Inner(latentGradient, latentGradient) / 2;
            },
            () =>
            {
                Reparameterisation.Forward(mean.Value, logVariance.Value, noise, latent);
                latent.Subtract(target, latentGradient);
                Reparameterisation.Backward(logVariance.Value, noise, latentGradient, mean.Gradient, logVariance.Gradient);
            },
            [mean, logVariance]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void Agrees_with_PyTorch_in_double() => RequireAgreementWithPyTorch<double>();

    [Fact]
    public void Agrees_with_PyTorch_in_float() => RequireAgreementWithPyTorch<float>();

    // With n draws of N(m, v), the mean's standard error is sqrt(v / n) and the variance's is v sqrt(2 / n). Four of them
    // leave a chance of 6e-5 to a right implementation, once and for all, for the seed is fixed; taking the log-variance
    // for a logarithm of the standard deviation would be off by hundreds.
    [Theory, InlineData(0), InlineData(-2), InlineData(1.5)]
    public void The_variance_of_z_is_the_exponential_of_the_log_variance(double logVariance)
    {
        const int Draws = 100_000;
        var (noise, latent) = (Some.Zeros<double>(1, Draws), Some.Zeros<double>(1, Draws));
        new RandomDraws(Seed: 7, Purpose: 0, Step: 0).FillNormal(noise.AsSpan());

        Reparameterisation.Forward(Some.Filled<double>(1, Draws, 3), Some.Filled<double>(1, Draws, logVariance), noise, latent);

        var expected = double.Exp(logVariance);
        var z = latent.AsSpan().ToArray();
        var mean = z.Average();
        var variance = z.Average(value => (value - mean) * (value - mean));
        Assert.InRange(mean - 3, -4 * double.Sqrt(expected / Draws), 4 * double.Sqrt(expected / Draws));
        Assert.InRange((variance / expected) - 1, -4 * double.Sqrt(2.0 / Draws), 4 * double.Sqrt(2.0 / Draws));
    }

    [Fact]
    public void Without_noise_z_is_the_mean()
    {
        var (mean, latent) = (Some.Matrix(5, 4, seed: 1), Some.Zeros<double>(5, 4));

        Reparameterisation.Forward(mean, Some.Matrix(5, 4, seed: 2), Some.Zeros<double>(5, 4), latent);

        Assert.Equal(mean, latent);
    }

    [Fact]
    public void Backward_overwrites_the_gradients()
    {
        var (meanGradient, logVarianceGradient) = (Some.Filled<double>(3, 2, double.NaN), Some.Filled<double>(3, 2, double.NaN));

        Reparameterisation.Backward(
            Some.Matrix(3, 2, seed: 1),
            Some.Matrix(3, 2, seed: 2),
            Some.Matrix(3, 2, seed: 3),
            meanGradient,
            logVarianceGradient);

        Assert.Equal(Some.Matrix(3, 2, seed: 3), meanGradient);
        Assert.All(logVarianceGradient.AsSpan().ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    // 19 latents, so that the last vector is not full, and 3 draws: column j belongs to sample j / 3.
    [Fact]
    public void Each_of_several_draws_has_the_bits_that_it_has_alone_in_float() => RequireEachDrawAlone<float>();

    [Fact]
    public void Each_of_several_draws_has_the_bits_that_it_has_alone_in_double() => RequireEachDrawAlone<double>();

    [Fact]
    public void The_gradients_are_sums_over_the_draws_of_a_sample()
    {
        var (logVariance, noise, dz) = (Some.Matrix(19, 4, seed: 1), Some.Matrix(19, 12, seed: 2), Some.Matrix(19, 12, seed: 3));
        var (meanGradient, logVarianceGradient) = (Some.Zeros<double>(19, 4), Some.Zeros<double>(19, 4));

        Reparameterisation.Backward(logVariance, noise, dz, meanGradient, logVarianceGradient);

        for (var sample = 0; sample < 4; sample++)
        {
            var (means, logVariances) = (Some.Zeros<double>(19, 1), Some.Zeros<double>(19, 1));
            for (var draw = 3 * sample; draw < 3 * (sample + 1); draw++)
            {
                var (mean, variance) = (Some.Zeros<double>(19, 1), Some.Zeros<double>(19, 1));
                Reparameterisation.Backward(
                    Some.Column(logVariance, sample),
                    Some.Column(noise, draw),
                    Some.Column(dz, draw),
                    mean,
                    variance);
                means += mean;
                logVariances += variance;
            }

            Some.RequireSameBits(means, Some.Column(meanGradient, sample)); // the same three numbers in the same order
            // Sigma is multiplied before the sum in one and after it in the other.
            Assert.True(Some.Distance(logVariances, Some.Column(logVarianceGradient, sample)) <= 1e-15);
        }
    }

    [Fact]
    public void Several_draws_allocate_nothing()
    {
        var (mean, noise) = (Some.Matrix<float>(20, 16, seed: 1), Some.Matrix<float>(20, 80, seed: 3));
        var (latent, meanGradient, logVarianceGradient) = (noise.Clone(), mean.Clone(), mean.Clone());

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            Reparameterisation.Forward(mean, mean, noise, latent);
            Reparameterisation.Backward(mean, noise, latent, meanGradient, logVarianceGradient);
        }));
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var (single, whole) = (Some.Zeros<float>(20, 9), Some.Zeros<double>(20, 9));

        Reparameterisation.Forward(
            Some.Matrix<float>(20, 9, seed: 1),
            Some.Matrix<float>(20, 9, seed: 2),
            Some.Matrix<float>(20, 9, seed: 3),
            single);
        Reparameterisation.Forward(
            Some.Matrix<double>(20, 9, seed: 1),
            Some.Matrix<double>(20, 9, seed: 2),
            Some.Matrix<double>(20, 9, seed: 3),
            whole);

        // Four roundings of numbers below e^(1/2) + 1 < 2.7, at 6e-8 each.
        Assert.True(Some.Distance(whole, single) <= 6e-7);
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var mean = Some.Matrix<float>(20, 64, seed: 1);
        var logVariance = Some.Matrix<float>(20, 64, seed: 2);
        var noise = Some.Matrix<float>(20, 64, seed: 3);
        var (latent, meanGradient, logVarianceGradient) = (mean.Clone(), mean.Clone(), mean.Clone());

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            Reparameterisation.Forward(mean, logVariance, noise, latent);
            Reparameterisation.Backward(logVariance, noise, latent, meanGradient, logVarianceGradient);
        }));
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes()
    {
        var right = Some.Zeros<double>(2, 5);

        var narrow = Some.Zeros<double>(2, 1);
        var failure = Assert.Throws<ArgumentException>(() => Reparameterisation.Forward(right, right, narrow, right));

        Assert.Equal(
            "Must be 2 x 5 (features x samples), or have the same number of draws for each of the 5 samples, but is 2 x 1. "
            + "(Parameter 'noise')",
            failure.Message);
    }

    [Fact]
    public void Several_draws_need_a_latent_for_each()
    {
        var (one, three) = (Some.Zeros<double>(2, 5), Some.Zeros<double>(2, 15));
        Assert.Throws<ArgumentException>("latent", () => Reparameterisation.Forward(one, one, three, one));
        Assert.Throws<ArgumentException>("noise", () => Reparameterisation.Forward(one, one, Some.Zeros<double>(2, 7), one));
        Assert.Throws<ArgumentException>("latentGradient", () => Reparameterisation.Backward(one, three, one, one, one));
        Assert.Throws<ArgumentException>("meanGradient", () => Reparameterisation.Backward(one, three, three, three, one));
    }

    private static void RequireEachDrawAlone<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mean = Some.Matrix<T>(19, 4, seed: 1);
        var logVariance = Some.Matrix<T>(19, 4, seed: 2);
        var noise = Some.Matrix<T>(19, 12, seed: 3);
        var latent = noise.Clone();

        Reparameterisation.Forward(mean, logVariance, noise, latent);

        for (var draw = 0; draw < 12; draw++)
        {
            var alone = Some.Zeros<T>(19, 1);
            Reparameterisation.Forward(
                Some.Column(mean, draw / 3),
                Some.Column(logVariance, draw / 3),
                Some.Column(noise, draw),
                alone);
            Some.RequireSameBits(alone, Some.Column(latent, draw));
        }
    }

    private static void RequireAgreementWithPyTorch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named("reparameterisation");
        var mean = golden.Samples<T>("mean");
        var logVariance = golden.Samples<T>("logVariance");
        var noise = golden.Samples<T>("noise");
        var (latent, meanGradient, logVarianceGradient) = (mean.Clone(), mean.Clone(), mean.Clone());

        Reparameterisation.Forward(mean, logVariance, noise, latent);
        Reparameterisation.Backward(logVariance, noise, golden.Samples<T>("latentGradient"), meanGradient, logVarianceGradient);

        GoldenCase.RequireAgreement(golden.Samples<double>("latent"), latent);
        GoldenCase.RequireAgreement(golden.Samples<double>("meanGradient"), meanGradient);
        GoldenCase.RequireAgreement(golden.Samples<double>("logVarianceGradient"), logVarianceGradient);
    }
}
