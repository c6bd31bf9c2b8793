using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class PriorPosteriorRatioTests
{
    // z = 0.3 + 2 * 0.5 = 1.3 with sigma = 2: both densities written out, their constants with them.
    [Fact]
    public void Is_the_logarithm_of_the_priors_density_over_the_posteriors()
    {
        var (mean, sigma, epsilon) = (0.3, 2.0, 0.5);
        var z = mean + (sigma * epsilon);
        var prior = double.Exp(-z * z / 2) / double.Sqrt(2 * double.Pi);
        var posterior = double.Exp(-(z - mean) * (z - mean) / (2 * sigma * sigma)) / (sigma * double.Sqrt(2 * double.Pi));
        var perDraw = new double[1];

        PriorPosteriorRatio.Forward(
            Some.Sample<double>(z), Some.Sample<double>(epsilon), Some.Sample<double>(double.Log(sigma * sigma)), perDraw);

        Assert.Equal(double.Log(prior / posterior), perDraw[0], 1e-15); // a few roundings of numbers near 1
    }

    [Fact]
    public void A_posterior_that_is_the_prior_gives_nothing_at_any_draw()
    {
        var (z, perDraw) = (Some.Matrix(20, 6, seed: 1, low: -3, high: 3), new double[6]);
        PriorPosteriorRatio.Forward(z, z, Some.Zeros<double>(20, 3), perDraw);
        Assert.All(perDraw, ratio => Assert.Equal(0, ratio));         // epsilon^2 - z^2 cancels exactly
    }

    [Fact]
    public void Is_summed_over_latents()
    {
        var perDraw = new double[1];
        PriorPosteriorRatio.Forward(
            Some.Sample<double>(1, 2, 3), Some.Sample<double>(2, 0, -1), Some.Sample<double>(-4, 2, 8), perDraw);
        Assert.Equal(((4 - 1 - 4) + (0 - 4 + 2) + (1 - 9 + 8)) / 2.0, perDraw[0]);
    }

    // The standard error comes from the draws themselves; four of them leave a chance of 6e-5 to a right formula, once and
    // for all, for the seed is fixed.
    [Fact]
    public void The_mean_of_the_ratio_over_many_draws_is_minus_the_KL_divergence()
    {
        const int Draws = 100_000;
        var (mean, logVariance) = (Some.Sample<double>(0.7, -0.4), Some.Sample<double>(-1.2, 0.5));
        var (noise, z) = (Some.Zeros<double>(2, Draws), Some.Zeros<double>(2, Draws));
        new RandomDraws(Seed: 12, Purpose: 0, Step: 0).FillNormal(noise.AsSpan());
        Reparameterisation.Forward(mean, logVariance, noise, z);
        var ratios = new double[Draws];

        PriorPosteriorRatio.Forward(z, noise, logVariance, ratios);

        var average = ratios.Average();
        var standardError = double.Sqrt(ratios.Average(ratio => (ratio - average) * (ratio - average)) / Draws);
        var kl = GaussianKl.Forward(mean, logVariance, new double[1]);
        Assert.InRange(average, -kl - (4 * standardError), -kl + (4 * standardError));
    }

    [Theory, InlineData(1, 1, 1), InlineData(2, 1, 5), InlineData(17, 4, 3), InlineData(20, 3, 1)]
    public void Backward_agrees_with_central_differences(int latents, int samples, int draws)
    {
        var mean = Some.Parameter("mean", latents, samples, seed: 1);
        var logVariance = Some.Parameter("log-variance", latents, samples, seed: 2, low: -2, high: 2);
        var noise = Some.Matrix(latents, samples * draws, seed: 3, low: -2, high: 2);
        var (latent, perDraw) = (noise.Clone(), new double[samples * draws]);
        var probe = Some.Doubles(Some.Matrix(1, samples * draws, seed: 4));

        var report = GradientCheck.Run(
            () =>
            {
                Reparameterisation.Forward(mean.Value, logVariance.Value, noise, latent);
                PriorPosteriorRatio.Forward(latent, noise, logVariance.Value, perDraw);
                return perDraw.Zip(probe, (ratio, dr) => ratio * dr).Sum();
            },
            () =>
            {
                Reparameterisation.Forward(mean.Value, logVariance.Value, noise, latent);
                mean.Gradient.Clear();
                logVariance.Gradient.Clear();
                PriorPosteriorRatio.Backward(mean.Value, latent, probe, mean.Gradient, logVariance.Gradient);
            },
            [mean, logVariance]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void Each_draw_has_the_bits_that_it_has_alone_in_float() => RequireEachDrawAlone<float>();

    [Fact]
    public void Each_draw_has_the_bits_that_it_has_alone_in_double() => RequireEachDrawAlone<double>();

    [Fact]
    public void The_gradients_are_added_to_the_existing_ones()
    {
        var (mean, logVariance) = (Some.Filled<double>(1, 1, 8), Some.Filled<double>(1, 1, -8));

        PriorPosteriorRatio.Backward(Some.Sample<double>(1), Some.Sample<double>(3), [0.5], mean, logVariance);

        Assert.Equal(8 - (0.5 * 3), mean[0, 0]);                      // dr/dmu = -z
        Assert.Equal(-8 + (0.5 * (1 - (3 * 2)) / 2), logVariance[0, 0]); // dr/dlv = (1 - z (z - mu)) / 2
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var (single, whole) = (Ratios<float>(), Ratios<double>());
        // 20 terms below 12, rounded at 5e-7 each
        Assert.All(whole.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        static double[] Ratios<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var perDraw = new double[9];
            PriorPosteriorRatio.Forward(
                Some.Matrix<T>(20, 9, seed: 1, low: -2, high: 2), Some.Matrix<T>(20, 9, seed: 2, low: -2, high: 2),
                Some.Matrix<T>(20, 3, seed: 3), perDraw);
            return perDraw;
        }
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var (z, noise) = (Some.Matrix<float>(20, 80, seed: 1), Some.Matrix<float>(20, 80, seed: 2));
        var (logVariance, perDraw) = (Some.Matrix<float>(20, 16, seed: 3), new double[80]);
        var (mean, meanGradient, logVarianceGradient) = (logVariance.Clone(), logVariance.Clone(), logVariance.Clone());

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            PriorPosteriorRatio.Forward(z, noise, logVariance, perDraw);
            PriorPosteriorRatio.Backward(mean, z, perDraw, meanGradient, logVarianceGradient);
        }));
    }

    [Fact]
    public void Wrong_shapes_are_refused_by_name()
    {
        var (two, four) = (Some.Zeros<double>(3, 2), Some.Zeros<double>(3, 4));
        Assert.Throws<ArgumentException>("noise", () => PriorPosteriorRatio.Forward(two, two, four, new double[2]));
        Assert.Throws<ArgumentException>("latent", () => PriorPosteriorRatio.Forward(two, four, two, new double[4]));
        Assert.Throws<ArgumentException>("perDraw", () => PriorPosteriorRatio.Forward(four, four, two, new double[2]));
        Assert.Throws<ArgumentException>("latent", () => PriorPosteriorRatio.Backward(four, two, new double[2], four, four));
        Assert.Throws<ArgumentException>("meanGradient", () => PriorPosteriorRatio.Backward(two, four, new double[4], four, two));
        Assert.Throws<ArgumentException>(
            "logVarianceGradient", () => PriorPosteriorRatio.Backward(two, four, new double[4], two, four));
        Assert.Throws<ArgumentException>(
            "perDrawGradient", () => PriorPosteriorRatio.Backward(two, four, new double[2], two, two));
    }

    // Three draws of each of four samples; 19 latents, so that the last vector is not full.
    private static void RequireEachDrawAlone<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var z = Some.Matrix<T>(19, 12, seed: 1);
        var noise = Some.Matrix<T>(19, 12, seed: 2);
        var logVariance = Some.Matrix<T>(19, 4, seed: 3);
        var perDraw = new double[12];
        PriorPosteriorRatio.Forward(z, noise, logVariance, perDraw);
        for (var draw = 0; draw < 12; draw++)
        {
            var alone = new double[1];
            PriorPosteriorRatio.Forward(
                Some.Column(z, draw), Some.Column(noise, draw), Some.Column(logVariance, draw / 3), alone);
            Assert.Equal(alone[0], perDraw[draw]);
        }
    }
}
