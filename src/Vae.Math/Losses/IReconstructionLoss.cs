using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// How far a decoder's output is from what was to be reconstructed: summed over features, averaged over samples, in nats
/// per sample. The reduction is part of the unit: with another one, the same KL weight would mean something else.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss as a formula, for the records of a run.</summary>
    string Formula { get; }

    /// <summary>Computes the loss of each sample.</summary>
    /// <param name="output">What the decoder's last layer gave, features x samples.</param>
    /// <param name="target">x, of the same shape.</param>
    /// <param name="perSample">The loss of each sample, nats; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <returns>The mean over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a target lies outside the loss's range.</exception>
    double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team);

    /// <summary>Computes the gradient of the mean over the samples.</summary>
    /// <param name="output">As <see cref="Forward"/> saw it.</param>
    /// <param name="target">As <see cref="Forward"/> saw it.</param>
    /// <param name="outputGradient">dL/doutput, features x samples; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    void Backward(Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team);

    /// <summary>Computes both at once: the loss of each sample and the gradient of their mean, with the bits of <see cref="Forward"/>
    /// and <see cref="Backward"/>.</summary>
    /// <param name="output">What the decoder's last layer gave, features x samples.</param>
    /// <param name="target">x, of the same shape.</param>
    /// <param name="perSample">The loss of each sample, nats; overwritten.</param>
    /// <param name="outputGradient">dL/doutput, features x samples; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <returns>The mean over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a target lies outside the loss's range.</exception>
    double ForwardBackward(Matrix<T> output, Matrix<T> target, Span<double> perSample, Matrix<T> outputGradient, WorkerTeam team)
    {
        var mean = Forward(output, target, perSample, team);
        Backward(output, target, outputGradient, team);
        return mean;
    }

    /// <summary>Turns the decoder's output into the mean of p(x|z): the image to show.</summary>
    /// <param name="output">What the decoder's last layer gave, features x samples.</param>
    /// <param name="mean">E[x|z], of the same shape; overwritten; may be the output itself.</param>
    void Mean(Matrix<T> output, Matrix<T> mean);
}
