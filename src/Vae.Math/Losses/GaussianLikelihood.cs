using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Half the squared error, <c>1/2 |x - mu|^2</c>: summed over features, averaged over samples. With the KL weight lambda it
/// is the report's objective for <c>p(x|z) = N(mu, lambda I)</c>, multiplied by lambda.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <para>Three losses are Gaussian. This one is for a variance that is chosen: it stays outside, as the KL weight, and
/// <see cref="NegativeLogLikelihood"/> puts it back for a number in nats. <see cref="GaussianWithVariance{T}"/> learns one
/// variance for all pixels, <see cref="GaussianPixelVariance{T}"/> has the decoder give one for each; both are nats with the
/// constant, and want the KL weight 1.</para>
/// <para>Source: the report, section 2.4: <c>L = -1/2 |x - mu|^2 - lambda KL</c>. The lambda there is both the decoder's variance and
/// the weight of the KL divergence, so at lambda = 1 the unit is nats up to the Gaussian's constant, which is left out.
/// Derivation: docs/derivations.md, GaussianLikelihood.</para>
/// </remarks>
public sealed class GaussianLikelihood<T> : IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static HalfSquaredError<T> Column => new(precision: 1);

    /// <inheritdoc/>
    public string Formula => "half the squared error, sum over features of (x - mu)^2 / 2 (the Gaussian's constant left out)";

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team)
        => ColumnLoss.Forward(this, Column, output, target, perSample, team);

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default)
        => ColumnLoss.Backward(this, Column, output, target, outputGradient, team, weights);

    /// <inheritdoc/>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perSample, Matrix<T> outputGradient, WorkerTeam team)
        => ColumnLoss.ForwardBackward(this, Column, output, target, perSample, outputGradient, team);

    /// <summary>The negative log-likelihood of a sample by <c>N(mu, variance I)</c>, the constant included:
    /// <c>1/2 |x - mu|^2 / variance + d/2 log(2 pi variance)</c>.</summary>
    /// <param name="halfSquaredError"><c>1/2 |x - mu|^2</c>: this loss, of a sample or the mean of many.</param>
    /// <param name="variance">The variance of each pixel, above 0.</param>
    /// <param name="features">d, the features of a sample.</param>
    /// <returns>Nats per sample; below 0 where the density is above 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The variance is not above 0, or there is no feature.</exception>
    public static double NegativeLogLikelihood(double halfSquaredError, double variance, int features)
    {
        if (!(variance > 0))                                          // NaN answers no
        {
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "Must be above 0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        return (halfSquaredError / variance) + (features / 2.0 * double.Log(2 * double.Pi * variance));
    }

    /// <inheritdoc/>
    /// <remarks>The output is the mean already.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.CopyTo(mean);
    }
}

/// <summary>Half the squared error of a column; its gradient is multiplied by a precision, the inverse of a variance.</summary>
internal readonly struct HalfSquaredError<T>(double precision) : IColumnLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, int sample)
    {
        var distance = double.CreateTruncating(TensorPrimitives.Distance(output, target));
        if (!gradient.IsEmpty)
        {
            Gradient(output, target, gradient, weight);
        }

        return distance * distance / 2;                               // |x - mu|^2 / 2
    }

    public void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight)
    {
        TensorPrimitives.Subtract(output, target, gradient);
        TensorPrimitives.Multiply(gradient, T.CreateChecked(weight * precision), gradient); // dmu = w (mu - x) / variance
    }
}
