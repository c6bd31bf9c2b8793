using System.Numerics;

namespace Vae.Math.Tests;

public class BinaryCrossEntropyTests
{
    [Theory, InlineData("binaryCrossEntropy"), InlineData("binaryCrossEntropyAtTheEdges")]
    public void Agrees_with_PyTorch_in_double(string name) => GoldenCase.RequireAgreement(name, new BinaryCrossEntropy<double>());

    [Theory, InlineData("binaryCrossEntropy"), InlineData("binaryCrossEntropyAtTheEdges")]
    public void Agrees_with_PyTorch_in_float(string name) => GoldenCase.RequireAgreement(name, new BinaryCrossEntropy<float>());

    // max(l, 0) - l x + log(1 + exp(-|l|)): with exp(-100) = 4e-44 nothing but the first two terms is left. 1 to 40 straddles
    // every vector's lanes: the vectors and the single numbers have exponentials of their own.
    [Theory]
    [InlineData(100, 0, 100)]
    [InlineData(100, 1, 0)]
    [InlineData(-100, 0, 0)]
    [InlineData(-100, 1, 100)]
    [InlineData(1000, 0, 1000)]
    [InlineData(1000, 1, 0)]
    [InlineData(1000, 0.25, 750)]
    [InlineData(-1000, 0, 0)]
    [InlineData(-1000, 1, 1000)]
    [InlineData(-1000, 0.25, 250)]
    public void Far_out_logits_have_a_finite_and_right_loss(double logit, double target, double expected)
    {
        for (var features = 1; features <= 40; features++)
        {
            // Within exp(-100); the products and sums of such numbers are exact.
            Assert.Equal(expected * features, LossOf<float>(logit, target, features), 1e-40);
            Assert.Equal(expected * features, LossOf<double>(logit, target, features), 1e-40);
        }
    }

    [Theory]
    [InlineData(100, 0, 1)]
    [InlineData(100, 1, 0)]
    [InlineData(-1000, 1, -1)]
    [InlineData(-1000, 0, 0)]
    [InlineData(1000, 0.25, 0.75)]
    public void Far_out_logits_have_the_difference_of_probability_and_target_as_gradient(
        double logit, double target, double expected)
    {
        for (var features = 1; features <= 40; features++)
        {
            // Within exp(-100).
            Assert.All(GradientOf<float>(logit, target, features), gradient => Assert.Equal(expected, gradient, 1e-40));
            Assert.All(GradientOf<double>(logit, target, features), gradient => Assert.Equal(expected, gradient, 1e-40));
        }
    }

    [Fact]
    public void An_indifferent_logit_stands_for_one_half()
    {
        // A vector's exp(0) may be a unit in the last place off, and so may the quotient.
        Assert.All(GradientOf<float>(0, 0.25, 17), gradient => Assert.Equal(0.25, gradient, 1.2e-7));
        Assert.All(GradientOf<double>(0, 0.25, 17), gradient => Assert.Equal(0.25, gradient, 2.3e-16));
    }

    [Fact]
    public void An_indifferent_logit_costs_ln_2_a_feature()
    {
        // Adding up 784 numbers near 1 in double: below 784 * 543 * 1e-16, and in float 784 * 543 * 6e-8 / 2 at the very worst.
        Assert.Equal(784 * double.Log(2), LossOf<double>(0, 0, 784), 1e-10);
        Assert.Equal(784 * double.Log(2), LossOf<float>(0, 1, 784), 1e-2);
    }

    // Each logit of 0 is a factor of 2 in a product whose logarithm is taken: 128 of them in a vector's lane would be 2^128,
    // which no float is.
    // 4,096 features are so many, and twice over, in a vector of 512 bits, and more in a narrower one.
    [Fact]
    public void Thousands_of_indifferent_logits_have_a_finite_and_right_loss_in_float()
        // Some forty sums of up to 2,839, each rounded at half of 2^-12: 40 * 1.2e-4.
        => Assert.Equal(4096 * double.Log(2), LossOf<float>(0, 1, 4096), 5e-3);

    // log(1 + e) of a small e, written naively, is log of the rounded 1 + e: wrong by 1e-16 / e, a thousandth at l = 30.
    [Theory, InlineData(10), InlineData(20), InlineData(30), InlineData(40), InlineData(300)]
    public void A_confident_right_answer_keeps_the_digits_of_its_small_loss(double logit)
    {
        var e = double.Exp(-logit);
        var expected = e - (e * e / 2) + (e * e * e / 3) - (e * e * e * e / 4); // the next term is below 1e-18 of it at l = 10

        foreach (var features in new[] { 1, 16 })                     // single numbers, and whole vectors
        {
            // A few roundings of exp, log and the sum, at 1e-16 each; exp's argument is exact.
            Assert.Equal(1, LossOf<double>(logit, 1, features) / (expected * features), 1e-14);
            Assert.Equal(1, LossOf<double>(-logit, 0, features) / (expected * features), 1e-14);
        }
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(255)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_target_outside_0_to_1_is_refused_with_its_feature_and_its_sample(double wrong)
    {
        foreach (var feature in new[] { 0, 6, 32, 49 })
        {
            var target = Some.Filled<double>(50, 3, 0.5);
            target.At(feature, 1, wrong);

            var failure = Assert.Throws<ArgumentException>(() => new BinaryCrossEntropy<double>().Forward(
                Some.Zeros<double>(50, 3), target, new double[3], WorkerTeam.OfOne));

            Assert.Equal(
                $"Binary cross-entropy wants targets from 0 to 1, but feature {feature} of sample 1 of the batch is {wrong}. "
                + "Scale the data to [0, 1], or use the Gaussian likelihood. (Parameter 'target')",
                failure.Message);
        }
    }

    [Fact]
    public void A_target_of_a_hair_above_1_is_refused_in_float()
        => Assert.Throws<ArgumentException>(() => LossOf<float>(0, float.BitIncrement(1), 17));

    [Fact]
    public void Targets_as_far_below_0_as_others_are_above_1_are_refused_all_the_same()
        => Assert.Throws<ArgumentException>(() => new BinaryCrossEntropy<double>().Forward(
            Some.Zeros<double>(2, 1), Some.Sample<double>(-0.5, 1.5), new double[1], WorkerTeam.OfOne));

    [Fact]
    public void A_refusal_by_another_thread_of_the_team_is_rethrown()
    {
        using var team = new WorkerTeam(3);
        var target = Some.Filled<float>(784, 100, 0.5);
        target.At(783, 99, 2);                                        // in the last of five parts

        var failure = Assert.Throws<ArgumentException>(
            () => new BinaryCrossEntropy<float>().Forward(Some.Zeros<float>(784, 100), target, new double[100], team));

        Assert.Contains("feature 783 of sample 99 of the batch is 2.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mean_is_the_sigmoid_of_the_logits()
    {
        var (logits, mean, sigmoid) = (Some.Matrix(17, 3, seed: 1), Some.Zeros<double>(17, 3), Some.Zeros<double>(17, 3));

        new BinaryCrossEntropy<double>().Mean(logits, mean);
        Sigmoid.Forward(logits, sigmoid);

        Assert.Equal(sigmoid, mean);
    }

    [Fact]
    public void Equals_the_loss_on_the_probabilities_of_the_logits()
    {
        var (logits, target) = (Some.Matrix(33, 4, seed: 1, low: -6, high: 6), Some.Matrix(33, 4, seed: 2, low: 0, high: 1));
        var probabilities = Some.Zeros<double>(33, 4);
        Sigmoid.Forward(logits, probabilities);

        var onLogits = new BinaryCrossEntropy<double>().Forward(logits, target, new double[4], WorkerTeam.OfOne);
        var onProbabilities = new BinaryCrossEntropyOnProbabilities<double>().Forward(
            probabilities, target, new double[4], WorkerTeam.OfOne);

        // 1 - p has lost up to e^6 = 400 of its 1e-16 before the logarithm.
        Assert.Equal(1, onProbabilities / onLogits, 1e-13);
    }

    [Fact]
    public void The_gradient_on_logits_is_that_on_probabilities_times_the_slope_of_the_sigmoid()
    {
        var (logits, target) = (Some.Matrix(33, 4, seed: 1, low: -6, high: 6), Some.Matrix(33, 4, seed: 2, low: 0, high: 1));
        var (p, dp, chained, direct) = (logits.Clone(), logits.Clone(), logits.Clone(), logits.Clone());

        Sigmoid.Forward(logits, p);
        new BinaryCrossEntropyOnProbabilities<double>().Backward(p, target, dp, WorkerTeam.OfOne);
        Sigmoid.Backward(p, dp, chained);
        new BinaryCrossEntropy<double>().Backward(logits, target, direct, WorkerTeam.OfOne);

        Assert.True(Some.Distance(direct, chained) <= 1e-13);         // as above
    }

    private static double LossOf<T>(double logit, double target, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new BinaryCrossEntropy<T>().Forward(
            Some.Filled<T>(features, 1, logit), Some.Filled<T>(features, 1, target), new double[1], WorkerTeam.OfOne);

    private static double[] GradientOf<T>(double logit, double target, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradient = Some.Zeros<T>(features, 1);
        new BinaryCrossEntropy<T>().Backward(
            Some.Filled<T>(features, 1, logit), Some.Filled<T>(features, 1, target), gradient, WorkerTeam.OfOne);
        return Some.Doubles(gradient);
    }
}
