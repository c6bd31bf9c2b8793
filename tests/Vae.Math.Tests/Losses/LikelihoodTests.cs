using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The loss and the gradient of every likelihood without a mask. The values and edges of each are in a file of its
/// own.</summary>
public class LikelihoodTests
{
    internal const string OnLogits = nameof(BinaryCrossEntropy<>);
    internal const string OnProbabilities = nameof(BinaryCrossEntropyOnProbabilities<>);
    internal const string Gaussian = nameof(GaussianLikelihood<>);
    internal const string Continuous = nameof(ContinuousBernoulli<>);
    internal const string LearntVariance = nameof(GaussianWithVariance<>);
    internal const string PixelVariance = nameof(GaussianPixelVariance<>);

    internal static readonly string[] Names = [OnLogits, OnProbabilities, Gaussian, Continuous, LearntVariance, PixelVariance];

    public static TheoryData<string> EveryLoss => [.. Names];

    // Features that straddle the lanes of every vector; one sample and more.
    public static TheoryData<string, int, int> EveryLossAndShape
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var loss in Names)
            {
                foreach (var features in new[] { 1, 3, 16, 17, 33 })
                {
                    data.Add(loss, features, 1);
                    data.Add(loss, features, 4);
                }
            }

            return data;
        }
    }

    public static TheoryData<string, int> EveryLossAndDraws
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var loss in Names)
            {
                data.Add(loss, 1);
                data.Add(loss, 3);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryLossAndShape))]
    public void Backward_agrees_with_central_differences(string name, int features, int samples)
    {
        var loss = Loss<double>(name);
        var output = OutputParameter(name, features, samples);
        var target = Target<double>(features, samples);
        var perSample = new double[samples];

        var report = GradientCheck.Run(
            () => loss.Forward(output.Value, target, perSample, WorkerTeam.OfOne),
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne),
            [output, .. loss.Parameters]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(EveryLossAndShape))]
    public void Forward_and_backward_in_one_have_the_bits_of_both(string name, int features, int samples)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var loss = Loss<T>(name);
            var (output, target) = (Output<T>(name, features, samples), Target<T>(features, samples));
            var (apart, together) = (new double[samples], new double[samples]);
            var (gradientApart, gradientTogether) = (output.Clone(), Some.Filled<T>(output.RowCount, samples, 7));

            var meanApart = loss.Forward(output, target, apart, WorkerTeam.OfOne);
            loss.Backward(output, target, gradientApart, WorkerTeam.OfOne);
            var gradientsApart = AllGradients(loss, gradientApart);
            var meanTogether = loss.ForwardBackward(output, target, together, gradientTogether, WorkerTeam.Shared);

            Assert.Equal(meanApart, meanTogether);
            Assert.Equal(apart, together);
            Assert.Equal(gradientsApart, AllGradients(loss, gradientTogether));
        }
    }

    // Were it not so, the same KL weight would mean something else at another batch size.
    [Theory, MemberData(nameof(EveryLossAndShape))]
    public void The_loss_of_a_batch_is_the_mean_of_the_losses_of_its_samples(string name, int features, int samples)
    {
        var loss = Loss<double>(name);
        var (output, target) = (Output<double>(name, features, samples), Target<double>(features, samples));
        var (together, alone) = (new double[samples], new double[samples]);

        var mean = loss.Forward(output, target, together, WorkerTeam.OfOne);
        for (var sample = 0; sample < samples; sample++)
        {
            alone[sample] = loss.Forward(
                Some.Column(output, sample), Some.Column(target, sample), new double[1], WorkerTeam.OfOne);
        }

        Assert.Equal(alone, together);                                // the very bits: a sample never sees its neighbours
        // two orders of adding up at most 4 numbers, 1e-16 each
        Assert.Equal(alone.Average(), mean, 1e-14 * alone.Average(double.Abs));
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void The_gradient_of_a_sample_in_a_batch_is_its_own_divided_by_the_number_of_samples(string name)
    {
        const int Features = 17;
        const int Samples = 5;
        var loss = Loss<double>(name);
        var (output, target) = (Output<double>(name, Features, Samples), Target<double>(Features, Samples));
        var (together, alone) = (output.Clone(), Some.Column(output, 0));

        loss.Backward(output, target, together, WorkerTeam.OfOne);
        for (var sample = 0; sample < Samples; sample++)
        {
            loss.Backward(Some.Column(output, sample), Some.Column(target, sample), alone, WorkerTeam.OfOne);
            var distance = Some.Distance(alone / Samples, Some.Column(together, sample));
            // a few roundings at 1e-16 of numbers below 4
            Assert.True(distance <= 1e-15, $"Sample {sample} differs by {distance}.");
        }
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void Losses_and_gradients_have_the_same_bits_for_any_number_of_threads(string name)
    {
        const int Samples = 70;                                       // 784 x 70 numbers: four parts, the last one short
        var loss = Loss<float>(name);
        var (output, target) = (Output<float>(name, 784, Samples), Target<float>(784, Samples));
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var (perSample, gradient) = (new double[Samples], output.Clone());
            var mean = loss.Forward(output, target, perSample, team);
            loss.Backward(output, target, gradient, team);
            return (double[])[mean, .. perSample, .. AllGradients(loss, gradient)];
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    // Where a sample begins in memory must not matter: 785 numbers a sample put every sample at another alignment.
    [Theory, MemberData(nameof(EveryLoss))]
    public void Equal_samples_have_equal_losses_wherever_they_lie_in_memory(string name)
    {
        RequireEqualLosses<float>(name);
        RequireEqualLosses<double>(name);
    }

    // A sum of 784 terms of a few at most, each right to a few 6e-8 and added up in at most 784 roundings of 6e-8: 5e-5 of the
    // terms' sum at the worst, and lane by lane far less. Where all terms have one sign, their sum is the loss; where they have
    // both, it is at least the mean of the terms' size times 784. Gradients are differences of numbers up to 1, up to 25 where p
    // (1 - p) divides, up to 8 where a variance does, and round a few times at 6e-8. The variance's own is a sum like the loss.
    [Theory]
    [InlineData(OnLogits, 1, 0)]
    [InlineData(OnProbabilities, 25, 0)]
    [InlineData(Gaussian, 2, 0)]
    [InlineData(Continuous, 1, 784)]
    [InlineData(LearntVariance, 2, 784)]
    [InlineData(PixelVariance, 8, 784)]
    public void Float_agrees_with_double(string name, double largestGradient, double sumOfSizes)
    {
        const int Samples = 3;
        var (single, whole) = (new double[Samples], new double[Samples]);
        var (singleLoss, wholeLoss) = (Loss<float>(name), Loss<double>(name));
        var (singleGradient, wholeGradient) = (Output<float>(name, 784, Samples), Output<double>(name, 784, Samples));

        singleLoss.Forward(Output<float>(name, 784, Samples), Target<float>(784, Samples), single, WorkerTeam.OfOne);
        wholeLoss.Forward(Output<double>(name, 784, Samples), Target<double>(784, Samples), whole, WorkerTeam.OfOne);
        singleLoss.Backward(Output<float>(name, 784, Samples), Target<float>(784, Samples), singleGradient, WorkerTeam.OfOne);
        wholeLoss.Backward(Output<double>(name, 784, Samples), Target<double>(784, Samples), wholeGradient, WorkerTeam.OfOne);

        Assert.All(whole.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 5e-5 * double.Max(pair.First, sumOfSizes)));
        Assert.True(Some.Distance(wholeGradient, singleGradient) <= 3e-7 * largestGradient);
        Assert.All(
            wholeLoss.Parameters.Zip(singleLoss.Parameters),
            pair => Assert.True(Some.Distance(pair.First.Gradient, pair.Second.Gradient) <= 5e-5 * sumOfSizes));
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void Backward_overwrites_the_gradient(string name)
    {
        var (loss, output) = (Loss<double>(name), Output<double>(name, 17, 3));
        var gradient = Some.Filled<double>(output.RowCount, 3, double.NaN);
        Assert.All(loss.Parameters, parameter => parameter.Gradient.AsSpan().Fill(double.NaN));

        loss.Backward(output, Target<double>(17, 3), gradient, WorkerTeam.OfOne);

        Assert.All(AllGradients(loss, gradient), value => Assert.True(double.IsFinite(value)));
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void A_pass_that_is_warm_allocates_nothing(string name)
    {
        using var team = new WorkerTeam(2);
        var loss = Loss<float>(name);
        var (output, target) = (Output<float>(name, 784, 64), Target<float>(784, 32)); // two draws of each
        var (gradient, perSample, weights) = (output.Clone(), new double[64], Weights(64));

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            loss.Forward(output, target, perSample, team);
            loss.Backward(output, target, gradient, team);
            loss.Backward(output, target, gradient, team, weights);
            loss.ForwardBackward(output, target, perSample, gradient, team);
        }));
    }

    // The one on probabilities refuses such an output, see BinaryCrossEntropyOnProbabilitiesTests.
    [Theory]
    [InlineData(OnLogits), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance), InlineData(PixelVariance)]
    public void An_output_that_is_not_a_number_gives_a_loss_that_is_none(string name)
    {
        foreach (var features in new[] { 1, 7, 16, 33 })
        {
            for (var row = features - 1; row < Output<float>(name, features, 2).RowCount; row += features)
            {
                var output = Output<float>(name, features, 2);
                output.At(row, 1, float.NaN);

                Assert.True(
                    double.IsNaN(Loss<float>(name).Forward(output, Target<float>(features, 2), new double[2], WorkerTeam.OfOne)));
            }
        }
    }

    [Theory]
    [InlineData(OnLogits), InlineData(OnProbabilities), InlineData(Gaussian), InlineData(Continuous), InlineData(LearntVariance)]
    public void The_mean_may_be_computed_in_place(string name)
    {
        var loss = Loss<double>(name);
        var (output, mean) = (Output<double>(name, 17, 3), Some.Zeros<double>(17, 3));

        loss.Mean(output, mean);
        loss.Mean(output, output);

        Assert.Equal(mean, output);
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void A_wrong_shape_of_the_target_is_named_with_both_shapes(string name)
    {
        var output = Output<double>(name, 3, 5);
        var rows = output.RowCount;

        var columns = Assert.Throws<ArgumentException>(
            () => Loss<double>(name).Forward(output, Target<double>(3, 4), new double[5], WorkerTeam.OfOne));
        var features = Assert.Throws<ArgumentException>(
            () => Loss<double>(name).Forward(output, Target<double>(4, 5), new double[5], WorkerTeam.OfOne));

        Assert.Equal(
            $"Must be {rows} x 4 for a target of 3 x 4 (features x samples), or {rows} x a multiple of 4 where a sample has "
            + $"several draws, but is {rows} x 5. (Parameter 'output')",
            columns.Message);
        Assert.StartsWith(
            $"Must be {rows / 3 * 4} x 5 for a target of 4 x 5 (features x samples)", features.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void A_wrong_shape_of_the_gradient_is_named_with_both_shapes(string name)
    {
        var failure = Assert.Throws<ArgumentException>(() => Loss<double>(name).Backward(
            Output<double>(name, 3, 5), Target<double>(3, 5), Some.Zeros<double>(2, 5), WorkerTeam.OfOne));

        Assert.Equal(
            $"Must be {Output<double>(name, 3, 5).RowCount} x 5 (features x samples), but is 2 x 5. (Parameter 'outputGradient')",
            failure.Message);
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void A_missing_place_for_the_loss_of_a_sample_is_refused(string name)
    {
        var failure = Assert.Throws<ArgumentException>(() => Loss<double>(name).Forward(
            Output<double>(name, 3, 5), Target<double>(3, 5), new double[4], WorkerTeam.OfOne));

        Assert.Equal("Must have a place for each of the 5 draws, but has 4. (Parameter 'perDraw')", failure.Message);
    }

    // Several draws of a sample are columns side by side, which are compared with the same target.
    [Theory, MemberData(nameof(EveryLossAndShape))]
    public void Draws_have_the_bits_of_a_target_that_is_repeated(string name, int features, int samples)
    {
        Check<float>();
        Check<double>();

        void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            const int Draws = 3;
            var (output, target) = (Output<T>(name, features, samples * Draws), Target<T>(features, samples));
            var repeated = Some.Zeros<T>(features, samples * Draws);
            for (var column = 0; column < samples * Draws; column++)
            {
                target.ColumnSpan(column / Draws).CopyTo(repeated.ColumnSpan(column));
            }

            Assert.Equal(EverythingOf(name, output, repeated), EverythingOf(name, output, target));
            var weights = Weights(samples * Draws);
            Assert.Equal(GradientsOf(name, output, repeated, weights), GradientsOf(name, output, target, weights));
        }
    }

    [Theory, MemberData(nameof(EveryLossAndShape))]
    public void Equal_weights_of_one_in_all_have_the_bits_of_the_mean(string name, int features, int samples)
    {
        var (output, target) = (Output<double>(name, features, samples), Target<double>(features, samples));
        var weights = Enumerable.Repeat(1.0 / samples, samples).ToArray();

        Assert.Equal(GradientsOf(name, output, target, []), GradientsOf(name, output, target, weights));
    }

    [Theory, MemberData(nameof(EveryLossAndDraws))]
    public void A_weighted_backward_pass_agrees_with_central_differences(string name, int draws)
    {
        const int Features = 17;
        const int Samples = 2;
        var loss = Loss<double>(name);
        var output = OutputParameter(name, Features, Samples * draws);
        var target = Target<double>(Features, Samples);
        var weights = Weights(Samples * draws);
        var perSample = new double[Samples * draws];

        var report = GradientCheck.Run(
            () =>
            {
                loss.Forward(output.Value, target, perSample, WorkerTeam.OfOne);
                return weights.Zip(perSample, (weight, one) => weight * one).Sum();
            },
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne, weights),
            [output, .. loss.Parameters]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(EveryLossAndDraws))]
    public void The_backward_pass_of_several_draws_agrees_with_central_differences(string name, int draws)
    {
        const int Features = 17;
        const int Samples = 2;
        var loss = Loss<double>(name);
        var output = OutputParameter(name, Features, Samples * draws);
        var (target, perSample) = (Target<double>(Features, Samples), new double[Samples * draws]);

        var report = GradientCheck.Run(
            () => loss.Forward(output.Value, target, perSample, WorkerTeam.OfOne),
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne),
            [output, .. loss.Parameters]);

        Assert.True(report.Passes(), report.ToString());
    }

    // An output that is not a number has a gradient that is none; a weight of 0 leaves it out all the same.
    [Theory, MemberData(nameof(EveryLoss))]
    public void A_column_of_weight_0_has_the_gradient_0_and_leaves_the_others_alone(string name)
    {
        var (output, target) = (Output<double>(name, 17, 3), Target<double>(17, 3));
        var expected = GradientsOf(name, output, target, [0.5, 0, -2]);
        output.ColumnSpan(1).Fill(double.NaN);

        var gradients = GradientsOf(name, output, target, [0.5, 0, -2]);

        Assert.Equal(expected, gradients);
        Assert.All(gradients.AsSpan(output.RowCount, output.RowCount).ToArray(), value => Assert.Equal(0, value));
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void Draws_that_do_not_fall_to_the_samples_evenly_are_refused(string name)
    {
        var (output, target) = (Output<double>(name, 3, 7), Target<double>(3, 2));

        var failures = new[]
        {
            Assert.Throws<ArgumentException>(() => Loss<double>(name).Forward(output, target, new double[7], WorkerTeam.OfOne)),
            Assert.Throws<ArgumentException>(() => Loss<double>(name).Backward(output, target, output.Clone(), WorkerTeam.OfOne)),
            Assert.Throws<ArgumentException>(
                () => Loss<double>(name).ForwardBackward(output, target, new double[7], output.Clone(), WorkerTeam.OfOne)),
        };

        Assert.All(failures, failure => Assert.Equal(
            $"Must be {output.RowCount} x 2 for a target of 3 x 2 (features x samples), or {output.RowCount} x a multiple of 2 "
            + $"where a sample has several draws, but is {output.RowCount} x 7. (Parameter 'output')",
            failure.Message));
    }

    [Theory, MemberData(nameof(EveryLoss))]
    public void Weights_that_are_not_one_for_each_column_are_refused(string name)
    {
        var (output, target) = (Output<double>(name, 3, 4), Target<double>(3, 2));

        var failure = Assert.Throws<ArgumentException>(
            () => Loss<double>(name).Backward(output, target, output.Clone(), WorkerTeam.OfOne, [0.5, 0.5]));

        Assert.Equal(
            "Must be empty or hold a weight for each of the output's 4 columns, but holds 2. (Parameter 'weights')",
            failure.Message);
    }

    private static void RequireEqualLosses<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Features = 785;
        const int Samples = 33;
        var (one, x) = (Output<T>(name, Features, 1), Target<T>(Features, 1));
        var (output, target) = (Some.Zeros<T>(one.RowCount, Samples), Some.Zeros<T>(Features, Samples));
        for (var sample = 0; sample < Samples; sample++)
        {
            one.AsSpan().CopyTo(output.ColumnSpan(sample));
            x.AsSpan().CopyTo(target.ColumnSpan(sample));
        }

        var perSample = new double[Samples];
        Loss<T>(name).Forward(output, target, perSample, WorkerTeam.OfOne);

        Assert.All(perSample, value => Assert.Equal(perSample[0], value));
    }

    // The mean, each column's loss and all gradients, of the passes apart and of both in one: any of the two may be compared.
    private static double[] EverythingOf<T>(string name, Matrix<T> output, Matrix<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loss = Loss<T>(name);
        var (perSample, gradient) = (new double[output.ColumnCount], output.Clone());
        var together = loss.ForwardBackward(output, target, perSample, gradient, WorkerTeam.OfOne);
        var mean = loss.Forward(output, target, perSample, WorkerTeam.OfOne);
        return [mean, together, .. perSample, .. AllGradients(loss, gradient)];
    }

    private static double[] GradientsOf<T>(string name, Matrix<T> output, Matrix<T> target, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (loss, gradient) = (Loss<T>(name), output.Clone());
        loss.Backward(output, target, gradient, WorkerTeam.OfOne, weights);
        return AllGradients(loss, gradient);
    }

    internal static double[] AllGradients<T>(ILikelihood<T> loss, Matrix<T> outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. Some.Doubles(outputGradient), .. loss.Parameters.SelectMany(parameter => Some.Doubles(parameter.Gradient))];

    // Of either sign, and not adding up to 1.
    internal static double[] Weights(int columns) => Some.Doubles(Some.Matrix(columns, 1, seed: 5));

    internal static Parameter<double> OutputParameter(string name, int features, int columns)
    {
        var value = Output<double>(name, features, columns);
        var output = new Parameter<double>("output", value.RowCount, value.ColumnCount);
        value.CopyTo(output.Value);
        return output;
    }

    internal static ILikelihood<T> Loss<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => name switch
        {
            OnLogits => new BinaryCrossEntropy<T>(),
            OnProbabilities => new BinaryCrossEntropyOnProbabilities<T>(),
            Gaussian => new GaussianLikelihood<T>(),
            Continuous => new ContinuousBernoulli<T>(),
            LearntVariance => WithRawLogVariance(new GaussianWithVariance<T>(), 0.5),
            PixelVariance => new GaussianPixelVariance<T>(),
            _ => throw new ArgumentException($"There is no loss {name}.", nameof(name)),
        };

    internal static Matrix<T> Output<T>(string name, int features, int samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => name switch
        {
            OnLogits or Continuous => Some.Matrix<T>(features, samples, seed: 1, low: -5, high: 5),
            OnProbabilities => Some.Matrix<T>(features, samples, seed: 1, low: 0.05, high: 0.95),
            PixelVariance => Some.Matrix<T>(2 * features, samples, seed: 1),
            _ => Some.Matrix<T>(features, samples, seed: 1),
        };

    private static GaussianWithVariance<T> WithRawLogVariance<T>(GaussianWithVariance<T> loss, double raw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        loss.RawLogVariance.Value.AsSpan().Fill(T.CreateTruncating(raw));
        return loss;
    }

    internal static Matrix<T> Target<T>(int features, int samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Some.Matrix<T>(features, samples, seed: 2, low: 0, high: 1);
}
