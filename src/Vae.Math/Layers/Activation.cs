using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>What stands behind a hidden layer, element by element.</summary>
public enum Activation
{
    /// <summary><see cref="Math.Relu"/>, <c>y = max(x, 0)</c>.</summary>
    Relu,

    /// <summary><see cref="Math.Tanh"/>, <c>y = tanh(x)</c>.</summary>
    Tanh,

    /// <summary><see cref="Math.Softplus"/>, <c>y = log(1 + exp(x))</c>.</summary>
    Softplus,

    /// <summary><see cref="Math.LeakyRelu"/>, <c>y = x</c> above 0 and 0.01 x below.</summary>
    LeakyRelu,
}

/// <summary>The passes that an activation shares with a bias, by its name. A new activation has its line in each.</summary>
internal static class ActivationPasses
{
    /// <inheritdoc cref="Columns.AddAndActivate"/>
    public static void AddAndActivate<T>(Activation activation, Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu: Columns.AddAndActivate<Relu.Formula<T>, T>(column, matrix, team); break;
            case Activation.Tanh: Columns.AddAndActivate<Tanh.Formula<T>, T>(column, matrix, team); break;
            case Activation.Softplus: Columns.AddAndActivate<Softplus.Formula<T>, T>(column, matrix, team); break;
            case Activation.LeakyRelu: Columns.AddAndActivate<LeakyRelu.Formula<T>, T>(column, matrix, team); break;
            default: throw Unknown(activation);
        }
    }

    /// <inheritdoc cref="Columns.GateAndSum"/>
    public static void GateAndSum<T>(
        Activation activation, Matrix<T> output, Matrix<T> gradient, Matrix<T> sums, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu: Columns.GateAndSum<Relu.Formula<T>, T>(output, gradient, sums, team); break;
            case Activation.Tanh: Columns.GateAndSum<Tanh.Formula<T>, T>(output, gradient, sums, team); break;
            case Activation.Softplus: Columns.GateAndSum<Softplus.Formula<T>, T>(output, gradient, sums, team); break;
            case Activation.LeakyRelu: Columns.GateAndSum<LeakyRelu.Formula<T>, T>(output, gradient, sums, team); break;
            default: throw Unknown(activation);
        }
    }

    private static ArgumentOutOfRangeException Unknown(Activation activation)
        => new(nameof(activation), activation, $"Must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
}
