using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Binary cross-entropy on probabilities, with the meaning of PyTorch's <c>binary_cross_entropy</c>, which the report uses:
/// each logarithm is at least -100. Summed over features, averaged over samples, in nats per sample.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Here to be compared with; training uses <see cref="BinaryCrossEntropy{T}"/>, which needs no clamp.
/// Derivation: docs/derivations.md, BinaryCrossEntropyOnProbabilities.
/// </remarks>
public sealed class BinaryCrossEntropyOnProbabilities<T> : IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // PyTorch's own two clamps: logarithms from below, and p (1 - p) in the gradient's denominator.
    private const double LeastLogarithm = -100;
    private const double LeastDenominator = 1e-12f;                   // a float there, whatever the tensor's type

    /// <inheritdoc/>
    public string Formula => "sum over features of -x log p - (1 - x) log(1 - p), logarithms at least -100, p the probabilities, x in [0, 1]";

    /// <inheritdoc/>
    /// <remarks>The output are probabilities; a probability or a target outside [0, 1] (or NaN) is refused.</remarks>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team)
    {
        Losses.RequireOutput(this, output, target, team);
        Losses.RequirePlaces(perSample, output.ColumnCount, "samples");

        var draws = Losses.Draws(output, target);
        for (var column = 0; column < output.ColumnCount; column++)
        {
            var p = output.ColumnSpan(column);
            var x = target.ColumnSpan(column / draws);
            var sum = 0.0;
            for (var i = 0; i < p.Length; i++)
            {
                sum += Loss(Probability(p[i], i, column, nameof(output)), Probability(x[i], i, column / draws, nameof(target)));
            }

            perSample[column] = sum;
        }

        return Losses.Mean(perSample);
    }

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default)
    {
        Losses.RequireOutput(this, output, target, team);
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
                dp[i] = weight == T.Zero
                    ? T.Zero
                    : weight * (p[i] - x[i]) / T.Max(p[i] * (T.One - p[i]), least); // dp = w (p - x) / (p (1 - p))
            }
        }
    }

    /// <inheritdoc/>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.CopyTo(mean);
    }

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
