using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Fully connected layers in a row, each followed by the same activation: what encoder and decoder have in common.</summary>
internal sealed class HiddenLayers<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public HiddenLayers(string network, int inputs, IReadOnlyList<int> sizes, IMatrixProduct<T> product, Activation activation)
    {
        Activation = activation;
        var layers = new Dense<T>[sizes.Count];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = new Dense<T>($"{network}.hidden.{i}", i == 0 ? inputs : sizes[i - 1], sizes[i], product);
        }

        Layers = layers;
    }

    public Dense<T>[] Layers { get; }

    public Activation Activation { get; }

    /// <summary>Computes every layer's output after the activation into <paramref name="outputs"/>.</summary>
    public void Forward(Matrix<T> input, Matrix<T>[] outputs, NonZeros? nonZeros = null)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            Layers[i].ForwardActivated(Activation, i == 0 ? input : outputs[i - 1], outputs[i], i == 0 ? nonZeros : null);
        }
    }

    /// <summary>Given the gradient of the last layer before its activation in the last of <paramref name="gradients"/>, computes the others and
    /// all parameters'.</summary>
    public void Backward(Matrix<T> input, Matrix<T>[] outputs, Matrix<T>[] gradients, Matrix<T>? inputGradient, NonZeros? nonZeros = null)
    {
        for (var i = Layers.Length - 1; i > 0; i--)
        {
            Layers[i].Backward(outputs[i - 1], gradients[i], gradients[i - 1], inputActivation: Activation);
        }

        Layers[0].Backward(input, gradients[0], inputGradient, nonZeros: nonZeros);
    }
}
