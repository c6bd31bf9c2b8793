using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>A chain of fully connected layers with the same activation: the part that encoder and decoder share.</summary>
/// <remarks>A ReLU gives 0 for half of its numbers and more, and lets no gradient through there. The products of the layers
/// around it skip these zeros where they are many enough, with the same bits.</remarks>
internal sealed class HiddenLayers<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Marking the zeros of fewer samples takes as long as what their products gain.
    private const int FewestSamplesWorthMarking = 64;

    private readonly IMatrixProduct<T> _product;
    private readonly bool _givesZeros;

    public HiddenLayers(string network, int inputs, IReadOnlyList<int> sizes, IMatrixProduct<T> product, Activation activation)
    {
        _product = product;
        _givesZeros = activation == Activation.Relu && product is ISparseProduct<T>;
        var layers = new Dense<T>[sizes.Count];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = new Dense<T>($"{network}.hidden.{i}", i == 0 ? inputs : sizes[i - 1], sizes[i], product, activation);
        }

        Layers = layers;
    }

    /// <summary>The layers, from the input on.</summary>
    public Dense<T>[] Layers { get; }

    /// <summary>Computes every layer's output.</summary>
    /// <param name="input">X, inputs x samples.</param>
    /// <param name="outputs">H of each layer; overwritten.</param>
    /// <param name="nonZeros">The places where X is not zero; null where they are not known.</param>
    public void Forward(Matrix<T> input, HiddenOutputs<T> outputs, NonZeros? nonZeros = null)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            var (x, marks) = i == 0 ? (input, nonZeros) : (outputs.Values[i - 1], outputs.NonZeros(i - 1));
            Layers[i].Forward(x, outputs.Values[i], marks);
            if (_givesZeros && input.ColumnCount >= FewestSamplesWorthMarking)
            {
                outputs.Mark(i, _product.Team);
            }
        }
    }

    /// <summary>
    /// Given the gradient of the last layer's output, computes the gradients of the outputs before it,
    /// of all parameters and, where wanted, of X.
    /// </summary>
    /// <param name="input">As <see cref="Forward"/> saw it.</param>
    /// <param name="outputs">As <see cref="Forward"/> left them.</param>
    /// <param name="gradients">dH of each layer; the last is given, the others are overwritten.</param>
    /// <param name="inputGradient">dX, overwritten; null where it is not wanted.</param>
    /// <param name="nonZeros">As <see cref="Forward"/> saw it.</param>
    public void Backward(
        Matrix<T> input, HiddenOutputs<T> outputs, Matrix<T>[] gradients, Matrix<T>? inputGradient, NonZeros? nonZeros = null)
    {
        for (var i = Layers.Length - 1; i >= 0; i--)
        {
            var (x, dx) = i == 0 ? (input, inputGradient) : (outputs.Values[i - 1], gradients[i - 1]);
            Layers[i].Backward(
                x, outputs.Values[i], gradients[i], dx, i == 0 ? nonZeros : outputs.NonZeros(i - 1), outputs.NonZeros(i));
        }
    }
}
