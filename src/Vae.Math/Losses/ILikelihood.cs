using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The distribution p(x|z) of a sample, whose parameters are the decoder's output: its loss with the gradient, its log-density
/// for each feature, its mean, and draws from it. A loss is summed over features, averaged over samples, in nats per sample.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <para>A sample may have several draws of z: for N samples with k draws each the output has N k columns, and column j is
/// compared with column j / k of the target, rounded down. In the mean each column counts alike.</para>
/// <para>A mask, <c>observed</c>, holds 1 for each entry of the target that is known and 0 for each that is not. The loss then
/// sums over the known entries alone, an unknown entry's outputs get the gradient 0, and the number in an unknown entry has no
/// influence: it may be NaN, and its range is not checked. Without a mask every entry is known.</para>
/// </remarks>
public interface ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The loss as a formula, for the records of a run.</summary>
    string Formula { get; }

    /// <summary>The likelihood's own learnt parameters, such as a variance; most have none.</summary>
    IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>The number of rows of the decoder's output.</summary>
    /// <param name="features">The features of a sample.</param>
    /// <returns>One row for each feature, unless the likelihood has more parameters for each.</returns>
    int OutputRows(int features) => features;

    /// <summary>Whether a feature of a sample may have a value: by default every finite number.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="x">The value.</param>
    bool Accepts(int feature, T x) => T.IsFinite(x);

    /// <summary>The values that a feature may have, as words after "must be", such as <c>from 0 to 1</c>.</summary>
    /// <param name="feature">The feature.</param>
    string Range(int feature) => "a finite number";

    /// <summary>Computes the loss of each column of the output.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x (samples times draws).</param>
    /// <param name="target">x, features x samples.</param>
    /// <param name="perDraw">The loss of each column of the output, nats; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="observed">The mask, features x samples of 0 or 1; null where every entry is known.</param>
    /// <returns>The mean over the columns, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, a known target lies outside the likelihood's range, or the mask
    /// holds another number than 0 or 1.</exception>
    double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null);

    /// <summary>Computes the gradient of <c>L = sum over columns j of weights[j] loss_j</c>, by default the mean over the
    /// columns. Overwrites the gradients of <see cref="Parameters"/> also.</summary>
    /// <param name="output">As <see cref="Forward"/> saw it.</param>
    /// <param name="target">As <see cref="Forward"/> saw it.</param>
    /// <param name="outputGradient">dL/doutput, of the output's shape; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="weights">The weight of each column of the output in L; empty: 1 / columns each. A column whose weight is 0
    /// has the gradient 0, whatever its loss.</param>
    /// <param name="observed">As <see cref="Forward"/> saw it.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or there are weights, but not one for each column.</exception>
    void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null);

    /// <summary>Computes the loss of each column and the gradient of their mean in one pass, with the bits of
    /// <see cref="Forward"/> and <see cref="Backward"/>.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x (samples times draws).</param>
    /// <param name="target">x, features x samples.</param>
    /// <param name="perDraw">The loss of each column of the output, nats; overwritten.</param>
    /// <param name="outputGradient">dL/doutput, of the output's shape; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="observed">The mask, features x samples of 0 or 1; null where every entry is known.</param>
    /// <returns>The mean over the columns, nats per sample.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, a known target lies outside the likelihood's range, or the mask
    /// holds another number than 0 or 1.</exception>
    double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
    {
        var mean = Forward(output, target, perDraw, team, observed);
        Backward(output, target, outputGradient, team, observed: observed);
        return mean;
    }

    /// <summary>Computes <c>log p(x_d|z)</c> for each feature d and each column of the output, the constant included.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x (samples times draws).</param>
    /// <param name="target">x, features x samples.</param>
    /// <param name="logDensity">log p(x_d|z), features x (samples times draws), nats; overwritten. 0
    /// for an unknown entry.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="observed">The mask, features x samples of 0 or 1; null where every entry is known.</param>
    /// <remarks>A column's sum is minus its loss but for roundings, a few units in the last place of T of each term, unless the
    /// loss is another multiple of the negative log-likelihood, as that of <see cref="GaussianLikelihood{T}"/>.</remarks>
    /// <exception cref="ArgumentException">A shape does not fit, a known target lies outside the likelihood's range, or the mask
    /// holds another number than 0 or 1.</exception>
    void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null);

    /// <summary>Computes the mean of p(x|z).</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x columns.</param>
    /// <param name="mean">E[x|z], features x columns; overwritten; may be the output itself where the shapes are equal.</param>
    void Mean(Matrix<T> output, Matrix<T> mean);

    /// <summary>Draws <c>x ~ p(x|z)</c> for each column of the output.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x columns.</param>
    /// <param name="x">The draws, features x columns; overwritten; another matrix than the output.</param>
    /// <param name="draws">The random numbers. An entry's draw depends on these, its column's number, its feature and its own
    /// outputs alone.</param>
    /// <param name="firstColumn">The number of the first column; the others follow. A batch that is drawn in parts
    /// has the same draws.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or x is the output itself.</exception>
    void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0);
}
