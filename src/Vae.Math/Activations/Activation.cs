using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The element-wise function that a hidden layer applies to its outputs.</summary>
public enum Activation
{
    /// <summary>The rectifier, <c>y = max(x, 0)</c>.</summary>
    Relu,

    /// <summary>The hyperbolic tangent, <c>y = tanh(x)</c>.</summary>
    Tanh,

    /// <summary>The softplus, <c>y = log(1 + exp(x))</c>: a rectifier without a corner.</summary>
    Softplus,

    /// <summary>The leaky rectifier, <c>y = x</c> above 0 and <c>y = 0.01 x</c> below.</summary>
    LeakyRelu,
}

/// <summary>The passes of each <see cref="Activation"/>. A new activation is a line in each switch.</summary>
internal static unsafe class ActivationPasses
{
    /// <summary>The pass <c>Y = f(Y + b 1^T)</c>: a bias and the activation; without an activation, the bias.</summary>
    public static delegate*<SimdView<T>, SimdView<T>, int, int, void> AddAndActivate<T>(Activation? activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            null => &SimdPairs<Activated<Identity<T>, T>, T>.Apply,
            Activation.Relu => &SimdPairs<Activated<ReluFormula<T>, T>, T>.Apply,
            Activation.Tanh => &SimdPairs<Activated<TanhFormula<T>, T>, T>.Apply,
            Activation.Softplus => &SimdPairs<Activated<SoftplusFormula<T>, T>, T>.Apply,
            Activation.LeakyRelu => &SimdPairs<Activated<LeakyReluFormula<T>, T>, T>.Apply,
            _ => throw Unknown(activation),
        };

    /// <summary>The pass <c>dX = dY f'(X)</c>, which reads f' off the activation's output.</summary>
    public static delegate*<SimdView<T>, SimdView<T>, int, int, void> Gate<T>(Activation activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => activation switch
        {
            Activation.Relu => &SimdPairs<Gated<ReluFormula<T>, T>, T>.Apply,
            Activation.Tanh => &SimdPairs<Gated<TanhFormula<T>, T>, T>.Apply,
            Activation.Softplus => &SimdPairs<Gated<SoftplusFormula<T>, T>, T>.Apply,
            Activation.LeakyRelu => &SimdPairs<Gated<LeakyReluFormula<T>, T>, T>.Apply,
            _ => throw Unknown(activation),
        };

    private static ArgumentOutOfRangeException Unknown(Activation? activation)
        => new(nameof(activation), activation, $"Must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
}
