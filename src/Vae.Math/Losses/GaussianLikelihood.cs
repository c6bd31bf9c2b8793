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
/// Source: the report, section 2.4: <c>L = -1/2 |x - mu|^2 - lambda KL</c>. The lambda there is both the decoder's variance and
/// the weight of the KL divergence, so at lambda = 1 the unit is nats up to the Gaussian's constant, which is left out.
/// Derivation: docs/derivations.md, GaussianLikelihood.
/// </remarks>
public sealed class GaussianLikelihood<T> : IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Formula => "half the squared error, sum over features of (x - mu)^2 / 2 (the Gaussian's constant left out)";

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Losses.RequirePerSample(perSample, output.ColumnCount);

        var width = SimdLoop.ColumnsInPart(output.RowCount);
        team.Run(
            new SampleLosses(output.AsSpan(), target.AsSpan(), perSample, output.RowCount, width),
            SimdLoop.Parts(output.ColumnCount, width));
        return Losses.Mean(perSample);
    }

    /// <inheritdoc/>
    public void Backward(Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);

        var mu = output.AsSpan();
        team.Run(
            new Gradients(mu, target.AsSpan(), outputGradient.AsSpan(), T.CreateChecked(1.0 / output.ColumnCount)),
            SimdLoop.Parts(mu.Length, SimdLoop.PartLength));
    }

    /// <inheritdoc/>
    /// <remarks>The output is the mean already.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.CopyTo(mean);
    }

    private readonly ref struct SampleLosses(
        ReadOnlySpan<T> means, ReadOnlySpan<T> targets, Span<double> perSample, int features, int width) : IParallelWork
    {
        private readonly ReadOnlySpan<T> _means = means;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<double> _perSample = perSample;

        public void DoPart(int part)
        {
            for (var sample = part * width; sample < int.Min((part + 1) * width, _perSample.Length); sample++)
            {
                var mu = _means.Slice(sample * features, features);
                var x = _targets.Slice(sample * features, features);
                var distance = double.CreateTruncating(TensorPrimitives.Distance(mu, x));
                _perSample[sample] = distance * distance / 2;         // |x - mu|^2 / 2
            }
        }
    }

    private readonly ref struct Gradients(ReadOnlySpan<T> means, ReadOnlySpan<T> targets, Span<T> gradient, T scale) : IParallelWork
    {
        private readonly ReadOnlySpan<T> _means = means;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        public void DoPart(int part)
        {
            var start = part * SimdLoop.PartLength;
            var length = int.Min(SimdLoop.PartLength, _means.Length - start);
            var gradient = _gradient.Slice(start, length);
            TensorPrimitives.Subtract(_means.Slice(start, length), _targets.Slice(start, length), gradient);
            TensorPrimitives.Multiply(gradient, scale, gradient);     // dmu = (mu - x) / samples
        }
    }
}
