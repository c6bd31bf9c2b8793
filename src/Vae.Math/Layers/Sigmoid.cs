using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The logistic function, <c>y = 1 / (1 + exp(-x))</c>, element by element: from a logit to a probability.</summary>
/// <remarks>Training does not use it, see <see cref="BinaryCrossEntropy{T}"/>. Derivation: docs/derivations.md, Sigmoid.</remarks>
public static class Sigmoid
{
    /// <summary>Computes <c>y = 1 / (1 + exp(-x))</c>; exactly 0 or 1 where x is far out, never NaN unless x is.</summary>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(output, input.RowCount, input.ColumnCount);
        TensorPrimitives.Sigmoid(input.AsSpan(), output.AsSpan());    // y = 1 / (1 + exp(-x))
    }

    /// <summary>Given dL/dY, computes dL/dX.</summary>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        Shape.Require(inputGradient, output.RowCount, output.ColumnCount);

        var y = output.AsSpan();
        var dy = outputGradient.AsSpan();
        var dx = inputGradient.AsSpan();
        for (var i = 0; i < y.Length; i++)
        {
            dx[i] = dy[i] * y[i] * (T.One - y[i]);                    // dx = dy y (1 - y)
        }
    }
}
