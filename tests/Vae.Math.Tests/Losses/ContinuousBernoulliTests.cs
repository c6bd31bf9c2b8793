using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class ContinuousBernoulliTests
{
    // 37 logits from 0 to +-1e30, dense about +-1 where a series takes over: as samples of 37 features they fill whole vectors
    // and leave single numbers over, and as samples of one feature they are single numbers.
    private static readonly GoldenCase Edges = GoldenCase.Named("continuousBernoulliAtTheEdges");

    [Fact]
    public void Agrees_with_PyTorch_in_double()
        => GoldenCase.RequireAgreement("continuousBernoulli", new ContinuousBernoulli<double>());

    [Fact]
    public void Agrees_with_PyTorch_in_float()
        => GoldenCase.RequireAgreement("continuousBernoulli", new ContinuousBernoulli<float>());

    // A logarithm right to 1.1 units, the roundings of the quotient and the difference in it, the sum's: below 4 units of 1 or of
    // the loss.
    [Theory, InlineData(0), InlineData(0.25), InlineData(1)]
    public void The_loss_is_right_to_a_few_units_in_the_last_place_at_any_logit(double target)
    {
        Check<float>(4 * 1.2e-7);
        Check<double>(4 * 2.3e-16);

        void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (var (logit, at0) in Edges.Numbers("logits").Zip(Edges.Numbers("lossesAt0")))
            {
                // At a large logit A(l) - l cancels, so that it is written out: A(l) - l = A(-l).
                var expected = target == 1
                    ? Edges.Numbers("lossesAt0")[Array.IndexOf(Edges.Numbers("logits"), -logit)]
                    : at0 - (logit * target);
                foreach (var features in new[] { 1, 16 })             // a single number, and a whole vector
                {
                    var loss = LossOf<T>(logit, target, features) / features;
                    Assert.True(
                        double.Abs(loss - expected) <= tolerance * double.Max(double.Abs(expected), 1),
                        $"{typeof(T).Name}, logit {logit}: {loss:R}, but should be {expected:R}.");
                }
            }
        }
    }

    [Fact]
    public void The_mean_is_right_to_a_few_units_in_the_last_place_at_any_logit()
    {
        Check<float>(4 * 1.2e-7);
        Check<double>(4 * 2.3e-16);

        static void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var logits = Edges.Numbers("logits");
            var mean = Some.Sample<T>(logits);
            new ContinuousBernoulli<T>().Mean(mean, mean);

            // Relative even to a small mean: 1/a is no difference, so nothing cancels.
            Assert.All(Edges.Numbers("means").Zip(Some.Doubles(mean), logits), entry => Assert.True(
                double.Abs(entry.Second - entry.First) <= tolerance * entry.First,
                $"{typeof(T).Name}, logit {entry.Third}: {entry.Second:R}, but should be {entry.First:R}."));
        }
    }

    [Fact]
    public void The_gradient_is_the_mean_less_the_target()
    {
        var logits = Some.Sample<double>(Edges.Numbers("logits"));
        var (target, gradient, mean) = (Some.Filled<double>(logits.RowCount, 1, 0.25), logits.Clone(), logits.Clone());

        new ContinuousBernoulli<double>().Backward(logits, target, gradient, WorkerTeam.OfOne);
        new ContinuousBernoulli<double>().Mean(logits, mean);

        Assert.Equal(mean - 0.25, gradient);                          // one and the same function
    }

    // Near the largest float, where 1 / |l| is a subnormal number: 16 such losses still have a sum.
    [Theory]
    [InlineData(0, 0), InlineData(100, 50), InlineData(-1e4f, 5e3f), InlineData(3e37f, 1.5e37f), InlineData(-3e37f, 1.5e37f)]
    public void Far_out_logits_have_a_finite_loss_and_gradient(float logit, float expected)
    {
        foreach (var features in new[] { 1, 16 })
        {
            var (output, gradient) = (Some.Filled<float>(features, 1, logit), Some.Zeros<float>(features, 1));

            var loss = new ContinuousBernoulli<float>().ForwardBackward(
                output, Some.Filled<float>(features, 1, 0.5), new double[1], gradient, WorkerTeam.OfOne);

            Assert.InRange(loss / features, expected - 10, expected + 1e-6 * expected); // less log |l| at the most
            Assert.All(Some.Doubles(gradient), value => Assert.Equal(double.Sign(logit) * 0.5, value, 0.011)); // 1 / |l| at 100
        }
    }

    // exp(-loss) is a density: the integral over x is 1. Simpson's rule with 2,000 intervals is off by l^4 / (180 * 2000^4):
    // 3e-10 at 30.
    [Theory, InlineData(0), InlineData(1e-8), InlineData(0.5), InlineData(-1), InlineData(3), InlineData(-10), InlineData(30)]
    public void Integrates_to_1(double logit)
    {
        const int Intervals = 2000;
        var x = Some.Zeros<double>(1, Intervals + 1);
        for (var i = 0; i <= Intervals; i++)
        {
            x.At(0, i, (double)i / Intervals);
        }

        var perSample = new double[Intervals + 1];
        new ContinuousBernoulli<double>().Forward(Some.Filled<double>(1, Intervals + 1, logit), x, perSample, WorkerTeam.OfOne);

        var terms = perSample.Select((loss, i) => (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * double.Exp(-loss));
        var integral = terms.Sum() / 3 / Intervals;
        Assert.Equal(1, integral, 1e-9);
    }

    [Fact]
    public void Is_the_cross_entropy_less_the_logarithm_of_the_normaliser()
    {
        var (logits, target) = (Some.Matrix(33, 4, seed: 1, low: -6, high: 6), Some.Matrix(33, 4, seed: 2, low: 0, high: 1));
        var (continuous, crossEntropy) = (new double[4], new double[4]);

        new ContinuousBernoulli<double>().Forward(logits, target, continuous, WorkerTeam.OfOne);
        new BinaryCrossEntropy<double>().Forward(logits, target, crossEntropy, WorkerTeam.OfOne);

        for (var sample = 0; sample < 4; sample++)
        {
            var logNormaliser = logits.ColumnSpan(sample).ToArray().Sum(l => double.Log(l / double.Tanh(l / 2)));
            Assert.Equal(crossEntropy[sample] - logNormaliser, continuous[sample], 1e-12); // 33 terms near 6, at a few 1e-16 each
        }
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_target_outside_0_to_1_is_refused_with_its_feature_and_its_sample(double wrong)
    {
        var target = Some.Filled<double>(50, 3, 0.5);
        target.At(32, 1, wrong);

        var failure = Assert.Throws<ArgumentException>(() => new ContinuousBernoulli<double>().Forward(
            Some.Zeros<double>(50, 6), target, new double[6], WorkerTeam.OfOne)); // two draws of each sample

        Assert.Equal(
            $"The continuous Bernoulli wants targets from 0 to 1, but feature 32 of sample 1 of the batch is {wrong}. "
            + "Scale the data to [0, 1], or use the Gaussian likelihood. (Parameter 'target')",
            failure.Message);
    }

    private static double LossOf<T>(double logit, double target, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new ContinuousBernoulli<T>().Forward(
            Some.Filled<T>(features, 1, logit), Some.Filled<T>(features, 1, target), new double[1], WorkerTeam.OfOne);
}
