using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A linear path beside hidden layers, <c>Y += A X</c>: what is linear need not be learnt by layers that are not. Keeps
/// the parameter, never activations.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="name">The prefix of the parameter's name.</param>
/// <param name="inputs">The number of input features.</param>
/// <param name="outputs">The number of output features.</param>
/// <param name="product">The matrix-product implementation.</param>
/// <remarks>Source: He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition", section 3.2, equation 2.
/// Derivation: docs/derivations.md, LinearPath.</remarks>
public sealed class LinearPath<T>(string name, int inputs, int outputs, IMatrixProduct<T> product)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IMatrixProduct<T> _product = product;

    /// <summary>A, outputs x inputs.</summary>
    public Parameter<T> Weight { get; } = new($"{name}.weight", outputs, inputs);

    /// <summary>Draws A anew, uniform between plus and minus <c>1 / sqrt(inputs)</c>, as a pure function of the seed, the purpose
    /// and the layer's number.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">The number that tells these draws from others of the same seed.</param>
    /// <param name="layer">The layer's number in its network.</param>
    public void Initialise(ulong seed, uint purpose, int layer)
    {
        var bound = 1 / double.Sqrt(Weight.Value.ColumnCount);
        new RandomDraws(seed, purpose, (ulong)layer * 2).FillUniform(Weight.Value.AsSpan(), -bound, bound);
    }

    /// <summary>Computes <c>Y += A X</c>.</summary>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="output">Y, outputs x samples; added to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="input"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public void Forward(Matrix<T> input, Matrix<T> output)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(input, Weight.Value.ColumnCount, input.ColumnCount);
        Shape.Require(output, Weight.Value.RowCount, input.ColumnCount);
        _product.Multiply(Weight.Value, input, output, Transposed.Neither, add: true);               // Y += A X
    }

    /// <summary>Given dL/dY, computes dL/dA into the parameter and, where wanted, adds to dL/dX.</summary>
    /// <param name="input">X, as <see cref="Forward"/> saw it.</param>
    /// <param name="outputGradient">dY, outputs x samples.</param>
    /// <param name="inputGradient">dX, inputs x samples; added to; null where it is not wanted.</param>
    /// <exception cref="ArgumentNullException"><paramref name="input"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public void Backward(Matrix<T> input, Matrix<T> outputGradient, Matrix<T>? inputGradient)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.Require(outputGradient, Weight.Value.RowCount, input.ColumnCount);
        _product.Multiply(outputGradient, input, Weight.Gradient, Transposed.Right);                  // dA = dY X^T
        if (inputGradient is not null)
        {
            Shape.Require(inputGradient, Weight.Value.ColumnCount, input.ColumnCount);
            _product.Multiply(Weight.Value, outputGradient, inputGradient, Transposed.Left, add: true); // dX += A^T dY
        }
    }
}
