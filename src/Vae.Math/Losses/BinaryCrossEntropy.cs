using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Binary cross-entropy on logits: summed over features, averaged over samples, in nats per sample. For x in {0, 1} it is
/// the negative log-likelihood of a Bernoulli; for grey x in between it is only an error, with a floor above zero.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Written as <c>max(l, 0) - l x + log(1 + exp(-|l|))</c>, which is finite for every finite logit, so that no probability
/// has to be clamped. Derivation: docs/derivations.md, BinaryCrossEntropy.
/// </remarks>
public sealed class BinaryCrossEntropy<T> : IReconstructionLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Formula => "sum over features of max(l, 0) - l x + log(1 + exp(-|l|)), l the logits, x in [0, 1]";

    /// <inheritdoc/>
    /// <remarks>The output are logits; a target outside [0, 1] (or NaN) is refused.</remarks>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Losses.RequirePerSample(perSample, output.ColumnCount);

        Run(output, target, perSample, [], team);
        return Losses.Mean(perSample);
    }

    /// <inheritdoc/>
    public void Backward(Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);

        var logits = output.AsSpan();
        team.Run(
            new Gradients(logits, target.AsSpan(), outputGradient.AsSpan(), T.CreateChecked(1.0 / output.ColumnCount)),
            SimdLoop.Parts(logits.Length, SimdLoop.PartLength));
    }

    /// <inheritdoc/>
    /// <remarks>The exponential of each logit serves the loss and its gradient.</remarks>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perSample, Matrix<T> outputGradient, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(target, output.RowCount, output.ColumnCount);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        Losses.RequirePerSample(perSample, output.ColumnCount);

        Run(output, target, perSample, outputGradient.AsSpan(), team);
        return Losses.Mean(perSample);
    }

    /// <inheritdoc/>
    /// <remarks>The mean of a Bernoulli is its probability, the sigmoid of the logit.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean) => Sigmoid.Forward(output, mean);

    private static void Run(Matrix<T> output, Matrix<T> target, Span<double> perSample, Span<T> gradient, WorkerTeam team)
    {
        var width = SimdLoop.ColumnsInPart(output.RowCount);
        team.Run(
            new Samples(output.AsSpan(), target.AsSpan(), perSample, gradient, output.RowCount, width),
            SimdLoop.Parts(output.ColumnCount, width));
    }

    private static ArgumentException OutsideRange(ReadOnlySpan<T> target, int sample)
    {
        var feature = 0;
        while (target[feature] >= T.Zero && target[feature] <= T.One) // NaN answers no
        {
            feature++;
        }

        return new ArgumentException(
            $"Binary cross-entropy wants targets from 0 to 1, but feature {feature} of sample {sample} of the batch is "
            + $"{target[feature]}. Scale the data to [0, 1], or use the Gaussian likelihood.", nameof(target));
    }

    // The loss of some samples and, where there is room for it, its gradient.
    private readonly ref struct Samples(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<double> perSample, Span<T> gradient, int features, int width) : IParallelWork
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<double> _perSample = perSample;
        private readonly Span<T> _gradient = gradient;

        public void DoPart(int part)
        {
            var scale = T.CreateChecked(1.0 / _perSample.Length);
            for (var sample = part * width; sample < int.Min((part + 1) * width, _perSample.Length); sample++)
            {
                var logits = _logits.Slice(sample * features, features);
                var target = _targets.Slice(sample * features, features);
                var gradient = _gradient.IsEmpty ? [] : _gradient.Slice(sample * features, features);
                var loop = new LossLoop(logits, target, gradient, scale);
                SimdLoop.Run<LossLoop, T>(ref loop, features);
                _perSample[sample] = loop.Outside == 0 ? loop.Sum : throw OutsideRange(target, sample); // NaN is not 0
            }
        }
    }

    // The loss and, where there is room for it, its gradient.
    private ref struct LossLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient, T scale) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        /// <summary>The sum of the losses so far.</summary>
        public double Sum { get; private set; }

        /// <summary>How far targets lie outside [0, 1], all together.</summary>
        public double Outside { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector sum = TSimd.Broadcast(T.Zero), outside = sum, factor = TSimd.Broadcast(scale);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var l = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l); // exp(-|l|), in (0, 1]
                sum = TSimd.Add(sum, Loss<TSimd, TVector>(l, x, e));
                outside = TSimd.Add(outside, Outside01<TSimd, TVector>(x));
                if (!_gradient.IsEmpty)
                {
                    TSimd.Store(Gradient<TSimd, TVector>(l, x, e, factor), ref _gradient[i]);
                }
            }

            Sum += double.CreateTruncating(TSimd.Sum(sum));
            Outside += double.CreateTruncating(TSimd.Sum(outside));
            return i;
        }
    }

    private readonly ref struct Gradients(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient, T scale) : IParallelWork
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        public void DoPart(int part)
        {
            var start = part * SimdLoop.PartLength;
            var length = int.Min(SimdLoop.PartLength, _logits.Length - start);
            var loop = new GradientLoop(_logits.Slice(start, length), _targets.Slice(start, length), _gradient.Slice(start, length), scale);
            SimdLoop.Run<GradientLoop, T>(ref loop, length);
        }
    }

    private readonly ref struct GradientLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient, T scale) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var factor = TSimd.Broadcast(scale);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var l = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l);
                TSimd.Store(Gradient<TSimd, TVector>(l, x, e, factor), ref _gradient[i]);
            }

            return i;
        }
    }

    // e = exp(-|l|), in (0, 1]: it cannot overflow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Loss<TSimd, TVector>(TVector l, TVector x, TVector e)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var linear = TSimd.Subtract(TSimd.Max(l, TSimd.Broadcast(T.Zero)), TSimd.Multiply(l, x)); // max(l, 0) - l x
        return TSimd.Add(linear, SimdElementary<TSimd, TVector, T>.Log1pOfFraction(e));           // + log(1 + exp(-|l|))
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Gradient<TSimd, TVector>(TVector l, TVector x, TVector e, TVector factor)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var one = TSimd.Broadcast(T.One);
        var p = TSimd.Divide(TSimd.WherePositive(l, one, e), TSimd.Add(one, e)); // sigmoid(l), without overflow
        return TSimd.Multiply(factor, TSimd.Subtract(p, x));                     // dl = (sigmoid(l) - x) / samples
    }

    // 0 for x in [0, 1], else above 0 or NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Outside01<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.Abs(TSimd.Subtract(x, TSimd.AtMost(TSimd.AtLeast(x, TSimd.Broadcast(T.Zero)), TSimd.Broadcast(T.One))));
}
