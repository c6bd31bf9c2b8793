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
/// <para>Source: the report, section 2.4: <c>L = -1/2 |x - mu|^2 - lambda KL</c>. The lambda there is both the decoder's variance
/// and the weight of the KL divergence, so at lambda = 1 the unit is nats up to the Gaussian's constant, which is left out.
/// Derivation: docs/derivations.md, GaussianLikelihood.</para>
/// </remarks>
public sealed class GaussianLikelihood<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static HalfSquaredError<T> Column => new(precision: 1);

    /// <summary>Makes the likelihood.</summary>
    /// <param name="variance">The variance of each feature, above 0. The loss does not depend on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The variance is not a finite number above 0.</exception>
    public GaussianLikelihood(double variance = 1)
    {
        if (!(variance > 0 && double.IsFinite(variance)))             // NaN answers no
        {
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "Must be a finite number above 0.");
        }

        Variance = variance;
    }

    /// <summary>The variance of each feature: that of log-densities and draws.</summary>
    public double Variance { get; }

    /// <inheritdoc/>
    public string Formula => "half the squared error, sum over features of (x - mu)^2 / 2 (the Gaussian's constant left out)";

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.Forward(this, Column, output, target, perDraw, team, observed);

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
        => ColumnLoss.Backward(this, Column, output, target, outputGradient, team, weights, observed);

    /// <inheritdoc/>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
        => ColumnLoss.ForwardBackward(this, Column, output, target, perDraw, outputGradient, team, observed);

    /// <inheritdoc/>
    /// <remarks>Of N(mu, <see cref="Variance"/>), the constant included: a column's sum is
    /// -<see cref="NegativeLogLikelihood"/> of its loss.</remarks>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.LogDensity(
            this, new GaussianDensity<T>(1 / Variance, double.Log(Variance)), output, target, logDensity, team, observed);

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

    /// <inheritdoc/>
    /// <remarks>Of N(mu, <see cref="Variance"/>).</remarks>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);
        GaussianDensity<T>.Draw(output, x, draws, firstColumn, double.Sqrt(Variance));
    }
}

/// <summary>Half the squared error of a column; its gradient is multiplied by a precision, the inverse of a variance.</summary>
internal readonly struct HalfSquaredError<T>(double precision) : IColumnLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, ColumnPlace place)
    {
        var distance = target.IsEmpty ? 0 : double.CreateTruncating(TensorPrimitives.Distance(output, target));
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

/// <summary>The log-density of a Gaussian with one variance for all features, and draws from it.</summary>
internal readonly struct GaussianDensity<T>(double precision, double logVariance) : IColumnDensity<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void LogDensity(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> logDensity, ColumnPlace place)
    {
        var constant = -(logVariance + double.Log(2 * double.Pi)) / 2;
        TensorPrimitives.Subtract(output, target, logDensity);
        TensorPrimitives.Multiply(logDensity, logDensity, logDensity);
        TensorPrimitives.Multiply(logDensity, T.CreateTruncating(-precision / 2), logDensity);
        // -(x - mu)^2 / (2 variance) - log(2 pi variance) / 2
        TensorPrimitives.Add(logDensity, T.CreateTruncating(constant), logDensity);
    }

    /// <summary>Draws <c>x = mu + sigma epsilon</c>.</summary>
    public static void Draw(Matrix<T> means, Matrix<T> x, RandomDraws draws, long firstColumn, double sigma)
    {
        var values = x.AsSpan();
        draws.FillNormal(values, firstColumn * x.RowCount);
        TensorPrimitives.Multiply(values, T.CreateTruncating(sigma), values);
        TensorPrimitives.Add<T>(values, means.AsSpan(), values);      // x = mu + sigma epsilon
    }
}
