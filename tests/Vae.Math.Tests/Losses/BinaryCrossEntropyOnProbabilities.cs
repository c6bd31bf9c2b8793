using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>
/// Binary cross-entropy on probabilities, an oracle, written with plain loops and with the meaning of PyTorch's
/// <c>binary_cross_entropy</c>, which the report uses: each logarithm is at least -100.
/// </summary>
/// <remarks>
/// The gradient is <c>-x / p + (1 - x) / (1 - p) = (p - x) / (p (1 - p))</c>. PyTorch's clamp of its denominator is not the
/// derivative of the clamp of the logarithms; where a clamp is in force, a value from PyTorch holds the gradient instead of
/// central differences.
/// </remarks>
internal sealed class BinaryCrossEntropyOnProbabilities<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // PyTorch's own two clamps: logarithms from below, and p (1 - p) in the gradient's denominator.
    private const double LeastLogarithm = -100;
    private const double LeastDenominator = 1e-12f;                   // a float there, whatever the tensor's type

    public string Formula
        => "sum over features of -x log p - (1 - x) log(1 - p), logarithms at least -100, p the probabilities, x in [0, 1]";

    // A probability or a known target outside [0, 1] (or NaN) is refused.
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        for (var column = 0; column < output.ColumnCount; column++)
        {
            perDraw[column] = 0;
            for (var feature = 0; feature < output.RowCount; feature++)
            {
                perDraw[column] += Loss(output, target, observed, feature, column);
            }
        }

        return Losses.Mean(perDraw);
    }

    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, weights);

        var draws = Losses.Draws(output, target);
        var least = T.CreateChecked(LeastDenominator);
        for (var column = 0; column < output.ColumnCount; column++)
        {
            var weight = T.CreateChecked(Losses.Weight(weights, column, output.ColumnCount));
            var p = output.ColumnSpan(column);
            var x = target.ColumnSpan(column / draws);
            var dp = outputGradient.ColumnSpan(column);
            for (var i = 0; i < p.Length; i++)
            {
                dp[i] = weight == T.Zero || !IsKnown(observed, i, column / draws)
                    ? T.Zero
                    : weight * (p[i] - x[i]) / T.Max(p[i] * (T.One - p[i]), least); // dp = w (p - x) / (p (1 - p))
            }
        }
    }

    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
    {
        for (var column = 0; column < output.ColumnCount; column++)
        {
            for (var feature = 0; feature < output.RowCount; feature++)
            {
                logDensity.At(feature, column, T.CreateTruncating(-Loss(output, target, observed, feature, column)));
            }
        }
    }

    public void Mean(Matrix<T> output, Matrix<T> mean) => output.CopyTo(mean);

    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
        => output.MapIndexed(
            (row, column, p) =>
                draws.Uniform(((firstColumn + column) * x.RowCount) + row) < double.CreateTruncating(p) ? T.One : T.Zero,
            x);

    private static double Loss(Matrix<T> output, Matrix<T> target, Matrix<T>? observed, int feature, int column)
    {
        var sample = column / Losses.Draws(output, target);
        return IsKnown(observed, feature, sample)
            ? Loss(
                Probability(output.At(feature, column), feature, column, nameof(output)),
                Probability(target.At(feature, sample), feature, sample, nameof(target)))
            : 0;
    }

    private static bool IsKnown(Matrix<T>? observed, int feature, int sample) => observed?.At(feature, sample) != T.Zero;

    private static double Loss(double p, double x)
        => -(x * double.Max(double.Log(p), LeastLogarithm)) - ((1 - x) * double.Max(double.Log(1 - p), LeastLogarithm));

    private static double Probability(T value, int feature, int sample, string name)
    {
        var probability = double.CreateTruncating(value);
        return probability is >= 0 and <= 1
            ? probability
            : throw new ArgumentException(
                $"Must lie from 0 to 1, but feature {feature} of sample {sample} of the batch is {value}.", name);
    }
}
