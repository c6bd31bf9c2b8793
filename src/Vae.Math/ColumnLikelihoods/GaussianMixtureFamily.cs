using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A mixture of K Gaussians of one column: K logits, then K means, then K raw log-variances, whose soft floor is a
/// Gaussian's.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Losses and gradients are finite for all finite arguments; see <see cref="Deviation{TSimd, TVector, T}"/> for the
/// bounds. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class GaussianMixtureFamily<T>(ColumnLikelihood column) : INumberFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _components = column.Components;
    private readonly double _floor = LearntScale.LogVarianceFloor(column);
    private readonly bool _isLogarithm = column.IsLogarithm;

    /// <inheritdoc/>
    public int Outputs => 3 * _components;

    /// <inheritdoc/>
    public string Formula
        => $"-log of the sum over {_components} components k of softmax(l)_k N(x; m_k, exp(v_k)), v = f + softplus(r - f), "
            + "f = 2 log(least deviation)";

    /// <inheritdoc/>
    public string Range => "a finite number";

    /// <inheritdoc/>
    public bool Accepts(T x) => T.IsFinite(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var buffer = ArrayPool<T>.Shared.Rent(_components * x.Length);
        var loop = new LossLoop(outputs, x, loss, gradient, buffer, _components, T.CreateTruncating(_floor));
        SimdLoop.Run<LossLoop, T>(ref loop, x.Length);
        ArrayPool<T>.Shared.Return(buffer);
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        if (_isLogarithm)
        {
            using var mixture = Mixture(outputs, weights);
            return mixture.Quantile(0.5);
        }

        var (mean, draws) = (0.0, weights.Length);
        var rented = ArrayPool<double>.Shared.Rent(_components * draws);
        var shares = rented.AsSpan(0, _components * draws);
        Shares(outputs, draws, shares);
        for (var place = 0; place < shares.Length; place++)
        {
            // E[x] = sum of w pi_k m_k
            mean += weights[place % draws] * shares[place] * double.CreateTruncating(outputs[shares.Length + place]);
        }

        ArrayPool<double>.Shared.Return(rented);
        return mean;
    }

    /// <inheritdoc/>
    public WeightedComponents Mixture(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var draws = weights.Length;
        var mixture = new WeightedComponents(draws * _components);
        var rented = ArrayPool<double>.Shared.Rent(_components * draws);
        var shares = rented.AsSpan(0, _components * draws);
        Shares(outputs, draws, shares);
        for (var j = 0; j < draws; j++)
        {
            for (var place = j; place < shares.Length; place += draws)
            {
                mixture.Add(
                    weights[j] * shares[place],
                    double.CreateTruncating(outputs[shares.Length + place]),
                    double.CreateTruncating(outputs[(2 * shares.Length) + place]));
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        mixture.Complete(_floor, power: 0.5);                         // exp(v / 2)
        return mixture;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var (largest, sum) = (LargestLogit(outputs, 1, 0), 0.0);
        for (var k = 0; k < _components; k++)
        {
            sum += double.Exp(double.CreateTruncating(outputs[k]) - largest);
        }

        var (left, chosen) = (random.Uniform() * sum, 0);
        for (; chosen < _components - 1; chosen++)
        {
            left -= double.Exp(double.CreateTruncating(outputs[chosen]) - largest);
            if (left < 0)
            {
                break;
            }
        }

        var v = LearntScale.ValueOf(outputs[(2 * _components) + chosen], _floor);
        var x = double.CreateTruncating(outputs[_components + chosen]) + (double.Exp(v / 2) * random.Normal());
        return double.IsNaN(sum) ? double.NaN : x;                    // x = m_k + exp(v_k / 2) epsilon
    }

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Clear();
        if (values.IsEmpty)
        {
            return;
        }

        var fit = GaussianMixtureFit.Of(values, _components, column.LeastDeviation);
        for (var k = 0; k < _components; k++)
        {
            outputs[k] = double.Log(fit.Shares[k] * _components);     // 0 where all are alike
            outputs[_components + k] = fit.Means[k];
            outputs[(2 * _components) + k] = LearntScale.RawOf(double.Log(fit.Variances[k]), _floor);
        }
    }

    // pi_k of each draw, laid out as the logits.
    private void Shares(ReadOnlySpan<T> outputs, int draws, Span<double> shares)
    {
        for (var j = 0; j < draws; j++)
        {
            var largest = LargestLogit(outputs, draws, j);
            for (var place = j; place < shares.Length; place += draws)
            {
                shares[place] = double.CreateTruncating(outputs[place]) - largest;
            }
        }

        Elementwise.Exp<double>(shares, shares);
        for (var j = 0; j < draws; j++)
        {
            var sum = 0.0;
            for (var place = j; place < shares.Length; place += draws)
            {
                sum += shares[place];
            }

            for (var place = j; place < shares.Length; place += draws)
            {
                shares[place] /= sum;
            }
        }
    }

    private double LargestLogit(ReadOnlySpan<T> outputs, int draws, int draw)
    {
        var largest = double.CreateTruncating(outputs[draw]);
        for (var k = 1; k < _components; k++)
        {
            largest = double.Max(largest, double.CreateTruncating(outputs[(k * draws) + draw]));
        }

        return largest;
    }

    // The components one after another for each vector of draws; their joint logarithms wait in the scratch.
    private readonly ref struct LossLoop(
        ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> loss, Span<T> gradient, Span<T> joints, int components, T floor)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _outputs = outputs;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _loss = loss;
        private readonly Span<T> _gradient = gradient;
        private readonly Span<T> _joints = joints;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var largest = Largest<TSimd, TVector>(_outputs, i);
                var largestJoint = Components<TSimd, TVector>(i, largest, out var all);
                var sum = TSimd.Broadcast(T.Zero);
                for (var k = 0; k < components; k++)
                {
                    ref var place = ref _joints[(k * _targets.Length) + i];
                    var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(TSimd.Subtract(largestJoint, TSimd.Load(in place)));
                    sum = TSimd.Add(sum, e);
                    TSimd.Store(e, ref place);
                }

                // L = log sum of exp(l_k) - log sum of exp(l_k + log N_k), the largest taken out of each
                var evidence = TSimd.Add(largestJoint, SimdElementary<TSimd, TVector, T>.LogOfNormal(sum));
                TSimd.Store(TSimd.Subtract(SimdElementary<TSimd, TVector, T>.LogOfNormal(all), evidence), ref _loss[i]);
                if (!_gradient.IsEmpty)
                {
                    Gradients<TSimd, TVector>(i, all, sum);
                }
            }

            return i;
        }

        private TVector Largest<TSimd, TVector>(ReadOnlySpan<T> rows, int i)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var largest = TSimd.Load(in rows[i]);
            for (var k = 1; k < components; k++)
            {
                largest = TSimd.Max(largest, TSimd.Load(in rows[(k * _targets.Length) + i])); // NaN stays
            }

            return largest;
        }

        // Joint logarithms l_k + log N_k, and the sum of exp(l_k); beside them what each component's gradient multiplies.
        private TVector Components<TSimd, TVector>(int i, TVector largest, out TVector all)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector one = TSimd.Broadcast(T.One), half = TSimd.Broadcast(T.CreateTruncating(0.5)), least = TSimd.Broadcast(floor);
            var constant = TSimd.Broadcast(T.CreateTruncating(double.Log(2 * double.Pi) / 2));
            var x = TSimd.Load(in _targets[i]);
            all = TSimd.Broadcast(T.Zero);
            for (var k = 0; k < components; k++)
            {
                var (logit, mean) = ((k * _targets.Length) + i, ((components + k) * _targets.Length) + i);
                var raw = (((2 * components) + k) * _targets.Length) + i;
                var v = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _outputs[raw]), least, out var slope);
                var halfV = TSimd.Multiply(half, v);
                var inverse = Deviation<TSimd, TVector, T>.Inverse(halfV);
                var t = Deviation<TSimd, TVector, T>.Of(TSimd.Load(in _outputs[mean]), x, inverse);
                var square = TSimd.Multiply(t, t);
                var l = TSimd.Subtract(TSimd.Load(in _outputs[logit]), largest);
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l);
                all = TSimd.Add(all, e);
                // l_k + log N_k, log N = -t^2 / 2 - v / 2 - log(2 pi) / 2
                var joint = TSimd.Subtract(l, TSimd.MultiplyAdd(half, square, TSimd.Add(halfV, constant)));
                TSimd.Store(joint, ref _joints[logit]);
                if (!_gradient.IsEmpty)
                {
                    var dv = TSimd.Multiply(half, TSimd.Subtract(one, square));
                    TSimd.Store(e, ref _gradient[logit]);
                    TSimd.Store(TSimd.Multiply(t, inverse), ref _gradient[mean]);
                    TSimd.Store(TSimd.Multiply(dv, slope), ref _gradient[raw]);
                }
            }

            return Largest<TSimd, TVector>(_joints, i);
        }

        private void Gradients<TSimd, TVector>(int i, TVector all, TVector sum)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector one = TSimd.Broadcast(T.One), toPi = TSimd.Divide(one, all), toR = TSimd.Divide(one, sum);
            for (var k = 0; k < components; k++)
            {
                var row = (k * _targets.Length) + i;
                var r = TSimd.Multiply(TSimd.Load(in _joints[row]), toR);
                var pi = TSimd.Multiply(TSimd.Load(in _gradient[row]), toPi);
                TSimd.Store(TSimd.Subtract(pi, r), ref _gradient[row]); // dl_k = pi_k - r_k
                for (row += components * _targets.Length; row < _gradient.Length; row += components * _targets.Length)
                {
                    // dm_k = r_k t_k exp(-v_k / 2); dr_k = r_k (1 - t_k^2) / 2 sigmoid(r_k - floor)
                    TSimd.Store(TSimd.Multiply(r, TSimd.Load(in _gradient[row])), ref _gradient[row]);
                }
            }
        }
    }
}
