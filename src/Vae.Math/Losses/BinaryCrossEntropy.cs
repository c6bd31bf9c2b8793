using System.Numerics;
using System.Numerics.Tensors;
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

        var logits = output.AsSpan();
        team.Run(
            new Gradients(logits, target.AsSpan(), outputGradient.AsSpan(), T.CreateChecked(1.0 / output.ColumnCount)),
            SimdLoop.Parts(logits.Length, SimdLoop.PartLength));
    }

    /// <inheritdoc/>
    /// <remarks>The mean of a Bernoulli is its probability, the sigmoid of the logit.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean) => Sigmoid.Forward(output, mean);

    private static void RequireProbabilities(ReadOnlySpan<T> target, int sample)
    {
        if (TensorPrimitives.Min(target) >= T.Zero && TensorPrimitives.Max(target) <= T.One) // NaN answers no
        {
            return;
        }

        var feature = 0;
        while (target[feature] >= T.Zero && target[feature] <= T.One)
        {
            feature++;
        }

        throw new ArgumentException(
            $"Binary cross-entropy wants targets from 0 to 1, but feature {feature} of sample {sample} of the batch is "
            + $"{target[feature]}. Scale the data to [0, 1], or use the Gaussian likelihood.", nameof(target));
    }

    private readonly ref struct SampleLosses(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<double> perSample, int features, int width) : IParallelWork
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<double> _perSample = perSample;

        public void DoPart(int part)
        {
            for (var sample = part * width; sample < int.Min((part + 1) * width, _perSample.Length); sample++)
            {
                var target = _targets.Slice(sample * features, features);
                RequireProbabilities(target, sample);
                var loop = new LossLoop(_logits.Slice(sample * features, features), target);
                SimdLoop.Run<LossLoop, T>(ref loop, features);
                _perSample[sample] = loop.Sum;
            }
        }
    }

    private ref struct LossLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;

        public double Sum { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            var zero = TSimd.Broadcast(T.Zero);
            var sum = zero;
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var l = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = ExpMinusAbs<TSimd, TVector>(l);               // exp(-|l|), in (0, 1]
                var loss = TSimd.Subtract(TSimd.Max(l, zero), TSimd.Multiply(l, x)); // max(l, 0) - l x
                sum = TSimd.Add(sum, TSimd.Add(loss, LogOnePlus<TSimd, TVector>(e))); // + log(1 + exp(-|l|))
            }

            Sum += double.CreateTruncating(TSimd.Sum(sum));
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
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            var factor = TSimd.Broadcast(scale);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var l = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = ExpMinusAbs<TSimd, TVector>(l);
                var p = TSimd.Divide(TSimd.WherePositive(l, one, e), TSimd.Add(one, e)); // sigmoid(l), without overflow
                TSimd.Store(TSimd.Multiply(factor, TSimd.Subtract(p, x)), ref _gradient[i]); // dl = (sigmoid(l) - x) / samples
            }

            return i;
        }
    }

    private static TVector ExpMinusAbs<TSimd, TVector>(TVector l)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        => TSimd.Exp(TSimd.Subtract(TSimd.Broadcast(T.Zero), TSimd.Abs(l)));

    // u = 1 + e loses the low digits of a small e; (e - (u - 1)) / u puts their share of the logarithm back.
    private static TVector LogOnePlus<TSimd, TVector>(TVector e)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        var one = TSimd.Broadcast(T.One);
        var u = TSimd.Add(one, e);
        var lost = TSimd.Subtract(e, TSimd.Subtract(u, one));
        return TSimd.Add(TSimd.Log(u), TSimd.Divide(lost, u));
    }
}
