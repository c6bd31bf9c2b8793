using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>The posterior of a factor analysis against its formula, solved densely.</summary>
public sealed class FactorPosteriorTests
{
    private const int Samples = 40;                                   // parts of 16 samples

    // Fewer numbers than latents, as many, and more: two ways to solve.
    [Theory]
    [InlineData(2, 5)]
    [InlineData(4, 4)]
    [InlineData(6, 3)]
    public void The_added_mean_and_log_variance_are_those_of_the_formula(int numbers, int latents)
    {
        var options = new VaeOptions
        {
            Features = numbers,
            Columns = [.. Enumerable.Repeat(new ColumnOptions(new ColumnLikelihood { Family = ColumnFamily.Gaussian }), numbers)],
            Likelihood = Likelihood.Columns,
            Latent = latents,
            Factors = true,
        };
        var posterior = new FactorPosterior<double>(options);
        var random = new Random(3);
        foreach (var parameter in posterior.Parameters)
        {
            foreach (ref var value in parameter.Value.AsSpan())
            {
                value = random.NextDouble() + 0.1;
            }
        }

        posterior.Precision.Value[1, 0] = 0;                          // leaves the number out
        posterior.Precision.Value[0, 0] = 1e4;                        // a number that is nearly free of noise
        var a = new Activations<double>(options, Samples);
        var (observed, x) = (a.ObserveSome(), a.Target);
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var number = 0; number < numbers; number++)
            {
                x[number, sample] = random.NextDouble() - 0.5;
                observed[number, sample] = sample > 0 && random.NextDouble() < 0.7 ? 1 : 0; // the first sees nothing
            }

            new RowCoding(options.Columns).Encode<double>(
                x.ColumnSpan(sample), observed.ColumnSpan(sample), a.Input.ColumnSpan(sample));
        }

        using var three = new WorkerTeam(3);
        a.Mean.AsSpan().Fill(2);
        a.LogVariance.AsSpan().Fill(-1);
        posterior.Forward(a, three);

        for (var sample = 0; sample < Samples; sample++)
        {
            var t = Matrix<double>.Build.DenseOfDiagonalArray(
                [.. Enumerable.Range(0, numbers).Select(i => observed[i, sample] * posterior.Precision.Value[i, 0])]);
            var w = posterior.Weight.Value;
            var precision = Matrix<double>.Build.DenseIdentity(latents) + (w.Transpose() * t * w);
            var mean = precision.Solve(w.Transpose() * t * (x.Column(sample) - posterior.Mean.Value.Column(0)));
            for (var k = 0; k < latents; k++)
            {
                // The condition of either system is below 1e5.
                Assert.Equal(2 + mean[k], a.Mean[k, sample], 1e-10);
                Assert.Equal(-1 - double.Log(precision[k, k]), a.LogVariance[k, sample], 1e-12);
            }
        }
    }
}
