using System.Numerics;
using System.Runtime.CompilerServices;
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
        Require(input, output);

        Multiply(Weight.Value, input, nonZeros, output, Transposed.Neither); // Y = W X
        Columns.Add(Bias.Value, output, product.Team);                       // Y += b 1^T
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
        Require(input, outputGradient);

        Columns.Sum(outputGradient, Bias.Gradient, product.Team);     // db = dY 1
        BackwardFromBias(input, outputGradient, inputGradient, add, nonZeros);
    }

    /// <summary>Computes <c>Y = f(W X + b)</c>: <see cref="Forward"/> and the activation's own Forward with the same bits, the bias and
    /// the activation in one pass over Y.</summary>
    /// <param name="activation">f.</param>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="output">Y, outputs x samples; overwritten.</param>
    /// <param name="nonZeros">As in <see cref="Forward"/>.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void ForwardActivated(Activation activation, Matrix<T> input, Matrix<T> output, NonZeros? nonZeros = null)
    {
        Require(input, output);

        Multiply(Weight.Value, input, nonZeros, output, Transposed.Neither);                // Y = W X
        ActivationPasses.AddAndActivate(activation, Bias.Value, output, product.Team);      // Y = f(Y + b 1^T)
    }

    /// <summary>Given dL/dY of <see cref="ForwardActivated"/>, computes what the activation's own Backward and <see cref="Backward"/>
    /// would, with the same bits, the activation and the bias in one pass over dY.</summary>
    /// <param name="activation">f, as <see cref="ForwardActivated"/> had it.</param>
    /// <param name="input">X, as <see cref="ForwardActivated"/> saw it.</param>
    /// <param name="output">Y, as <see cref="ForwardActivated"/> left it.</param>
    /// <param name="outputGradient">dY, outputs x samples; overwritten with the gradient before the activation.</param>
    /// <param name="inputGradient">dX, inputs x samples; overwritten; null for a first layer, which needs none.</param>
    /// <param name="nonZeros">As <see cref="ForwardActivated"/> saw it.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void BackwardActivated(
        Activation activation,
        Matrix<T> input,
        Matrix<T> output,
        Matrix<T> outputGradient,
        Matrix<T>? inputGradient,
        NonZeros? nonZeros = null)
    {
        Require(input, output);
        Require(input, outputGradient);

        ActivationPasses.GateAndSum(activation, output, outputGradient, Bias.Gradient, product.Team);
        BackwardFromBias(input, outputGradient, inputGradient, add: false, nonZeros);
    }

    private void Require(Matrix<T> input, Matrix<T> output, [CallerArgumentExpression(nameof(output))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, inputs, input.ColumnCount);
        Shape.Require(output, outputs, input.ColumnCount, name);
    }

    private void BackwardFromBias(Matrix<T> input, Matrix<T> outputGradient, Matrix<T>? inputGradient, bool add, NonZeros? nonZeros)
    {
        Multiply(outputGradient, input, nonZeros, Weight.Gradient, Transposed.Right);            // dW = dY X^T
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
