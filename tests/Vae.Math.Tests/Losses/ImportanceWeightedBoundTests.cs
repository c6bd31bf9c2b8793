using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class ImportanceWeightedBoundTests
{
    [Fact]
    public void Is_the_logarithm_of_the_mean_weight()
        => Assert.Equal(
            double.Log(3),
            Bound(double.Log(1), double.Log(2), double.Log(3), double.Log(6)).Value,
            1e-15);                                                   // four roundings near 1

    // The mean of the logarithms would be log(36) / 4 = 0.9, the ELBO again.
    [Fact]
    public void Is_above_the_mean_of_the_log_weights()
    {
        var logWeights = Some.Doubles(Some.Matrix(20, 1, seed: 1, low: -3, high: 3));
        Assert.True(Bound(logWeights).Value > logWeights.Average() + 0.1);
    }

    [Fact]
    public void The_weights_are_divided_by_their_sum()
    {
        var (_, weights) = Bound(double.Log(1), double.Log(2), double.Log(3), double.Log(6));
        // roundings of numbers below 1
        Assert.All(weights.Zip([1.0 / 12, 2.0 / 12, 3.0 / 12, 6.0 / 12]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }

    [Theory, InlineData(-1000.1), InlineData(-0.3), InlineData(0), InlineData(800.7)]
    public void One_draw_gives_its_log_weight_to_the_last_bit(double logWeight)
    {
        var (value, weights) = Bound(logWeight);
        Assert.Equal(logWeight, value);
        Assert.Equal([1.0], weights);
    }

    // exp(-1000) is 0: without the largest taken out, this would be minus infinity. The sum of k ones over k is 1, and log 1 is
    // 0.
    [Theory, InlineData(2), InlineData(7), InlineData(1000)]
    public void Equal_log_weights_near_minus_1000_give_that_very_number(int draws)
    {
        var (value, weights) = Bound([.. Enumerable.Repeat(-1000.1, draws)]);
        Assert.Equal(-1000.1, value);
        Assert.All(weights, weight => Assert.Equal(1.0 / draws, weight));
    }

    [Theory, InlineData(-1000), InlineData(0), InlineData(1000)]
    public void Log_weights_that_are_hundreds_apart_count_for_what_they_are(double level)
    {
        var (value, weights) = Bound(level - 300, level, level - 1, level - 700);

        Assert.Equal(level + double.Log((1 + double.Exp(-1)) / 4), value, 5e-13); // numbers near 1000 are rounded at 1e-13
        Assert.Equal(1 / (1 + double.Exp(-1)), weights[1], 1e-15);     // numbers below 1
        Assert.Equal(double.Exp(-300), weights[0] / weights[1], 1e-140); // e^-300 = 5e-131, to its ninth digit
        Assert.Equal(double.Exp(-700), weights[3] / weights[1], 1e-313);
    }

    [Fact]
    public void A_draw_that_outweighs_all_others_leaves_itself_divided_by_their_number()
    {
        var (value, weights) = Bound([-1000, .. Enumerable.Repeat(-2000.0, 999)]);
        Assert.Equal(-1000 - double.Log(1000), value, 5e-13);         // numbers near 1000 are rounded at 1e-13
        Assert.Equal([1, .. new double[999]], weights);
    }

    [Fact]
    public void Draws_of_no_weight_count_in_the_mean()
    {
        var (value, weights) = Bound(double.NegativeInfinity, -5, double.NegativeInfinity, -5);
        Assert.Equal(-5 + double.Log(0.5), value, 2e-15);             // two roundings of numbers near 5
        Assert.Equal([0, 0.5, 0, 0.5], weights);
    }

    [Fact]
    public void No_weight_at_all_is_a_bound_of_minus_infinity_and_never_NaN()
    {
        var (value, weights) = Bound(double.NegativeInfinity, double.NegativeInfinity);
        Assert.Equal(double.NegativeInfinity, value);
        Assert.Equal([0.5, 0.5], weights);
    }

    [Theory]
    [InlineData(double.NaN, -1, -2)]
    [InlineData(-1, double.NaN, -2)]
    [InlineData(-1, -2, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.NaN, -2)]
    public void NaN_stays_NaN_in_its_own_sample(double first, double second, double third)
    {
        var (perSample, weights) = (new double[2], new double[6]);

        var mean = ImportanceWeightedBound.Forward([first, second, third, -1, -1, -1], perSample, weights);

        Assert.True(double.IsNaN(mean));
        Assert.True(double.IsNaN(perSample[0]));
        Assert.All(weights[..3], weight => Assert.True(double.IsNaN(weight)));
        Assert.Equal(-1, perSample[1]);
    }

    [Fact]
    public void The_draws_of_a_sample_stand_side_by_side_and_samples_are_averaged()
    {
        var (perSample, weights) = (new double[2], new double[4]);

        var mean = ImportanceWeightedBound.Forward([-1, -1, -900, -900], perSample, weights);

        Assert.Equal([-1.0, -900.0], perSample);
        Assert.Equal(-450.5, mean);
        Assert.All(weights, weight => Assert.Equal(0.5, weight));
    }

    [Fact]
    public void The_normalised_weights_of_a_sample_sum_to_1()
    {
        var weights = new double[150];
        ImportanceWeightedBound.Forward(
            Some.Doubles(Some.Matrix(50, 3, seed: 1, low: -1010, high: -1000)), new double[3], weights);
        Assert.All(weights.Chunk(50), sample => Assert.Equal(1, sample.Sum(), 1e-14)); // 50 roundings of sums below 1, at 1e-16
    }

    [Theory, InlineData(1, 3), InlineData(5, 1), InlineData(9, 4)]
    public void Backward_agrees_with_central_differences(int draws, int samples)
    {
        var logWeights = Some.Parameter("log-weights", draws, samples, seed: 1, low: -3, high: 3);
        var (perSample, weights) = (new double[samples], new double[draws * samples]);

        var report = GradientCheck.Run(
            () => -ImportanceWeightedBound.Forward(logWeights.Value.AsSpan(), perSample, weights),
            () =>
            {
                ImportanceWeightedBound.Forward(logWeights.Value.AsSpan(), perSample, weights);
                ImportanceWeightedBound.Backward(weights, samples, logWeights.Gradient.AsSpan());
            },
            [logWeights]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void The_gradient_may_take_the_place_of_the_weights()
    {
        double[] weights = [0.25, 0.75, 1, 0];
        ImportanceWeightedBound.Backward(weights, 2, weights);
        Assert.Equal([-0.125, -0.375, -0.5, -0.0], weights);
    }

    // The doubly reparameterised gradient is that of no bound but of -1/N sum c log w, with the weights
    // c = w - lambda w (1 - w) and q's mean and log-variance held fixed except in z.
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 5, 1)]
    [InlineData(2, 3, 5, 0.5)]
    [InlineData(17, 2, 3, 1)]
    [InlineData(20, 3, 2, 0.25)]
    public void The_second_reparameterisation_agrees_with_differences_of_its_surrogate(
        int latents, int samples, int draws, double weight)
    {
        var step = new Step<double>(latents, samples, draws);
        var (mean, logVariance) = (step.Mean.Value.Clone(), step.LogVariance.Value.Clone());
        double[] c = [.. step.Weights.Select(w => w - (weight * w * (1 - w)))];

        var report = GradientCheck.Run(
            () =>
            {
                step.Draw();
                var all = Enumerable.Range(0, samples * draws);
                return -all.Sum(draw => c[draw] * step.LogWeight(draw, mean, logVariance, weight)) / samples;
            },
            () => step.Backward(weight),
            [step.Mean, step.LogVariance]);

        Assert.True(report.Passes(), report.ToString());
    }

    // c = w^2: the share of the likelihood is w, that of the prior and the posterior w^2 / samples.
    [Fact]
    public void At_weight_1_a_draw_counts_with_the_square_of_its_weight()
    {
        var gradient = Some.Sample<double>(4);

        ImportanceWeightedBound.ReparameteriseTwice(
            Some.Sample<double>(3), Some.Sample<double>(-2), Some.Sample<double>(0), [0.5], 1, gradient);

        Assert.Equal((0.5 * 4) + (0.25 * (3 + 2)), gradient[0, 0]);   // powers of two: exact
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var (single, whole) = (new Step<float>(20, 3, 4), new Step<double>(20, 3, 4));
        single.Backward(0.5);
        whole.Backward(0.5);
        // some ten roundings of numbers below 4, at 2e-7 each
        Assert.True(Some.Distance(whole.LatentGradient, single.LatentGradient) <= 2e-6);
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var step = new Step<float>(20, 16, 5);
        var (logWeights, perSample, weights) = (Some.Doubles(Some.Matrix(5, 16, seed: 1)), new double[16], new double[80]);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            ImportanceWeightedBound.Forward(logWeights, perSample, weights);
            ImportanceWeightedBound.Backward(weights, 16, weights);
            ImportanceWeightedBound.ReparameteriseTwice(
                step.Latent, step.Noise, step.LogVariance.Value, weights, 1, step.LatentGradient);
        }));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        var (two, four) = (Some.Zeros<double>(3, 2), Some.Zeros<double>(3, 4));
        Assert.Equal(
            "Must be a multiple of the 2 samples, but has 5 log-weights. (Parameter 'logWeights')",
            Assert.Throws<ArgumentException>(
                () => ImportanceWeightedBound.Forward(new double[5], new double[2], new double[5])).Message);
        Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Forward(new double[4], [], new double[4]));
        Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Forward([], new double[2], []));
        Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Forward(new double[4], new double[2], new double[5]));
        Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Backward(new double[4], 2, new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImportanceWeightedBound.Backward(new double[4], 0, new double[4]));
        Assert.Throws<ArgumentException>(
            "noise", () => ImportanceWeightedBound.ReparameteriseTwice(four, two, two, new double[4], 1, four));
        Assert.Throws<ArgumentException>(
            "latent", () => ImportanceWeightedBound.ReparameteriseTwice(two, two, four, new double[2], 1, two));
        Assert.Throws<ArgumentException>(
            "latentGradient", () => ImportanceWeightedBound.ReparameteriseTwice(four, four, two, new double[4], 1, two));
        Assert.Throws<ArgumentException>(
            () => ImportanceWeightedBound.ReparameteriseTwice(four, four, two, new double[2], 1, four));
    }

    private static (double Value, double[] Weights) Bound(params double[] logWeights)
    {
        var (perSample, weights) = (new double[1], new double[logWeights.Length]);
        Assert.Equal(ImportanceWeightedBound.Forward(logWeights, perSample, weights), perSample[0]);
        return (perSample[0], weights);
    }

    // Draws of z with some weights; log p(x|z) = -|z - target|^2 / 2.
    private sealed class Step<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Matrix<T> _target;
        private readonly int _draws;

        public Step(int latents, int samples, int draws)
        {
            _draws = draws;
            Mean = new("mean", latents, samples);
            LogVariance = new("log-variance", latents, samples);
            Some.Matrix<T>(latents, samples, seed: 1).CopyTo(Mean.Value);
            Some.Matrix<T>(latents, samples, seed: 2).CopyTo(LogVariance.Value);
            Noise = Some.Matrix<T>(latents, samples * draws, seed: 3, low: -2, high: 2);
            _target = Some.Matrix<T>(latents, samples * draws, seed: 4);
            (Latent, LatentGradient) = (Noise.Clone(), Noise.Clone());
            Weights = new double[samples * draws];
            ImportanceWeightedBound.Forward(
                Some.Doubles(Some.Matrix(draws, samples, seed: 5, low: -2, high: 2)), new double[samples], Weights);
            Draw();
        }

        public Parameter<T> Mean { get; }

        public Parameter<T> LogVariance { get; }

        public Matrix<T> Noise { get; }

        public Matrix<T> Latent { get; }

        public Matrix<T> LatentGradient { get; }

        public double[] Weights { get; }

        public void Draw() => Reparameterisation.Forward(Mean.Value, LogVariance.Value, Noise, Latent);

        // From the densities themselves, their common constant left out.
        public double LogWeight(int draw, Matrix<double> mean, Matrix<double> logVariance, double weight)
            => Enumerable.Range(0, Latent.RowCount).Sum(i =>
            {
                var (z, target) = (double.CreateTruncating(Latent[i, draw]), double.CreateTruncating(_target[i, draw]));
                var (away, v) = (z - mean[i, draw / _draws], logVariance[i, draw / _draws]);
                return (-(z - target) * (z - target) / 2) + (weight * ((-z * z) + (away * away / double.Exp(v)) + v) / 2);
            });

        public void Backward(double weight)
        {
            Draw();
            Latent.Subtract(_target, LatentGradient);                 // w / N dlog p(x|z) / dz, with the sign of a loss
            for (var draw = 0; draw < Weights.Length; draw++)
            {
                foreach (ref var dz in LatentGradient.ColumnSpan(draw))
                {
                    dz *= T.CreateTruncating(Weights[draw] / Mean.Value.ColumnCount);
                }
            }

            ImportanceWeightedBound.ReparameteriseTwice(Latent, Noise, LogVariance.Value, Weights, weight, LatentGradient);
            Reparameterisation.Backward(LogVariance.Value, Noise, LatentGradient, Mean.Gradient, LogVariance.Gradient);
        }
    }
}
