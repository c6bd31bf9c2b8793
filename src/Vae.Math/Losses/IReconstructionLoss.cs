using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// How far a decoder's output is from what was to be reconstructed: summed over features, averaged over samples, in nats
/// per sample. The reduction is part of the unit: with another one, the same KL weight would mean something else.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A sample may have several draws: for N samples with k draws each the output has N k columns, and column j is compared with
/// column j / k of the target, rounded down. Each column then counts as a sample does where k is 1.
/// </remarks>
public interface IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss as a formula, for the records of a run.</summary>
    string Formula { get; }

    /// <summary>What the loss itself learns, such as a variance; nothing for most.</summary>
    IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>The rows of the decoder's output.</summary>
    /// <param name="features">The features of a sample.</param>
    /// <returns>As many, unless the loss wants more of each feature than one number.</returns>
    int OutputRows(int features) => features;

    /// <summary>Computes the loss of each column of the output.</summary>
    /// <param name="output">What the decoder's last layer gave, <see cref="OutputRows"/> x (samples times draws).</param>
    /// <param name="target">x, features x samples.</param>
    /// <param name="perSample">The loss of each column of the output, nats; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <returns>The mean over the columns, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a target lies outside the loss's range.</exception>
    double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team);

    /// <summary>Computes the gradient of <c>L = sum over columns j of weights[j] loss_j</c>, which without weights is the mean.
    /// The gradients of <see cref="Parameters"/> are overwritten, too.</summary>
    /// <param name="output">As <see cref="Forward"/> saw it.</param>
    /// <param name="target">As <see cref="Forward"/> saw it.</param>
    /// <param name="outputGradient">dL/doutput, of the output's shape; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="weights">What each column of the output weighs in L; where there are none, 1 / columns each. A column whose
    /// weight is 0 has the gradient 0, whatever its loss.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there are weights, but not one for each column.</exception>
    void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default);

    /// <summary>Computes both at once: the loss of each column and the gradient of their mean, with the bits of <see cref="Forward"/>
    /// and <see cref="Backward"/>.</summary>
    /// <param name="output">What the decoder's last layer gave, <see cref="OutputRows"/> x (samples times draws).</param>
    /// <param name="target">x, features x samples.</param>
    /// <param name="perSample">The loss of each column of the output, nats; overwritten.</param>
    /// <param name="outputGradient">dL/doutput, of the output's shape; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <returns>The mean over the columns, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a target lies outside the loss's range.</exception>
    double ForwardBackward(Matrix<T> output, Matrix<T> target, Span<double> perSample, Matrix<T> outputGradient, WorkerTeam team)
    {
        var mean = Forward(output, target, perSample, team);
        Backward(output, target, outputGradient, team);
        return mean;
    }

    /// <summary>Turns the decoder's output into the mean of p(x|z): the image to show.</summary>
    /// <param name="output">What the decoder's last layer gave, <see cref="OutputRows"/> x samples.</param>
    /// <param name="mean">E[x|z], features x samples; overwritten; may be the output itself where that has its shape.</param>
    void Mean(Matrix<T> output, Matrix<T> mean);
}
