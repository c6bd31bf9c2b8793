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

/// <summary>The passes of an activation, by its name. A new activation has its line in each.</summary>
internal static unsafe class ActivationPasses
{
    /// <summary>The pass <c>Y = f(Y + b 1^T)</c>: a bias and the activation; without an activation, the bias.</summary>
    public static delegate*<SimdView<T>, SimdView<T>, int, int, void> AddAndActivate<T>(Activation? activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            null => &SimdPairs<Activated<Identity<T>, T>, T>.Apply,
            Activation.Relu => &SimdPairs<Activated<Relu.Formula<T>, T>, T>.Apply,
            Activation.Tanh => &SimdPairs<Activated<Tanh.Formula<T>, T>, T>.Apply,
            Activation.Softplus => &SimdPairs<Activated<Softplus.Formula<T>, T>, T>.Apply,
            Activation.LeakyRelu => &SimdPairs<Activated<LeakyRelu.Formula<T>, T>, T>.Apply,
            _ => throw Unknown(activation),
        };

    /// <summary>The pass <c>dX = dY f'(X)</c>, which reads f' off the activation's output.</summary>
    public static delegate*<SimdView<T>, SimdView<T>, int, int, void> Gate<T>(Activation activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            Activation.Relu => &SimdPairs<Gated<Relu.Formula<T>, T>, T>.Apply,
            Activation.Tanh => &SimdPairs<Gated<Tanh.Formula<T>, T>, T>.Apply,
            Activation.Softplus => &SimdPairs<Gated<Softplus.Formula<T>, T>, T>.Apply,
            Activation.LeakyRelu => &SimdPairs<Gated<LeakyRelu.Formula<T>, T>, T>.Apply,
            _ => throw Unknown(activation),
        };

    private static ArgumentOutOfRangeException Unknown(Activation? activation)
        => new(nameof(activation), activation, $"Must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
}
