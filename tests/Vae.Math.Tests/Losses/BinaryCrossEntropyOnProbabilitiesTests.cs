namespace Vae.Math.Tests;

public class BinaryCrossEntropyOnProbabilitiesTests
{
    [Theory, InlineData("binaryCrossEntropyOnProbabilities"), InlineData("binaryCrossEntropyOnProbabilitiesAtTheEdges")]
    public void Agrees_with_PyTorch_in_double(string name)
        => GoldenCase.RequireAgreement(name, new BinaryCrossEntropyOnProbabilities<double>());

    [Theory, InlineData("binaryCrossEntropyOnProbabilities"), InlineData("binaryCrossEntropyOnProbabilitiesAtTheEdges")]
    public void Agrees_with_PyTorch_in_float(string name)
        => GoldenCase.RequireAgreement(name, new BinaryCrossEntropyOnProbabilities<float>());

    [Theory, InlineData(0, 1, 100), InlineData(1, 0, 100), InlineData(0, 0, 0), InlineData(1, 1, 0), InlineData(0, 0.25, 25)]
    public void A_logarithm_is_at_least_minus_100(double probability, double target, double expected)
    {
        var loss = new BinaryCrossEntropyOnProbabilities<double>().Forward(
            Some.Sample<double>(probability), Some.Sample<double>(target), new double[1], WorkerTeam.OfOne);

        Assert.Equal(expected, loss);
    }

    [Theory, InlineData(-0.001), InlineData(1.001), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_probability_outside_0_to_1_is_refused_with_its_feature_and_its_sample(double wrong)
    {
        var output = Some.Filled<double>(5, 3, 0.5);
        output.At(4, 2, wrong);

        var failure = Assert.Throws<ArgumentException>(() => new BinaryCrossEntropyOnProbabilities<double>().Forward(
            output, Some.Zeros<double>(5, 3), new double[3], WorkerTeam.OfOne));

        Assert.Equal(
            $"Must lie from 0 to 1, but feature 4 of sample 2 of the batch is {wrong}. (Parameter 'output')", failure.Message);
    }

    [Theory, InlineData(-0.001), InlineData(1.001), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_target_outside_0_to_1_is_refused_with_its_feature_and_its_sample(double wrong)
    {
        var target = Some.Filled<double>(5, 3, 0.5);
        target.At(0, 1, wrong);

        var failure = Assert.Throws<ArgumentException>(() => new BinaryCrossEntropyOnProbabilities<double>().Forward(
            Some.Filled<double>(5, 3, 0.5), target, new double[3], WorkerTeam.OfOne));

        Assert.Equal(
            $"Must lie from 0 to 1, but feature 0 of sample 1 of the batch is {wrong}. (Parameter 'target')", failure.Message);
    }
}
