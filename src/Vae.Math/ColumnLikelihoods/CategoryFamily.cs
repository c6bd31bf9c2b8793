using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A distribution over levels without an order, by a logit of each: <c>L = log sum exp(l) - l_x</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="levels">The number of levels, at least 2.</param>
/// <remarks>With m the largest logit, <c>L = (m - l_x) + log(1 + sum of exp(l - m) over the others)</c>: two terms of one sign,
/// nothing cancels where x is nearly certain. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class CategoryFamily<T>(int levels) : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsAtOnce = 128;
    private const double PriorCount = 0.5;                            // of each level: no logit is minus infinity

    /// <inheritdoc/>
    public int Outputs => levels;

    /// <inheritdoc/>
    public string Formula => "log sum exp(l) - l_x";

    /// <inheritdoc/>
    public string Range => Levels.Range(levels);

    /// <inheritdoc/>
    public bool Accepts(T x) => Levels.Accepts(x, levels);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        Span<T> scratch = stackalloc T[3 * DrawsAtOnce];
        for (var first = 0; first < x.Length; first += DrawsAtOnce)
        {
            var count = int.Min(DrawsAtOnce, x.Length - first);
            var most = scratch[..count];
            var others = scratch.Slice(DrawsAtOnce, count);
            var seen = scratch.Slice(2 * DrawsAtOnce, count);
            outputs.Slice(first, count).CopyTo(most);
            for (var level = 1; level < levels; level++)
            {
                var larger = new MostLoop(outputs.Slice((level * x.Length) + first, count), most);
                SimdLoop.Run<MostLoop, T>(ref larger, count);
            }

            others.Clear();
            seen.Clear();
            for (var level = 0; level < levels; level++)
            {
                var place = (level * x.Length) + first;
                var kept = gradient.IsEmpty ? default : gradient.Slice(place, count);
                var sum = new SumLoop(outputs.Slice(place, count), most, others, seen, kept);
                SimdLoop.Run<SumLoop, T>(ref sum, count);
            }

            Finish(outputs, x, loss, gradient, first, most, others);
        }
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var rented = ArrayPool<double>.Shared.Rent(2 * levels);
        var sum = rented.AsSpan(0, levels);
        var one = rented.AsSpan(levels, levels);
        sum.Clear();
        for (var j = 0; j < weights.Length; j++)
        {
            Probabilities(outputs[j..], weights.Length, one);
            for (var level = 0; level < levels; level++)
            {
                sum[level] += weights[j] * one[level];                // P_k = sum of w softmax_k
            }
        }

        var likeliest = Levels.Largest(sum);
        ArrayPool<double>.Shared.Return(rented);
        return likeliest;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var rented = ArrayPool<double>.Shared.Rent(levels);
        var probabilities = rented.AsSpan(0, levels);
        Probabilities(outputs, 1, probabilities);
        var level = Levels.At(probabilities, random.Uniform());
        ArrayPool<double>.Shared.Return(rented);
        return level;
    }

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Fill(PriorCount);
        foreach (var value in values)
        {
            outputs[(int)value]++;
        }

        var sum = values.Length + (PriorCount * levels);
        foreach (ref var output in outputs)
        {
            output = double.Log(output / sum);                        // the logarithm of the level's frequency
        }
    }

    // softmax of one draw's logits, which stand a stride apart.
    private static void Probabilities(ReadOnlySpan<T> outputs, int stride, Span<double> probabilities)
    {
        var most = double.NegativeInfinity;
        for (var level = 0; level < probabilities.Length; level++)
        {
            probabilities[level] = double.CreateTruncating(outputs[level * stride]);
            most = double.Max(most, probabilities[level]);            // NaN stays
        }

        var sum = 0.0;
        foreach (ref var p in probabilities)
        {
            p = double.Exp(p - most);
            sum += p;
        }

        foreach (ref var p in probabilities)
        {
            p /= sum;
        }
    }

    // The loss, and the gradient out of the exponentials that stand in its place.
    private void Finish(
        ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient, int first, Span<T> most, Span<T> others)
    {
        Span<T> logs = stackalloc T[most.Length];
        Elementwise.Log1p<T>(others, logs);
        for (var j = 0; j < most.Length; j++)
        {
            var logit = outputs[(int.CreateTruncating(x[first + j]) * x.Length) + first + j];
            loss[first + j] = most[j] - logit + logs[j];              // L = (m - l_x) + log(1 + others)
        }

        if (gradient.IsEmpty)
        {
            return;
        }

        for (var j = 0; j < most.Length; j++)
        {
            ref var own = ref gradient[(int.CreateTruncating(x[first + j]) * x.Length) + first + j];
            own = own < T.One ? own - (T.One + others[j]) : -others[j]; // of x: softmax - 1 = -(the others' sum) / sum
        }

        for (var level = 0; level < levels; level++)
        {
            var divide = new DivideLoop(gradient.Slice((level * x.Length) + first, most.Length), others);
            SimdLoop.Run<DivideLoop, T>(ref divide, most.Length);     // dl_k = softmax_k - [k = x]
        }
    }

    private readonly ref struct MostLoop(ReadOnlySpan<T> logits, Span<T> most) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly Span<T> _most = most;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Max(TSimd.Load(in _most[i]), TSimd.Load(in _logits[i])), ref _most[i]);
            }

            return i;
        }
    }

    // Adds exp(l - m) to the others' sum, unless l is the first of the largest; keeps it, where there is room.
    private readonly ref struct SumLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> most, Span<T> others, Span<T> seen, Span<T> kept)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _most = most;
        private readonly Span<T> _others = others;
        private readonly Span<T> _seen = seen;                        // 1 after the first of the largest, 0 before
        private readonly Span<T> _kept = kept;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TVector l = TSimd.Load(in _logits[i]), m = TSimd.Load(in _most[i]), seen = TSimd.Load(in _seen[i]);
                var e = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Subtract(l, m));
                TSimd.Store(TSimd.Add(TSimd.Load(in _others[i]), TSimd.WhereLess(l, m, e, seen)), ref _others[i]);
                TSimd.Store(TSimd.WhereLess(l, m, seen, TSimd.Broadcast(T.One)), ref _seen[i]);
                if (!_kept.IsEmpty)
                {
                    TSimd.Store(e, ref _kept[i]);
                }
            }

            return i;
        }
    }

    private readonly ref struct DivideLoop(Span<T> gradient, ReadOnlySpan<T> others) : ISimdLoop<T>
    {
        private readonly Span<T> _gradient = gradient;
        private readonly ReadOnlySpan<T> _others = others;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var sum = TSimd.Add(TSimd.Broadcast(T.One), TSimd.Load(in _others[i]));
                TSimd.Store(TSimd.Divide(TSimd.Load(in _gradient[i]), sum), ref _gradient[i]);
            }

            return i;
        }
    }
}
