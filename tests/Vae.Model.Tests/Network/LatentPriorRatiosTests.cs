using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>The mixture's density at many draws, against one draw and one component at a time.</summary>
public sealed class LatentPriorRatiosTests
{
    private const int Latents = 5;
    private const int Components = 4;

    // Numbers up to some hundreds in double, summed in another order: 1e-10 is a hundred thousand roundings of them.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Ratios_are_those_of_each_draw_and_are_added(int draws)
    {
        var (prior, latent) = Some(draws);
        var sums = Enumerable.Range(0, draws).Select(i => i / 10.0).ToArray();

        LatentPriorRatios.Add(prior, latent, sums);

        for (var draw = 0; draw < draws; draw++)
        {
            Assert.Equal((draw / 10.0) + Expected(prior, latent.Column(draw)), sums[draw], 1e-10);
        }
    }

    [Fact]
    public void A_draw_has_the_same_bits_among_others()
    {
        var (prior, latent) = Some(71);
        var together = new double[71];
        LatentPriorRatios.Add(prior, latent, together);

        for (var draw = 0; draw < 71; draw++)
        {
            var alone = new double[1];
            LatentPriorRatios.Add(prior, latent.SubMatrix(0, Latents, draw, 1), alone);
            Assert.Equal(together[draw], alone[0]);
        }
    }

    private static (LatentPrior<double> Prior, Matrix<double> Latent) Some(int draws)
    {
        var random = new Random(5);
        var prior = new LatentPrior<double>(Latents, Components);
        double[] shares = [0.1, 0.2, 0.3, 0.4];
        for (var component = 0; component < Components; component++)
        {
            prior.LogShares.Value[component, 0] = double.Log(shares[component]);
            for (var row = 0; row < Latents; row++)
            {
                prior.Means.Value[row, component] = 2 - (4 * random.NextDouble());
                for (var k = 0; k <= row; k++)
                {
                    prior.Factors.Value[(row * Latents) + k, component]
                        = k == row ? 0.2 + random.NextDouble() : random.NextDouble() - 0.5;
                }
            }
        }

        return (prior, Matrix<double>.Build.Dense(Latents, draws, (_, _) => 6 * (random.NextDouble() - 0.5)));
    }

    // log of the sum of share N(z; m, C C^T), less log N(z; 0, I), by MathNet's inverse and determinant.
    private static double Expected(LatentPrior<double> prior, Vector<double> z)
    {
        var sum = 0.0;
        for (var component = 0; component < Components; component++)
        {
            var of = component;
            var factor = Matrix<double>.Build.Dense(Latents, Latents, (row, k) => prior.Factors.Value[(row * Latents) + k, of]);
            var covariance = factor * factor.Transpose();
            var away = z - prior.Means.Value.Column(component);
            var square = away * covariance.Inverse() * away;
            sum += double.Exp(prior.LogShares.Value[component, 0] - (square / 2)) / double.Sqrt(covariance.Determinant());
        }

        return double.Log(sum) + (z * z / 2);
    }
}
