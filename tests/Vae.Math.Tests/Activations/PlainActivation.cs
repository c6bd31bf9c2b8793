using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The oracle of the activations' passes: each formula on one number at a time, in a plain loop.</summary>
internal static class PlainActivation
{
    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    /// <summary>Computes <c>y = f(x)</c>.</summary>
    public static void Forward<T>(Activation activation, Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(1, team.Threads);
        for (var i = 0; i < input.AsSpan().Length; i++)
        {
            output.AsSpan()[i] = Value(activation, input.AsSpan()[i]);
        }
    }

    /// <summary>Computes <c>dx = dy f'(x)</c> from y.</summary>
    public static void Backward<T>(
        Activation activation, Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(1, team.Threads);
        for (var i = 0; i < output.AsSpan().Length; i++)
        {
            inputGradient.AsSpan()[i] = Gradient(activation, output.AsSpan()[i], outputGradient.AsSpan()[i]);
        }
    }

    private static T Value<T>(Activation activation, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            Activation.Relu => ReluFormula<T>.Of<Scalar<T>, T>(x),
            Activation.Tanh => TanhFormula<T>.Of<Scalar<T>, T>(x),
            Activation.Softplus => SoftplusFormula<T>.Of<Scalar<T>, T>(x),
            Activation.LeakyRelu => LeakyReluFormula<T>.Of<Scalar<T>, T>(x),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "No formula is known here."),
        };

    private static T Gradient<T>(Activation activation, T y, T dy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            Activation.Relu => ReluFormula<T>.Gradient<Scalar<T>, T>(y, dy),
            Activation.Tanh => TanhFormula<T>.Gradient<Scalar<T>, T>(y, dy),
            Activation.Softplus => SoftplusFormula<T>.Gradient<Scalar<T>, T>(y, dy),
            Activation.LeakyRelu => LeakyReluFormula<T>.Gradient<Scalar<T>, T>(y, dy),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "No formula is known here."),
        };
}
