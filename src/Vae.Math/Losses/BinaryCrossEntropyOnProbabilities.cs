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
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Losses.RequirePerSample(perSample, output.ColumnCount);

        for (var sample = 0; sample < output.ColumnCount; sample++)
        {
            var p = output.ColumnSpan(sample);
            var x = target.ColumnSpan(sample);
            var sum = 0.0;
            for (var i = 0; i < p.Length; i++)
            {
                sum += Loss(Probability(p[i], i, sample, nameof(output)), Probability(x[i], i, sample, nameof(target)));
            }

            perSample[sample] = sum;
        }

        return Losses.Mean(perSample);
    }

    /// <inheritdoc/>
    public void Backward(Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);

        var scale = T.CreateChecked(1.0 / output.ColumnCount);
        var least = T.CreateChecked(LeastDenominator);
        var p = output.AsSpan();
        var x = target.AsSpan();
        var dp = outputGradient.AsSpan();
        for (var i = 0; i < p.Length; i++)
        {
            dp[i] = scale * (p[i] - x[i]) / T.Max(p[i] * (T.One - p[i]), least); // dp = (p - x) / (p (1 - p))
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
