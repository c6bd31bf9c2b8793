using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A Bernoulli distribution of a flag, by its logit l: <c>L = softplus(l) - x l</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class BernoulliFamily<T> : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double PriorCount = 0.5;                            // of each value: no logit is infinite

    /// <inheritdoc/>
    public int Outputs => 1;

    /// <inheritdoc/>
    public string Formula => "log(1 + exp(l)) - x l";

    /// <inheritdoc/>
    public string Range => "0 or 1";

    /// <inheritdoc/>
    public bool Accepts(T x) => x == T.Zero || x == T.One;

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var loop = new LossLoop(outputs, x, loss, gradient);
        SimdLoop.Run<LossLoop, T>(ref loop, x.Length);
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var mean = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            mean += weights[j] * Logistic.Of(double.CreateTruncating(outputs[j])); // p = sum of w s(l)
        }

        return double.IsNaN(mean) ? mean : mean > 0.5 ? 1 : 0;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var p = Logistic.Of(double.CreateTruncating(outputs[0]));
        return double.IsNaN(p) ? p : random.Uniform() < p ? 1 : 0;
    }

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        var ones = PriorCount;
        foreach (var value in values)
        {
            ones += value;
        }

        outputs[0] = double.Log(ones / (values.Length + (2 * PriorCount) - ones));
    }

    private readonly ref struct LossLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _loss = loss;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero), one = TSimd.Broadcast(T.One), two = TSimd.Add(one, one);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var sign = TSimd.Subtract(one, TSimd.Multiply(two, TSimd.Load(in _x[i]))); // -1 for a one, 1 for a zero
                var l = TSimd.Multiply(sign, TSimd.Load(in _logits[i]));
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l);
                var log = SimdElementary<TSimd, TVector, T>.Log1pOfFraction(e);
                TSimd.Store(TSimd.Add(TSimd.AtLeast(l, zero), log), ref _loss[i]); // L = softplus((1 - 2x) l)
                if (!_gradient.IsEmpty)
                {
                    var s = TSimd.Divide(TSimd.WherePositive(l, one, e), TSimd.Add(one, e));
                    TSimd.Store(TSimd.Multiply(sign, s), ref _gradient[i]); // dl = s(l) - x, without a difference
                }
            }

            return i;
        }
    }
}
