using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A fully connected layer, <c>Y = W X + b</c>. Keeps parameters, never activations.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The prefix of the parameters' names.</param>
/// <param name="inputs">Features that come in.</param>
/// <param name="outputs">Features that go out.</param>
/// <param name="product">What multiplies.</param>
/// <remarks>Derivation: docs/derivations.md, Dense.</remarks>
public sealed class Dense<T>(string name, int inputs, int outputs, IMatrixProduct<T> product)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>W, outputs x inputs.</summary>
    public Parameter<T> Weight { get; } = new($"{name}.weight", outputs, inputs);

    /// <summary>b, outputs x 1.</summary>
    public Parameter<T> Bias { get; } = new($"{name}.bias", outputs, 1);

    /// <summary>Features that come in.</summary>
    public int Inputs => inputs;

    /// <summary>Features that go out.</summary>
    public int Outputs => outputs;

    /// <summary>The weight, then the bias.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [Weight, Bias];

    /// <summary>Computes <c>Y = W X + b</c>.</summary>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="output">Y, outputs x samples; overwritten.</param>
    /// <param name="nonZeros">Where X is not zero, marked since it was written; null where that is not known. What is multiplied by
    /// zero is left out where X has few others and the product can do so.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public void Forward(Matrix<T> input, Matrix<T> output, NonZeros? nonZeros = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, inputs, input.ColumnCount);
        Shape.Require(output, outputs, input.ColumnCount);

        Multiply(Weight.Value, input, nonZeros, output, Transposed.Neither); // Y = W X
        Columns.Add(Bias.Value, output, product.Team);                // Y += b 1^T
    }

    /// <summary>Given dL/dY, computes dL/dW and dL/db into the parameters and, where wanted, dL/dX.</summary>
    /// <param name="input">X, as <see cref="Forward"/> saw it.</param>
    /// <param name="outputGradient">dY, outputs x samples.</param>
    /// <param name="inputGradient">dX, inputs x samples; overwritten or added to; null for a first layer, which needs none.</param>
    /// <param name="add">Adds to <paramref name="inputGradient"/>: where two layers read the same input, their gradients add up.</param>
    /// <param name="nonZeros">As <see cref="Forward"/> saw it.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public void Backward(
        Matrix<T> input, Matrix<T> outputGradient, Matrix<T>? inputGradient, bool add = false, NonZeros? nonZeros = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, inputs, input.ColumnCount);
        Shape.Require(outputGradient, outputs, input.ColumnCount);

        Multiply(outputGradient, input, nonZeros, Weight.Gradient, Transposed.Right); // dW = dY X^T
        Columns.Sum(outputGradient, Bias.Gradient);                                   // db = dY 1
        if (inputGradient is not null)
        {
            Shape.Require(inputGradient, inputs, input.ColumnCount);
            product.Multiply(Weight.Value, outputGradient, inputGradient, Transposed.Left, add); // dX = W^T dY
        }
    }
    private void Multiply(Matrix<T> left, Matrix<T> input, NonZeros? nonZeros, Matrix<T> result, Transposed transposed)
    {
        if (nonZeros is { AreFew: true } && product is ISparseProduct<T> sparse)
        {
            sparse.Multiply(left, input, nonZeros, result, transposed);
        }
        else
        {
            product.Multiply(left, input, result, transposed);
        }
    }
}
