using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The logistic function as a layer of its own, <c>y = 1 / (1 + exp(-x))</c>: an oracle of the losses on
/// logits.</summary>
internal static class Sigmoid
{
    public static void Forward<T>(Matrix<T> input, Matrix<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Elementwise.Sigmoid(input.AsSpan(), output.AsSpan());

    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < output.AsSpan().Length; i++)
        {
            var y = output.AsSpan()[i];
            inputGradient.AsSpan()[i] = outputGradient.AsSpan()[i] * y * (T.One - y); // dx = dy y (1 - y)
        }
    }
}
