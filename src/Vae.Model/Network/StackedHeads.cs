using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The encoder's two heads as one layer of twice as many outputs, with the bits of the two apart: they read the same input, so three
/// products do what takes six, and rows that would fill half of the kernel's vectors fill them all. For a training's batches: copying
/// the weights costs more than it saves where few samples are encoded.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="mean">The head for the mean.</param>
/// <param name="logVariance">The head for the log-variance.</param>
/// <param name="product">What multiplies.</param>
internal sealed class StackedHeads<T>(Dense<T> mean, Dense<T> logVariance, IMatrixProduct<T> product)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dense<T> _both = new("heads", mean.Inputs, mean.Outputs + logVariance.Outputs, product);

    /// <summary>Computes the mean and the log-variance.</summary>
    /// <param name="hidden">The last hidden layer's output, features x samples.</param>
    /// <param name="outputs">Both, one below the other, (2 latents) x samples; overwritten.</param>
    /// <param name="meanOutput">latents x samples; overwritten.</param>
    /// <param name="logVarianceOutput">Of the same shape; overwritten.</param>
    public void Forward(Matrix<T> hidden, Matrix<T> outputs, Matrix<T> meanOutput, Matrix<T> logVarianceOutput)
    {
        Stack(mean.Weight.Value, logVariance.Weight.Value, _both.Weight.Value);
        Stack(mean.Bias.Value, logVariance.Bias.Value, _both.Bias.Value);
        _both.Forward(hidden, outputs);
        Part(outputs, meanOutput, logVarianceOutput);
    }

    /// <summary>Computes the gradients of both heads' parameters and of what the last hidden layer's activation was given.</summary>
    /// <param name="hidden">As <see cref="Forward"/> saw it.</param>
    /// <param name="activation">The activation of the last hidden layer.</param>
    /// <param name="meanGradient">dmean, latents x samples.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape.</param>
    /// <param name="gradients">Room for both, (2 latents) x samples; overwritten.</param>
    /// <param name="hiddenGradient">Of the hidden layer's shape; overwritten.</param>
    public void Backward(
        Matrix<T> hidden,
        Activation activation,
        Matrix<T> meanGradient,
        Matrix<T> logVarianceGradient,
        Matrix<T> gradients,
        Matrix<T> hiddenGradient)
    {
        Stack(meanGradient, logVarianceGradient, gradients);
        _both.Backward(hidden, gradients, hiddenGradient, inputActivation: activation);
        Part(_both.Weight.Gradient, mean.Weight.Gradient, logVariance.Weight.Gradient);
        Part(_both.Bias.Gradient, mean.Bias.Gradient, logVariance.Bias.Gradient);
    }

    private static void Stack(Matrix<T> top, Matrix<T> bottom, Matrix<T> both)
    {
        for (var column = 0; column < both.ColumnCount; column++)
        {
            var target = both.ColumnSpan(column);
            top.ColumnSpan(column).CopyTo(target);
            bottom.ColumnSpan(column).CopyTo(target[top.RowCount..]);
        }
    }

    private static void Part(Matrix<T> both, Matrix<T> top, Matrix<T> bottom)
    {
        for (var column = 0; column < both.ColumnCount; column++)
        {
            var source = both.ColumnSpan(column);
            source[..top.RowCount].CopyTo(top.ColumnSpan(column));
            source[top.RowCount..].CopyTo(bottom.ColumnSpan(column));
        }
    }
}
