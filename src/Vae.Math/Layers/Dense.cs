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
        => Forward(activation: null, input, output, nonZeros);

    /// <summary>Computes <c>Y = f(W X + b)</c>: <see cref="Forward(Matrix{T}, Matrix{T}, NonZeros)"/> and the activation's own Forward with the
    /// same bits.</summary>
    /// <param name="activation">f.</param>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="output">Y, outputs x samples; overwritten.</param>
    /// <param name="nonZeros">As in <see cref="Forward(Matrix{T}, Matrix{T}, NonZeros)"/>.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void ForwardActivated(Activation activation, Matrix<T> input, Matrix<T> output, NonZeros? nonZeros = null)
        => Forward(activation, input, output, nonZeros);

    /// <summary>Given dL/dY, computes dL/dW and dL/db into the parameters and, where wanted, dL/dX.</summary>
    /// <param name="input">X, as the forward pass saw it.</param>
    /// <param name="outputGradient">dY, outputs x samples: the gradient of <c>W X + b</c>, before any activation.</param>
    /// <param name="inputGradient">dX, inputs x samples; overwritten or added to; null for a first layer, which needs none.</param>
    /// <param name="add">Adds to <paramref name="inputGradient"/>: where two layers read the same input, their gradients add up.</param>
    /// <param name="nonZeros">As the forward pass saw it.</param>
    /// <param name="inputActivation">Where X is the output of an activation, f: dX is then what the activation's own Backward makes of it, the
    /// gradient before f, with the same bits.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void Backward(
        Matrix<T> input,
        Matrix<T> outputGradient,
        Matrix<T>? inputGradient,
        bool add = false,
        NonZeros? nonZeros = null,
        Activation? inputActivation = null)
    {
        Require(input, outputGradient);

        BackwardToParameters(input, outputGradient, Worthwhile(nonZeros));
        if (inputGradient is not null)
        {
            Shape.Require(inputGradient, inputs, input.ColumnCount);
            BackwardToInput(input, outputGradient, inputGradient, add, inputActivation);
        }
    }

    // The passes apart are what the fused product does in one.
    private void Forward(Activation? activation, Matrix<T> input, Matrix<T> output, NonZeros? nonZeros)
    {
        Require(input, output);

        if (product is IFusedProduct<T> fused)
        {
            fused.MultiplyAndActivate(Weight.Value, input, Worthwhile(nonZeros), Bias.Value, activation, output);
        }
        else
        {
            Multiply(Weight.Value, input, Worthwhile(nonZeros), output, Transposed.Neither);     // Y = W X
            Columns.AddAndActivate(Bias.Value, activation, output, product.Team);                // Y = f(Y + b 1^T)
        }
    }

    private void BackwardToParameters(Matrix<T> input, Matrix<T> outputGradient, NonZeros? nonZeros)
    {
        if (product is IFusedProduct<T> fused)
        {
            fused.MultiplyAndSum(outputGradient, input, nonZeros, Weight.Gradient, Bias.Gradient);
            return;
        }

        Columns.Sum(outputGradient, Bias.Gradient, product.Team);                                // db = dY 1
        Multiply(outputGradient, input, nonZeros, Weight.Gradient, Transposed.Right);            // dW = dY X^T
    }

    private void BackwardToInput(
        Matrix<T> input, Matrix<T> outputGradient, Matrix<T> inputGradient, bool add, Activation? inputActivation)
    {
        if (inputActivation is { } activation && product is IFusedProduct<T> fused)
        {
            fused.MultiplyAndGate(Weight.Value, outputGradient, activation, input, inputGradient, add);
            return;
        }

        product.Multiply(Weight.Value, outputGradient, inputGradient, Transposed.Left, add);     // dX = W^T dY
        if (inputActivation is { } passed)
        {
            Columns.Gate(input, passed, inputGradient, product.Team);                            // dX = dX f'(X)
        }
    }

    private void Require(Matrix<T> input, Matrix<T> output, [CallerArgumentExpression(nameof(output))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, inputs, input.ColumnCount);
        Shape.Require(output, outputs, input.ColumnCount, name);
    }

    private void Multiply(Matrix<T> left, Matrix<T> input, NonZeros? nonZeros, Matrix<T> result, Transposed transposed)
    {
        if (nonZeros is not null && product is ISparseProduct<T> sparse)
        {
            sparse.Multiply(left, input, nonZeros, result, transposed);
        }
        else
        {
            product.Multiply(left, input, result, transposed);
        }
    }

    private static NonZeros? Worthwhile(NonZeros? nonZeros) => nonZeros is { AreFew: true } ? nonZeros : null;
}
