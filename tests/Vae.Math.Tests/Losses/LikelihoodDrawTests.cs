using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using static Vae.Math.Tests.LikelihoodTests;

namespace Vae.Math.Tests;

/// <summary>Draws of x ~ p(x|z), by every likelihood.</summary>
public class LikelihoodDrawTests
{
    private const int Count = 100_000;

    private static readonly RandomDraws Draws = new(Seed: 5, Purpose: 3, Step: 7);

    public static TheoryData<string> EveryLikelihood => [.. Names];

    [Theory, InlineData(0), InlineData(0.001), InlineData(-0.001), InlineData(3), InlineData(-3), InlineData(30), InlineData(-30)]
    public void Draws_of_a_Bernoulli_are_0_or_1_with_its_mean_and_variance(double logit)
    {
        var p = 1 / (1 + double.Exp(-logit));
        var values = DrawsOf(new BinaryCrossEntropy<float>(), logit);

        Assert.All(values, value => Assert.True(value is 0 or 1));
        RequireMoments(values, p, p * (1 - p));
    }

    // Mean 1 / (1 - exp(-l)) - 1 / l and variance 1 / l^2 - exp(l) / (exp(l) - 1)^2 by mpmath 1.3.0, 40 digits.
    [Theory]
    [InlineData(0, 0.5, 0.083333333333333333)]
    [InlineData(0.001, 0.50008333333194444, 0.083333329166666832)]
    [InlineData(-0.001, 0.49991666666805556, 0.083333329166666832)]
    [InlineData(3, 0.71906236315792262, 0.055970105609051348)]
    [InlineData(-3, 0.28093763684207738, 0.055970105609051348)]
    [InlineData(30, 0.96666666666676024, 0.0011111111110175349)]
    [InlineData(-30, 0.033333333333239757, 0.0011111111110175349)]
    public void Draws_of_a_continuous_Bernoulli_have_its_mean_and_variance(double logit, double mean, double variance)
    {
        var values = DrawsOf(new ContinuousBernoulli<double>(), logit);

        Assert.All(values, value => Assert.InRange(value, 0, 1));
        RequireMoments(values, mean, variance);
    }

    [Theory, InlineData(1), InlineData(0.04), InlineData(9)]
    public void Draws_of_a_Gaussian_have_its_mean_and_its_fixed_variance(double variance)
        => RequireMoments(DrawsOf(new GaussianLikelihood<float>(variance), 0.5), 0.5, variance);

    // exp(-6 + log(1 + exp(r + 6))) by mpmath 1.3.0, 40 digits.
    [Theory, InlineData(0.5, 1.6512000228767945), InlineData(-6, 0.0049575043533327168), InlineData(-60, 0.0024787521766663584)]
    public void Draws_of_a_Gaussian_have_its_mean_and_its_learnt_variance(double raw, double variance)
    {
        var one = new GaussianWithVariance<double>();
        one.RawLogVariance.Value.At(0, 0, raw);

        RequireMoments(DrawsOf(one, 0.5), 0.5, variance);
        RequireMoments(DrawsOf(new GaussianPixelVariance<double>(), 0.5, raw), 0.5, variance);
    }

    // F(x) = u with u = (w + 1/2) 2^-32 for the word w of the draw. 1 - u = F(1 - x) with the logit -l, so that exp does not
    // overflow.
    // Rounding x moves F by the density, up to |l|, times 1e-16; the quotient below is right to 1e-16 / |l|.
    [Theory]
    [InlineData(1e-300), InlineData(1e-19), InlineData(1e-8), InlineData(0.001), InlineData(0.5), InlineData(0.999)]
    [InlineData(1.001), InlineData(3), InlineData(30), InlineData(100), InlineData(1000)]
    public void A_draw_of_a_continuous_Bernoulli_inverts_the_distribution_function(double logit)
    {
        foreach (var l in new[] { logit, -logit })
        {
            var values = DrawsOf(new ContinuousBernoulli<double>(), l);
            for (var i = 0; i < 1000; i++)
            {
                var u = (Draws.Word(i) + 0.5) / (1L << 32);
                var (t, y) = l > 0 ? (1 - u, 1 - values[i]) : (u, values[i]);
                var f = logit < 1e-5
                    ? y + (y * (1 - y) * logit / 2)
                    : (1 - double.Exp(-logit * y)) / (1 - double.Exp(-logit));
                Assert.Equal(t, f, 1e-10);
            }
        }
    }

    [Theory, InlineData(1e4), InlineData(1e30), InlineData(double.PositiveInfinity)]
    public void Draws_of_a_continuous_Bernoulli_with_a_logit_far_out_are_at_the_end_of_the_range(double logit)
    {
        Assert.All(DrawsOf(new ContinuousBernoulli<double>(), logit), value => Assert.InRange(value, 0.99, 1));
        Assert.All(DrawsOf(new ContinuousBernoulli<double>(), -logit), value => Assert.InRange(value, 0, 0.01));
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_batch_that_is_drawn_in_parts_by_several_threads_has_the_same_draws(string name)
    {
        const int Features = 19;
        const int Columns = 23;
        var output = Output<float>(name, Features, Columns);
        var whole = Some.Zeros<float>(Features, Columns);
        Loss<float>(name).Draw(output, whole, Draws, firstColumn: 100);

        var parts = new[] { 0, 1, 6, 15, Columns };
        Parallel.For(0, parts.Length - 1, part =>
        {
            var (first, count) = (parts[part], parts[part + 1] - parts[part]);
            var x = Some.Zeros<float>(Features, count);
            Loss<float>(name).Draw(output.SubMatrix(0, output.RowCount, first, count), x, Draws, firstColumn: 100 + first);
            Assert.Equal(whole.SubMatrix(0, Features, first, count), x);
        });
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Other_random_numbers_give_other_draws(string name)
    {
        var (output, one, other) = (Output<float>(name, 33, 5), Some.Zeros<float>(33, 5), Some.Zeros<float>(33, 5));

        Loss<float>(name).Draw(output, one, Draws);
        Loss<float>(name).Draw(output, other, Draws with { Step = 8 });

        Assert.NotEqual(one, other);
    }

    // The outputs are floats in both types: a draw differs by a few roundings of a number below 10 at 6e-8 each.
    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Float_and_double_see_the_same_draws(string name)
    {
        var (single, whole) = (Some.Zeros<float>(33, 5), Some.Zeros<double>(33, 5));

        Loss<float>(name).Draw(Output<float>(name, 33, 5), single, Draws);
        Loss<double>(name).Draw(Output<double>(name, 33, 5), whole, Draws);

        Assert.True(Some.Distance(whole, single) <= 4 * 10 * 6e-8);
    }

    [Theory]
    [InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance), InlineData(PixelVariance)]
    public void An_output_that_is_not_a_number_gives_a_draw_that_is_none(string name)
    {
        var (output, x) = (Output<float>(name, 17, 3), Some.Zeros<float>(17, 3));
        output.At(5, 1, float.NaN);

        Loss<float>(name).Draw(output, x, Draws);

        Assert.Equal([(1 * 17) + 5], Enumerable.Range(0, 51).Where(i => float.IsNaN(x.AsSpan()[i])));
    }

    [Theory, InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance)]
    public void The_output_itself_is_no_place_for_the_draws(string name)
    {
        var output = Output<float>(name, 17, 3);

        var failure = Assert.Throws<ArgumentException>(() => Loss<float>(name).Draw(output, output, Draws));

        Assert.Equal("Must be another matrix than the output. (Parameter 'x')", failure.Message);
    }

    [Theory]
    [InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance), InlineData(PixelVariance)]
    public void An_output_that_does_not_fit_the_draws_is_refused(string name)
    {
        var rows = Output<float>(name, 17, 3).RowCount;

        var failure = Assert.Throws<ArgumentException>(
            () => Loss<float>(name).Draw(Output<float>(name, 17, 3), Some.Zeros<float>(17, 4), Draws));

        Assert.Equal($"Must be {rows} x 4 (features x samples), but is {rows} x 3. (Parameter 'output')", failure.Message);
    }

    // Draws of 100 features, whose outputs are all the same numbers.
    private static double[] DrawsOf<T>(ILikelihood<T> likelihood, params double[] output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outputs, x) = (Some.Filled<T>(100, Count / 100, output[0]), Some.Zeros<T>(100, Count / 100));
        if (output.Length > 1)
        {
            outputs = outputs.Stack(Some.Filled<T>(100, Count / 100, output[1]));
        }

        likelihood.Draw(outputs, x, Draws);
        return Some.Doubles(x);
    }

    // Five standard errors of each: sqrt(variance / n), and sqrt((fourth central moment - variance^2) / n). Where the smallest
    // probability is below 1 / n, as at a logit of 30, no such event is likely: 1e-9 is far above what one leaves out and far
    // below one of them.
    private static void RequireMoments(double[] values, double mean, double variance)
    {
        var average = values.Average();
        var moment2 = values.Average(value => double.Pow(value - mean, 2));
        var moment4 = values.Average(value => double.Pow(value - mean, 4));

        Assert.Equal(mean, average, (5 * double.Sqrt(variance / Count)) + 1e-9);
        Assert.Equal(variance, moment2, (5 * double.Sqrt(double.Max(moment4 - (moment2 * moment2), 0) / Count)) + 1e-9);
    }
}
