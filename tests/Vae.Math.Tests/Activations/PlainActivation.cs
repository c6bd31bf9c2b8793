using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The layers of <see cref="Activation"/> by name, so that one theory serves them all.</summary>
internal static class PlainActivation
{
    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    public static void Forward<T>(Activation activation, Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu: Relu.Forward(input, output, team); break;
            case Activation.Tanh: Tanh.Forward(input, output, team); break;
            case Activation.Softplus: Softplus.Forward(input, output, team); break;
            case Activation.LeakyRelu: LeakyRelu.Forward(input, output, team); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "No layer is known here.");
        }
    }

    public static void Backward<T>(
        Activation activation, Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu: Relu.Backward(output, outputGradient, inputGradient, team); break;
            case Activation.Tanh: Tanh.Backward(output, outputGradient, inputGradient, team); break;
            case Activation.Softplus: Softplus.Backward(output, outputGradient, inputGradient, team); break;
            case Activation.LeakyRelu: LeakyRelu.Backward(output, outputGradient, inputGradient, team); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "No layer is known here.");
        }
    }
}
