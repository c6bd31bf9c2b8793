using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A Gaussian of one column: the mean m, then the raw log-variance r, with <c>v = floor + softplus(r - floor)</c> and
/// <c>floor = 2 log(least deviation)</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Losses and gradients are finite for all finite arguments; see <see cref="Deviation{TSimd, TVector, T}"/> for the
/// bounds. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class GaussianFamily<T>(ColumnLikelihood column) : INumberFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _floor = LearntScale.LogVarianceFloor(column);
    private readonly bool _isLogarithm = column.IsLogarithm;

    /// <inheritdoc/>
    public int Outputs => 2;

    /// <inheritdoc/>
    public string Formula
        => "(x - m)^2 / 2 exp(-v) + (v + log(2 pi)) / 2, v = f + softplus(r - f), f = 2 log(least deviation)";

    /// <inheritdoc/>
    public string Range => "a finite number";

    /// <inheritdoc/>
    public bool Accepts(T x) => T.IsFinite(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var loop = new LossLoop(outputs, x, loss, gradient, T.CreateTruncating(_floor));
        SimdLoop.Run<LossLoop, T>(ref loop, x.Length);
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        if (_isLogarithm)
        {
            using var mixture = Mixture(outputs, weights);
            return mixture.Quantile(0.5);
        }

        var mean = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            mean += weights[j] * double.CreateTruncating(outputs[j]); // E[x] = sum of w m
        }

        return mean;
    }

    /// <inheritdoc/>
    public WeightedComponents Mixture(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var mixture = new WeightedComponents(weights.Length);
        for (var j = 0; j < weights.Length; j++)
        {
            mixture.Add(weights[j], double.CreateTruncating(outputs[j]), double.CreateTruncating(outputs[weights.Length + j]));
        }

        mixture.Complete(_floor, power: 0.5);                         // exp(v / 2)
        return mixture;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
        => double.CreateTruncating(outputs[0])
            + (double.Exp(LearntScale.ValueOf(outputs[1], _floor) / 2) * random.Normal()); // x = m + exp(v / 2) epsilon

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Clear();
        if (!values.IsEmpty)
        {
            var (mean, variance) = Moments.Of(values);
            outputs[0] = mean;
            outputs[1] = LearntScale.RawOf(double.Log(variance), _floor);
        }
    }

    private readonly ref struct LossLoop(
        ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> loss, Span<T> gradient, T floor) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _means = outputs[..targets.Length];
        private readonly ReadOnlySpan<T> _raws = outputs[targets.Length..];
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _loss = loss;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector one = TSimd.Broadcast(T.One), half = TSimd.Broadcast(T.CreateTruncating(0.5));
            TVector least = TSimd.Broadcast(floor);
            var constant = TSimd.Broadcast(T.CreateTruncating(double.Log(2 * double.Pi) / 2));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var v = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _raws[i]), least, out var slope);
                var halfV = TSimd.Multiply(half, v);
                var inverse = Deviation<TSimd, TVector, T>.Inverse(halfV); // exp(-v / 2)
                var t = Deviation<TSimd, TVector, T>.Of(TSimd.Load(in _means[i]), TSimd.Load(in _targets[i]), inverse);
                var square = TSimd.Multiply(t, t);
                // L = t^2 / 2 + v / 2 + log(2 pi) / 2
                TSimd.Store(TSimd.MultiplyAdd(half, square, TSimd.Add(halfV, constant)), ref _loss[i]);
                if (!_gradient.IsEmpty)
                {
                    var dv = TSimd.Multiply(half, TSimd.Subtract(one, square));             // dv = (1 - t^2) / 2
                    TSimd.Store(TSimd.Multiply(t, inverse), ref _gradient[i]);              // dm = t exp(-v / 2)
                    TSimd.Store(TSimd.Multiply(dv, slope), ref _gradient[_targets.Length + i]); // dr = dv sigmoid(r - floor)
                }
            }

            return i;
        }
    }
}
