using System.Buffers;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The negative log-likelihood of a Gaussian about the decoder's output with one variance for all pixels, which is learnt:
/// <c>1/2 |x - mu|^2 exp(-v) + d/2 (v + log 2 pi)</c>, summed over features, averaged over samples, in nats per sample. The
/// constant is included; the loss is below 0 where the density is above 1.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// What is learnt is a raw value r, 0 to begin with; the log-variance is <c>v = floor + softplus(r - floor)</c>, with
/// <see cref="LeastLogVariance"/> as the floor. The best v is the logarithm of the mean squared error of a pixel, and the KL
/// weight to use is 1: the balance that <see cref="GaussianLikelihood{T}"/> asks to be chosen is found here.
/// Source: Rybkin, Daniilidis and Levine 2021, "Simple and effective VAE training with calibrated decoders" (the sigma-VAE with a
/// shared variance; its code clips the logarithm of the standard deviation so).
/// Derivation: docs/derivations.md, GaussianWithVariance.
/// </remarks>
public sealed class GaussianWithVariance<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The floor of a learnt log-variance, -6: a standard deviation of exp(-3), a twentieth of the range of pixels from
    /// 0 to 1. Without a floor the likelihood has no bound: a pixel that never changes is met exactly, and its density grows for
    /// ever as its variance shrinks.</summary>
    public const double LeastLogVariance = -6;

    /// <summary>Makes the loss with r = 0.</summary>
    public GaussianWithVariance() => Parameters = [RawLogVariance];

    /// <summary>r, 1 x 1, named <c>likelihood.log_variance</c>.</summary>
    public Parameter<T> RawLogVariance { get; } = new("likelihood.log_variance", 1, 1);

    /// <inheritdoc/>
    /// <remarks>r alone.</remarks>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The log-variance in force, <c>v = floor + softplus(r - floor)</c>.</summary>
    public double LogVariance => LogVarianceAndSlope(out _);

    /// <inheritdoc/>
    public string Formula
        => "sum over features of (x - mu)^2 / 2 exp(-v) + (v + log(2 pi)) / 2, one v = -6 + softplus(r + 6), r learnt "
            + "(the Gaussian's constant included)";

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        var v = LogVarianceAndSlope(out _);
        ColumnLoss.Run(new HalfSquaredError<T>(Precision(v)), output, target, perDraw, [], [], team, observed);
        return FromHalfSquaredErrors(perDraw, v, target, observed);
    }

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, weights);

        var rented = ArrayPool<double>.Shared.Rent(output.ColumnCount);
        Differentiate(output, target, rented.AsSpan(0, output.ColumnCount), outputGradient, team, weights, observed);
        ArrayPool<double>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    /// <remarks>The squared errors serve the loss and the variance's gradient.</remarks>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, []);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        var v = Differentiate(output, target, perDraw, outputGradient, team, [], observed);
        return FromHalfSquaredErrors(perDraw, v, target, observed);
    }

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
    {
        var v = LogVariance;
        ColumnLoss.LogDensity(this, new GaussianDensity<T>(Precision(v), v), output, target, logDensity, team, observed);
    }

    /// <inheritdoc/>
    /// <remarks>The output is the mean already.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.CopyTo(mean);
    }

    /// <inheritdoc/>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);
        GaussianDensity<T>.Draw(output, x, draws, firstColumn, 1 / double.Sqrt(Precision(LogVariance)));
    }

    // Both gradients; leaves half the squared error of each column, and returns v.
    private double Differentiate(
        Matrix<T> output, Matrix<T> target, Span<double> halfSquaredErrors, Matrix<T> outputGradient, WorkerTeam team,
        ReadOnlySpan<double> weights, Matrix<T>? observed)
    {
        var v = LogVarianceAndSlope(out var slope);
        var precision = Precision(v);
        ColumnLoss.Run(
            new HalfSquaredError<T>(precision), output, target, halfSquaredErrors, outputGradient.AsSpan(), weights, team,
            observed);
        var draws = Losses.Draws(output, target);
        var sum = 0.0;                                                // in the order of the columns
        for (var column = 0; column < halfSquaredErrors.Length; column++)
        {
            var weight = Losses.Weight(weights, column, halfSquaredErrors.Length);
            if (weight != 0)
            {
                var features = Losses.KnownFeatures(target, observed, column / draws);
                // dv = sum of w (d/2 - 1/2 |x - mu|^2 exp(-v))
                sum += weight * ((features / 2.0) - (halfSquaredErrors[column] * precision));
            }
        }

        RawLogVariance.Gradient.AsSpan()[0] = T.CreateChecked(sum * slope); // dr = dv sigmoid(r - floor)
        return v;
    }

    private static double FromHalfSquaredErrors(Span<double> perDraw, double v, Matrix<T> target, Matrix<T>? observed)
    {
        var (precision, draws) = (Precision(v), perDraw.Length / target.ColumnCount);
        for (var column = 0; column < perDraw.Length; column++)
        {
            var constant = Losses.KnownFeatures(target, observed, column / draws) / 2.0 * (v + double.Log(2 * double.Pi));
            perDraw[column] = (perDraw[column] * precision) + constant; // 1/2 |x - mu|^2 exp(-v) + d/2 (v + log 2 pi)
        }

        return Losses.Mean(perDraw);
    }

    private double LogVarianceAndSlope(out double slope)
        => SoftFloor<Scalar<double>, double, double>.Of(double.CreateTruncating(RawLogVariance.Value.AsSpan()[0]), out slope);

    private static double Precision(double v) => SimdElementary<Scalar<double>, double, double>.Exp(-v);
}
