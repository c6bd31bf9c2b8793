using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A fully connected layer with its activation, <c>H = f(W X + b)</c>. Keeps parameters, never activations.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The prefix of the parameters' names.</param>
/// <param name="inputs">The number of input features.</param>
/// <param name="outputs">The number of output features.</param>
/// <param name="product">The matrix-product implementation.</param>
/// <param name="activation">f, element by element; null for a linear layer, <c>H = W X + b</c>.</param>
/// <remarks>
/// Derivation: docs/derivations.md, Dense. Each pass is written twice: as plain lines, one formula each, and as one call
/// for a product that adds the bias and activates while its result is still in the cache
/// (<see cref="IFusedProduct{T}"/>). Both have the same bits.
/// </remarks>
public sealed class Dense<T>(string name, int inputs, int outputs, IMatrixProduct<T> product, Activation? activation = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IFusedProduct<T>? _fused = product as IFusedProduct<T>;

    /// <summary>W, outputs x inputs.</summary>
    public Parameter<T> Weight { get; } = new($"{name}.weight", outputs, inputs);

    /// <summary>b, outputs x 1.</summary>
    public Parameter<T> Bias { get; } = new($"{name}.bias", outputs, 1);

    /// <summary>The number of input features.</summary>
    public int Inputs => inputs;

    /// <summary>The number of output features.</summary>
    public int Outputs => outputs;

    /// <summary>The weight, then the bias.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [Weight, Bias];

    /// <summary>Draws the weight and the bias anew, as a pure function of the seed, the purpose and the layer's number.</summary>
    /// <param name="how">The distribution.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">The number that tells these draws from others of the same seed.</param>
    /// <param name="layer">The layer's number in its network.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such initialisation.</exception>
    public void Initialise(Initialisation how, ulong seed, uint purpose, int layer)
        => LayerInitialisation.Fill(this, how, seed, purpose, layer);

    /// <summary>Computes <c>H = f(W X + b)</c>.</summary>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="output">H, outputs x samples; overwritten.</param>
    /// <param name="nonZeros">The places where X is not zero, marked after X was last written; null if unknown. If they are few
    /// and the product can skip zeros (<see cref="ISparseProduct{T}"/>), it does, with the same bits.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void Forward(Matrix<T> input, Matrix<T> output, NonZeros? nonZeros = null)
    {
        Require(input, output);
        nonZeros = Worthwhile(nonZeros);

        if (_fused is not null)
        {
            _fused.MultiplyAndActivate(Weight.Value, input, nonZeros, Bias.Value, activation, output);  // both lines below, fused
            return;
        }

        Multiply(Weight.Value, input, nonZeros, output, Transposed.Neither);                     // A = W X
        Columns.AddAndActivate(Bias.Value, activation, output, product.Team);                    // H = f(A + b 1^T)
    }

    /// <summary>Given dL/dH, computes dL/dW and dL/db into the parameters and, where wanted, dL/dX.</summary>
    /// <param name="input">X, as <see cref="Forward"/> saw it.</param>
    /// <param name="output">H, as <see cref="Forward"/> left it; not read by a linear layer.</param>
    /// <param name="outputGradient">dH, outputs x samples; overwritten with <c>dA = dH f'(H)</c>,
    /// the gradient before the activation.</param>
    /// <param name="inputGradient">dX, inputs x samples; overwritten or added to; null for
    /// a first layer, which needs none.</param>
    /// <param name="add">True to add to <paramref name="inputGradient"/> instead of overwriting it: where two layers share an
    /// input, its gradient is the sum of theirs.</param>
    /// <param name="nonZeros">As <see cref="Forward"/> saw it.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there is no such activation.</exception>
    public void Backward(
        Matrix<T> input,
        Matrix<T> output,
        Matrix<T> outputGradient,
        Matrix<T>? inputGradient,
        bool add = false,
        NonZeros? nonZeros = null)
        => Backward(input, output, outputGradient, inputGradient, nonZeros, outputNonZeros: null, add);

    /// <summary>The same, where it is known, too, where dA may be other than zero: with ReLU where H is.</summary>
    /// <param name="input">X.</param>
    /// <param name="output">H.</param>
    /// <param name="outputGradient">dH; overwritten with dA.</param>
    /// <param name="inputGradient">dX; overwritten or added to; null where it is not wanted.</param>
    /// <param name="nonZeros">The places where X is not zero; null if unknown.</param>
    /// <param name="outputNonZeros">Places with all of dA's numbers that are not zero; null if unknown.</param>
    /// <param name="add">True to add to <paramref name="inputGradient"/>.</param>
    internal void Backward(
        Matrix<T> input,
        Matrix<T> output,
        Matrix<T> outputGradient,
        Matrix<T>? inputGradient,
        NonZeros? nonZeros,
        NonZeros? outputNonZeros,
        bool add = false)
    {
        Require(input, outputGradient);
        nonZeros = Worthwhile(nonZeros);

        if (activation is { } f)
        {
            Columns.Gate(output, f, outputGradient, product.Team);                               // dA = dH f'(H)
        }

        if (_fused is not null)
        {
            var fewest = nonZeros is null || nonZeros.Density > outputNonZeros?.Density ? Worthwhile(outputNonZeros) : null;
            _fused.MultiplyAndSum(outputGradient, input, nonZeros, Weight.Gradient, Bias.Gradient, fewest); // both lines of else
        }
        else
        {
            Columns.Sum(outputGradient, Bias.Gradient, product.Team);                            // db = dA 1
            Multiply(outputGradient, input, nonZeros, Weight.Gradient, Transposed.Right);        // dW = dA X^T
        }

        if (inputGradient is not null)
        {
            Shape.Require(inputGradient, inputs, input.ColumnCount);
            if (add)
            {
                product.Multiply(Weight.Value, outputGradient, inputGradient, Transposed.Left, add); // dX += W^T dA
            }
            else
            {
                Multiply(Weight.Value, outputGradient, Worthwhile(outputNonZeros), inputGradient, Transposed.Left); // dX = W^T dA
            }
        }
    }

    private void Require(Matrix<T> input, Matrix<T> output, [CallerArgumentExpression(nameof(output))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, inputs, input.ColumnCount);
        Shape.Require(output, outputs, input.ColumnCount, name);
    }

    private void Multiply(Matrix<T> left, Matrix<T> right, NonZeros? nonZeros, Matrix<T> result, Transposed transposed)
    {
        if (nonZeros is not null && product is ISparseProduct<T> sparse)
        {
            sparse.Multiply(left, right, nonZeros, result, transposed);
        }
        else
        {
            product.Multiply(left, right, result, transposed);
        }
    }

    // Null where the dense product is faster.
    private static NonZeros? Worthwhile(NonZeros? nonZeros) => nonZeros is { AreFew: true } ? nonZeros : null;
}
