using System.Numerics;
using static Vae.Math.Tests.LikelihoodTests;

namespace Vae.Math.Tests;

/// <summary>The log-density of each feature, by every likelihood.</summary>
public class LikelihoodDensityTests
{
    public static TheoryData<string> EveryLikelihood => [.. Names];

    // Terms below 100 of 17 features, a few roundings of 1.2e-16 each; in float 5e8 times as much.
    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Log_densities_of_a_column_add_up_to_minus_its_loss(string name)
    {
        Check<float>(17 * 10 * 4 * 6e-8);
        Check<double>(17 * 10 * 4 * 1.2e-16);

        void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var loss = Loss<T>(name);
            var output = Output<T>(name, 17, 6);
            var target = Target<T>(17, 3);
            var observed = LikelihoodMaskTests.Mask<T>(17, 3);
            var (perDraw, logDensity) = (new double[6], Some.Filled<T>(17, 6, double.NaN));
            foreach (var mask in new[] { null, observed })
            {
                loss.Forward(output, target, perDraw, WorkerTeam.OfOne, mask);
                loss.LogDensity(output, target, logDensity, WorkerTeam.OfOne, mask);
                for (var column = 0; column < 6; column++)
                {
                    var features = mask is null ? 17 : mask.ColumnSpan(column / 2).Count(T.One);
                    var expected = name == Gaussian
                        ? GaussianLikelihood<T>.NegativeLogLikelihood(perDraw[column], 1, features)
                        : perDraw[column];
                    Assert.Equal(-expected, Some.Doubles(Some.Column(logDensity, column)).Sum(), tolerance);
                }
            }
        }
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_masked_log_density_is_0_for_unknown_entries_and_the_unmasked_one_elsewhere(string name)
    {
        var (output, observed) = (Output<double>(name, 17, 6), LikelihoodMaskTests.Mask<double>(17, 3));
        var (expected, actual) = (Some.Zeros<double>(17, 6), Some.Filled<double>(17, 6, 7));

        Loss<double>(name).LogDensity(output, Target<double>(17, 3), expected, WorkerTeam.OfOne);
        var unknown = LikelihoodMaskTests.WithUnknown(Target<double>(17, 3), observed, double.NaN);
        Loss<double>(name).LogDensity(output, unknown, actual, WorkerTeam.OfOne, observed);

        expected.MapIndexedInplace((row, column, value) => observed.At(row, column / 2) == 0 ? 0 : value);
        Assert.Equal(expected, actual);
    }

    // mpmath 1.3.0 with 40 digits: l x - log((exp(l) - 1) / l), and l x - log(1 + exp(l)). A few roundings of numbers up to 100.
    [Theory]
    [InlineData(Continuous, 0, 0.3, 0)]
    [InlineData(Continuous, 3, 0.25, -1.1003185303891887)]
    [InlineData(Continuous, -3, 0.25, 0.39968146961081128)]
    [InlineData(Continuous, 100, 0.99, 3.6051701859880914)]
    [InlineData(Continuous, -100, 0.01, 3.6051701859880914)]
    [InlineData(Continuous, 0.5, 1, 0.23960494900724326)]
    [InlineData(OnLogits, 0, 0.3, -0.69314718055994531)]
    [InlineData(OnLogits, 3, 0.25, -2.2985873515737421)]
    [InlineData(OnLogits, -3, 0.25, -0.79858735157374206)]
    [InlineData(OnLogits, 100, 0.99, -1)]
    [InlineData(OnLogits, 0.5, 1, -0.47407698418010668)]
    public void A_log_density_on_logits_has_the_value_of_its_closed_form(string name, double logit, double x, double expected)
        => RequireLogDensity(Loss<double>(name), [logit], x, expected, 3e-14);

    // mpmath 1.3.0 with 40 digits: -(x - mu)^2 / (2 s) - log(2 pi s) / 2.
    [Theory]
    [InlineData(0.5, 1, 0.25, -0.95018853320467274)]
    [InlineData(0.5, 0.1, -1, -11.01764598670765)]
    [InlineData(0, 25, 3, -2.7083764456387731)]
    public void The_Gaussian_of_a_fixed_variance_has_the_log_density_of_that_variance(
        double mean, double variance, double x, double expected)
        => RequireLogDensity(new GaussianLikelihood<double>(variance), [mean], x, expected, 1e-14);

    // The same with the variance exp(-6 + log(1 + exp(r + 6))).
    [Theory, InlineData(0.5, -1.1886153178673032), InlineData(-6, -4.5690870218086317), InlineData(-60, -10.526088329852645)]
    public void A_Gaussian_whose_variance_is_learnt_has_the_log_density_of_the_variance_in_force(double raw, double expected)
    {
        var one = new GaussianWithVariance<double>();
        one.RawLogVariance.Value.At(0, 0, raw);

        RequireLogDensity(one, [0.5], 0.25, expected, 2e-14);
        RequireLogDensity(new GaussianPixelVariance<double>(), [0.5, raw], 0.25, expected, 2e-14);
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Log_densities_have_the_same_bits_for_any_number_of_threads(string name)
    {
        var (output, target) = (Output<float>(name, 784, 70), Target<float>(784, 35));
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var logDensity = Some.Zeros<float>(784, 70);
            Loss<float>(name).LogDensity(output, target, logDensity, team);
            return Some.Doubles(logDensity);
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Theory, InlineData(OnLogits), InlineData(Continuous)]
    public void A_log_density_of_a_target_out_of_range_is_refused(string name)
        => Assert.Contains(
            "feature 0 of sample 0 of the batch is 1.5.",
            Assert.Throws<ArgumentException>(() => Loss<double>(name).LogDensity(
                Some.Sample<double>(0), Some.Sample<double>(1.5), Some.Zeros<double>(1, 1), WorkerTeam.OfOne)).Message,
            StringComparison.Ordinal);

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_Gaussian_is_not_made_with_a_variance_that_is_no_finite_number_above_0(double variance)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianLikelihood<double>(variance));

    // As a single number and in whole vectors.
    private static void RequireLogDensity(
        ILikelihood<double> likelihood, double[] output, double x, double expected, double tolerance)
    {
        foreach (var features in new[] { 1, 16 })
        {
            var logDensity = Some.Zeros<double>(features, 1);
            var outputs = Some.Sample<double>([.. output.SelectMany(value => Enumerable.Repeat(value, features))]);

            likelihood.LogDensity(outputs, Some.Filled<double>(features, 1, x), logDensity, WorkerTeam.OfOne);

            Assert.All(Some.Doubles(logDensity), value => Assert.Equal(expected, value, tolerance));
        }
    }
}
