using System.Numerics;

namespace Vae.Math.Tests;

/// <summary>The logistic function that turns logits into probabilities. <see cref="ElementwiseTests"/> has its errors and
/// edges.</summary>
public class SigmoidTests
{
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
    public void Float_agrees_with_double()
    {
        var (single, whole) = (Some.Zeros<float>(100, 3), Some.Zeros<double>(100, 3));

        Sigmoid.Forward(Some.Matrix<float>(100, 3, seed: 1, low: -20, high: 20), single);
        Sigmoid.Forward(Some.Matrix<double>(100, 3, seed: 1, low: -20, high: 20), whole);

        Assert.True(Some.Distance(whole, single) <= 2.4e-7);          // four roundings of numbers up to 1, at 6e-8 each
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
