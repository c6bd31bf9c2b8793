using System.Numerics;

namespace Vae.Math.Tests;

public class SigmoidTests
{
    [Theory, InlineData(1, 1), InlineData(3, 1), InlineData(17, 4), InlineData(33, 5)]
    public void Backward_agrees_with_central_differences(int features, int samples)
    {
        var input = Some.Parameter("input", features, samples, seed: 1, low: -4, high: 4);
        var probe = Some.Matrix(features, samples, seed: 2);
        var output = Some.Zeros<double>(features, samples);

        var report = GradientCheck.Run(
            () =>
            {
                Sigmoid.Forward(input.Value, output);
                return Some.Inner(probe, output);
            },
            () =>
            {
                Sigmoid.Forward(input.Value, output);
                Sigmoid.Backward(output, probe, input.Gradient);
            },
            [input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, InlineData("sigmoid"), InlineData("sigmoidFarOut")]
    public void Agrees_with_PyTorch_in_double(string name) => RequireAgreementWithPyTorch<double>(name);

    [Theory, InlineData("sigmoid"), InlineData("sigmoidFarOut")]
    public void Agrees_with_PyTorch_in_float(string name) => RequireAgreementWithPyTorch<float>(name);

    // 1 to 40 straddles every vector's lanes.
    [Fact]
    public void Is_exactly_0_or_1_far_out_at_every_length()
    {
        for (var length = 1; length <= 40; length++)
        {
            RequireFarOut<float>(length);
            RequireFarOut<double>(length);
        }
    }

    [Fact]
    public void NaN_stays_NaN()
    {
        var matrix = Some.Filled<double>(9, 1, double.NaN);

        Sigmoid.Forward(matrix, matrix);

        Assert.All(matrix.AsSpan().ToArray(), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Works_in_place()
    {
        var (input, outputGradient) = (Some.Matrix(17, 3, seed: 1), Some.Matrix(17, 3, seed: 2));
        var (output, inputGradient) = (Some.Zeros<double>(17, 3), Some.Zeros<double>(17, 3));
        Sigmoid.Forward(input, output);
        Sigmoid.Backward(output, outputGradient, inputGradient);

        Sigmoid.Forward(input, input);
        Sigmoid.Backward(input, outputGradient, outputGradient);

        Assert.Equal(output, input);
        Assert.Equal(inputGradient, outputGradient);
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var (single, whole) = (Some.Zeros<float>(100, 3), Some.Zeros<double>(100, 3));

        Sigmoid.Forward(Some.Matrix<float>(100, 3, seed: 1, low: -20, high: 20), single);
        Sigmoid.Forward(Some.Matrix<double>(100, 3, seed: 1, low: -20, high: 20), whole);

        Assert.True(Some.Distance(whole, single) <= 2.4e-7);          // four roundings of numbers up to 1, at 6e-8 each
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var (output, gradient) = (Some.Matrix<float>(784, 20, seed: 1), Some.Matrix<float>(784, 20, seed: 2));

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            Sigmoid.Forward(output, output);
            Sigmoid.Backward(output, gradient, gradient);
        }));
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => Sigmoid.Backward(Some.Zeros<double>(3, 5), Some.Zeros<double>(3, 5), Some.Zeros<double>(2, 5)));

        Assert.Equal("Must be 3 x 5 (features x samples), but is 2 x 5. (Parameter 'inputGradient')", failure.Message);
    }

    private static void RequireFarOut<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (high, low) = (Some.Filled<T>(length, 1, 1000), Some.Filled<T>(length, 1, -1000));

        Sigmoid.Forward(high, high);
        Sigmoid.Forward(low, low);

        Assert.All(high.AsSpan().ToArray(), value => Assert.Equal(T.One, value));
        Assert.All(low.AsSpan().ToArray(), value => Assert.Equal(T.Zero, value));
    }

    private static void RequireAgreementWithPyTorch<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var input = golden.Samples<T>("input");
        var (output, inputGradient) = (input.Clone(), input.Clone());

        Sigmoid.Forward(input, output);
        Sigmoid.Backward(output, golden.Samples<T>("outputGradient"), inputGradient);

        GoldenCase.RequireAgreement(golden.Samples<double>("output"), output);
        GoldenCase.RequireAgreement(golden.Samples<double>("inputGradient"), inputGradient);
    }
}
