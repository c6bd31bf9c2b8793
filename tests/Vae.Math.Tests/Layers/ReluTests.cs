using System.Numerics;

namespace Vae.Math.Tests;

public class ReluTests
{
    [Theory, InlineData(1, 1), InlineData(3, 1), InlineData(17, 4), InlineData(33, 5)]
    public void Backward_agrees_with_central_differences(int features, int samples)
    {
        var input = Some.Parameter("input", features, samples, seed: 1);
        foreach (ref var value in input.Value.AsSpan())
        {
            value += double.CopySign(0.01, value);                    // the corner is no place for a difference quotient
        }

        var probe = Some.Matrix(features, samples, seed: 2);
        var output = Some.Zeros<double>(features, samples);

        var report = GradientCheck.Run(
            () =>
            {
                Relu.Forward(input.Value, output, WorkerTeam.OfOne);
                return Some.Inner(probe, output);
            },
            () =>
            {
                Relu.Forward(input.Value, output, WorkerTeam.OfOne);
                Relu.Backward(output, probe, input.Gradient, WorkerTeam.OfOne);
            },
            [input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, InlineData("relu"), InlineData("reluAtTheCorner")]
    public void Agrees_with_PyTorch_in_double(string name) => RequireAgreementWithPyTorch<double>(name);

    [Theory, InlineData("relu"), InlineData("reluAtTheCorner")]
    public void Agrees_with_PyTorch_in_float(string name) => RequireAgreementWithPyTorch<float>(name);

    [Fact]
    public void The_gradient_at_the_corner_is_zero()
    {
        var output = Some.Sample<double>(-1, 0, 0);
        Relu.Forward(Some.Sample<double>(-1, 0, -0.0), output, WorkerTeam.OfOne);
        var inputGradient = Some.Zeros<double>(3, 1);

        Relu.Backward(output, Some.Sample<double>(5, 6, 7), inputGradient, WorkerTeam.OfOne);

        Assert.Equal([0.0, 0.0, 0.0], inputGradient.AsSpan().ToArray());
    }

    [Theory, InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(31), InlineData(33)]
    public void NaN_stays_NaN(int features)
    {
        var matrix = Some.Filled<float>(features, 1, -1);
        matrix.At(features - 1, 0, float.NaN);

        Relu.Forward(matrix, matrix, WorkerTeam.OfOne);

        Assert.True(float.IsNaN(matrix.At(features - 1, 0)));
    }

    // 1 to 40 straddles every vector's lanes and what is left over, in both types.
    [Fact]
    public void Works_in_place_at_every_length()
    {
        for (var length = 1; length <= 40; length++)
        {
            RequireInPlace<float>(length);
            RequireInPlace<double>(length);
        }
    }

    [Fact]
    public void Results_have_the_same_bits_for_any_number_of_threads()
    {
        var samples = (3 * SimdLoop.PartLength / 784) + 5;            // more than three parts, the last one short
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var (output, gradient) = (Some.Matrix<float>(784, samples, seed: 1), Some.Matrix<float>(784, samples, seed: 2));
            Relu.Forward(output, output, team);
            Relu.Backward(output, gradient, gradient, team);
            return (float[])[.. output.AsSpan(), .. gradient.AsSpan()];
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        var (output, gradient) = (Some.Matrix<float>(784, 64, seed: 1), Some.Matrix<float>(784, 64, seed: 2));

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            Relu.Forward(output, output, team);
            Relu.Backward(output, gradient, gradient, team);
        }));
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => Relu.Forward(Some.Zeros<double>(3, 5), Some.Zeros<double>(3, 4), WorkerTeam.OfOne));

        Assert.Equal("Must be 3 x 5 (features x samples), but is 3 x 4. (Parameter 'output')", failure.Message);
    }

    private static void RequireInPlace<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (input, outputGradient) = (Some.Matrix<T>(length, 1, seed: length), Some.Matrix<T>(length, 1, seed: -length));
        var output = input.Clone();
        var gradient = outputGradient.Clone();

        Relu.Forward(output, output, WorkerTeam.OfOne);
        Relu.Backward(output, gradient, gradient, WorkerTeam.OfOne);

        for (var i = 0; i < length; i++)
        {
            var positive = input.At(i, 0) > T.Zero;
            Assert.Equal(positive ? input.At(i, 0) : T.Zero, output.At(i, 0));
            Assert.Equal(positive ? outputGradient.At(i, 0) : T.Zero, gradient.At(i, 0));
        }
    }

    private static void RequireAgreementWithPyTorch<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var input = golden.Samples<T>("input");
        var (output, inputGradient) = (input.Clone(), input.Clone());

        Relu.Forward(input, output, WorkerTeam.OfOne);
        Relu.Backward(output, golden.Samples<T>("outputGradient"), inputGradient, WorkerTeam.OfOne);

        GoldenCase.RequireAgreement(golden.Samples<double>("output"), output);
        GoldenCase.RequireAgreement(golden.Samples<double>("inputGradient"), inputGradient);
    }
}
