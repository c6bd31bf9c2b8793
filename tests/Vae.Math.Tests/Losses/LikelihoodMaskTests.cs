using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using static Vae.Math.Tests.LikelihoodTests;

namespace Vae.Math.Tests;

/// <summary>Losses, gradients and log-densities of every likelihood where a mask says which entries of the target are
/// known.</summary>
public class LikelihoodMaskTests
{
    public static TheoryData<string> EveryLikelihood => [.. Names];

    public static TheoryData<string, int, bool> EveryLikelihoodWithDrawsAndWeights
    {
        get
        {
            var data = new TheoryData<string, int, bool>();
            foreach (var name in Names)
            {
                foreach (var draws in new[] { 1, 3 })
                {
                    data.Add(name, draws, false);
                    data.Add(name, draws, true);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryLikelihoodWithDrawsAndWeights))]
    public void The_backward_pass_under_a_mask_agrees_with_central_differences(string name, int draws, bool weighted)
    {
        const int Features = 17;
        const int Samples = 3;
        var loss = Loss<double>(name);
        var output = OutputParameter(name, Features, Samples * draws);
        var observed = Mask<double>(Features, Samples);
        var target = WithUnknown(Target<double>(Features, Samples), observed, double.NaN);
        var weights = weighted ? Weights(Samples * draws) : [.. Enumerable.Repeat(1.0 / (Samples * draws), Samples * draws)];
        var perDraw = new double[Samples * draws];

        var report = GradientCheck.Run(
            () =>
            {
                loss.Forward(output.Value, target, perDraw, WorkerTeam.OfOne, observed);
                return weights.Zip(perDraw, (weight, one) => weight * one).Sum();
            },
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne, weighted ? weights : [], observed),
            [output, .. loss.Parameters]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_masked_column_has_the_loss_and_the_gradient_of_its_known_features_alone(string name)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            const int Features = 37;
            const int Samples = 4;
            const int Draws = 2;
            var loss = Loss<T>(name);
            var output = Output<T>(name, Features, Samples * Draws);
            var target = Target<T>(Features, Samples);
            var observed = Mask<T>(Features, Samples);
            var (perDraw, gradient, weights) = (new double[Samples * Draws], output.Clone(), Weights(Samples * Draws));
            loss.Forward(output, target, perDraw, WorkerTeam.OfOne, observed);
            loss.Backward(output, target, gradient, WorkerTeam.OfOne, weights, observed);
            var parameterGradients = loss.Parameters.Select(parameter => Some.Doubles(parameter.Gradient)[0]).ToArray();
            var sums = new double[parameterGradients.Length];

            for (var column = 0; column < Samples * Draws; column++)
            {
                var mask = Some.Column(observed, column / Draws).AsSpan().ToArray();
                var known = Enumerable.Range(0, Features).Where(feature => mask[feature] == T.One).ToArray();
                var knownRows = Enumerable.Range(0, output.RowCount).Where(row => known.Contains(row % Features)).ToArray();
                var (few, x) = (Rows(output, column, knownRows), Rows(target, column / Draws, known));
                var (alone, fewGradient) = (new double[1], few.Clone());
                loss.Forward(few, x, alone, WorkerTeam.OfOne);
                loss.Backward(few, x, fewGradient, WorkerTeam.OfOne, [weights[column]]);

                Assert.Equal(alone[0], perDraw[column]);              // the very bits
                Assert.Equal(Some.Doubles(fewGradient), Some.Doubles(Rows(gradient, column, knownRows)));
                Assert.All(
                    Enumerable.Range(0, output.RowCount).Except(knownRows),
                    row => Assert.Equal(T.Zero, gradient.At(row, column)));
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += Some.Doubles(loss.Parameters[i].Gradient)[0];
                }
            }

            // Eight terms below 40, each rounded to T.
            var tolerance = typeof(T) == typeof(float) ? 8 * 40 * 6e-8 : 8 * 40 * 1.2e-16;
            Assert.All(sums.Zip(parameterGradients), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Unknown_entries_of_the_target_have_no_influence_and_no_range(string name)
    {
        var observed = Mask<double>(33, 3);
        var expected = EverythingOf(name, WithUnknown(Target<double>(33, 3), observed, 0.25), observed);

        Assert.All(expected, value => Assert.True(double.IsFinite(value)));
        foreach (var unknown in new[] { double.NaN, 5, -1e300, double.PositiveInfinity })
        {
            Assert.Equal(expected, EverythingOf(name, WithUnknown(Target<double>(33, 3), observed, unknown), observed));
        }
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_mask_of_ones_alone_has_the_bits_of_no_mask(string name)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            => Assert.Equal(
                EverythingOf(name, Target<T>(33, 3), null), EverythingOf(name, Target<T>(33, 3), Some.Filled<T>(33, 3, 1)));
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_sample_of_which_nothing_is_known_has_the_loss_0_and_the_gradient_0(string name)
    {
        var everything = EverythingOf(name, Some.Filled<double>(33, 3, double.NaN), Some.Zeros<double>(33, 3));

        Assert.All(everything, value => Assert.Equal(0, value));
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void Masked_passes_have_the_same_bits_for_any_number_of_threads(string name)
    {
        var observed = Mask<float>(784, 35);
        var results = Some.ByTeamsOfOneTwoAndThree(team => EverythingOf(name, Target<float>(784, 35), observed, team));

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    // The oracle on probabilities uses plain arrays.
    [Theory]
    [InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance), InlineData(PixelVariance)]
    public void A_warm_masked_pass_allocates_nothing(string name)
    {
        using var team = new WorkerTeam(2);
        var loss = Loss<float>(name);
        var (output, target, observed) = (Output<float>(name, 784, 64), Target<float>(784, 32), Mask<float>(784, 32));
        var (gradient, perDraw, logDensity, weights) = (output.Clone(), new double[64], Some.Zeros<float>(784, 64), Weights(64));
        var draws = new RandomDraws(Seed: 1, Purpose: 0, Step: 0);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            loss.Forward(output, target, perDraw, team, observed);
            loss.Backward(output, target, gradient, team, weights, observed);
            loss.ForwardBackward(output, target, perDraw, gradient, team, observed);
            loss.LogDensity(output, target, logDensity, team, observed);
            loss.LogDensity(output, target, logDensity, team);
            loss.Draw(output, logDensity, draws);
        }));
    }

    [Theory]
    [InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance), InlineData(PixelVariance)]
    public void A_mask_with_another_number_than_0_or_1_is_refused_with_its_feature_and_its_sample(string name)
    {
        foreach (var wrong in new[] { 0.5, -1, 2, double.NaN })
        {
            var observed = Some.Filled<double>(5, 3, 1);
            observed.At(4, 2, wrong);

            var failure = Assert.Throws<ArgumentException>(() => Loss<double>(name).Forward(
                Output<double>(name, 5, 3), Target<double>(5, 3), new double[3], WorkerTeam.OfOne, observed));

            Assert.Equal(
                $"Must hold 0 or 1 alone, but feature 4 of sample 2 of the batch is {wrong}. (Parameter 'observed')",
                failure.Message);
        }
    }

    [Theory, MemberData(nameof(EveryLikelihood))]
    public void A_mask_of_another_shape_than_the_target_is_refused(string name)
    {
        var failure = Assert.Throws<ArgumentException>(() => Loss<double>(name).Forward(
            Output<double>(name, 5, 3), Target<double>(5, 3), new double[3], WorkerTeam.OfOne, Some.Filled<double>(5, 2, 1)));

        Assert.Equal("Must be 5 x 3 (features x samples), but is 5 x 2. (Parameter 'observed')", failure.Message);
    }

    [Theory, InlineData(OnLogits), InlineData(Continuous)]
    public void A_known_target_out_of_range_is_named_by_its_own_feature_under_a_mask(string name)
    {
        var (target, observed) = (Some.Filled<double>(9, 2, 0.5), Some.Filled<double>(9, 2, 1));
        observed.At(2, 1, 0);
        observed.At(3, 1, 0);
        target.At(2, 1, 7);
        target.At(6, 1, 7);
        var output = Output<double>(name, 9, 2);

        foreach (var pass in new Action[]
        {
            () => Loss<double>(name).Forward(output, target, new double[2], WorkerTeam.OfOne, observed),
            () => Loss<double>(name).LogDensity(output, target, output.Clone(), WorkerTeam.OfOne, observed),
        })
        {
            var failure = Assert.Throws<ArgumentException>(pass);
            Assert.Contains("feature 6 of sample 1 of the batch is 7.", failure.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>About two entries in three are known.</summary>
    internal static Matrix<T> Mask<T>(int features, int samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mask = Some.Matrix<T>(features, samples, seed: 9, low: 0, high: 3);
        foreach (ref var value in mask.AsSpan())
        {
            value = value < T.One ? T.Zero : T.One;
        }

        return mask;
    }

    internal static Matrix<T> WithUnknown<T>(Matrix<T> target, Matrix<T> observed, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < target.AsSpan().Length; i++)
        {
            if (observed.AsSpan()[i] == T.Zero)
            {
                target.AsSpan()[i] = T.CreateTruncating(value);
            }
        }

        return target;
    }

    private static Matrix<T> Rows<T>(Matrix<T> matrix, int column, int[] rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var few = Some.Zeros<T>(rows.Length, 1);
        for (var i = 0; i < rows.Length; i++)
        {
            few.At(i, 0, matrix.At(rows[i], column));
        }

        return few;
    }

    // Two draws of each sample: the losses, the gradients of the passes apart and of both in one, and the log-densities.
    private static double[] EverythingOf<T>(string name, Matrix<T> target, Matrix<T>? observed, WorkerTeam? team = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        team ??= WorkerTeam.OfOne;
        var loss = Loss<T>(name);
        var output = Output<T>(name, target.RowCount, 2 * target.ColumnCount);
        var (apart, together) = (new double[output.ColumnCount], new double[output.ColumnCount]);
        var (gradient, logDensity) = (output.Clone(), Some.Zeros<T>(target.RowCount, output.ColumnCount));

        var mean = loss.ForwardBackward(output, target, together, gradient, team, observed);
        var gradients = AllGradients(loss, gradient);
        Assert.Equal(mean, loss.Forward(output, target, apart, team, observed));
        Assert.Equal(together, apart);
        loss.Backward(output, target, gradient, team, observed: observed);
        Assert.Equal(gradients, AllGradients(loss, gradient));
        loss.LogDensity(output, target, logDensity, team, observed);
        return [mean, .. apart, .. gradients, .. Some.Doubles(logDensity)];
    }
}
