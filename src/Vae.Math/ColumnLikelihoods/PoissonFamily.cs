using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A Poisson distribution of a count, by the logarithm o of its mean: <c>L = e^o - x o + log x!</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>With mu = e^o it is <c>log x! - x log x + x + x log(x / mu) - (x - mu)</c>, whose large terms are gone. Above o = 700
/// the loss stays where it is. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class PoissonFamily<T> : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public int Outputs => 1;

    /// <inheritdoc/>
    public string Formula => "exp(o) - x o + log x!";

    /// <inheritdoc/>
    public string Range => Counts.Range;

    /// <inheritdoc/>
    public bool Accepts(T x) => Counts.Accepts(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        Span<double> scratch = stackalloc double[6 * Counts.DrawsAtOnce];
        for (var first = 0; first < x.Length; first += Counts.DrawsAtOnce)
        {
            var rows = new ScratchRows(scratch, int.Min(Counts.DrawsAtOnce, x.Length - first));
            Counts.Read(outputs.Slice(first, rows.Length), rows[0]);
            Counts.Read(x.Slice(first, rows.Length), rows[1]);
            Counts.Terms(rows[1], rows[2], rows[3]);
            var loop = new LossLoop(rows);
            SimdLoop.Run<LossLoop, double>(ref loop, rows.Length);
            Counts.Write<T>(rows[4], loss.Slice(first, rows.Length));
            if (!gradient.IsEmpty)
            {
                Counts.Write<T>(rows[5], gradient.Slice(first, rows.Length));
            }
        }
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var mean = 0.0;
        for (var j = 0; j < weights.Length; j++)
        {
            mean += weights[j] * Counts.Mean(double.CreateTruncating(outputs[j])); // E[x] = sum of w e^o
        }

        return mean;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
        => CountDraws.Poisson(double.CreateTruncating(outputs[0]), ref random);

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs) => outputs[0] = CountFit.LogMean(values);

    // Rows: o, x, log x, log x! - x log x + x, the loss, its gradient.
    private readonly ref struct LossLoop(ScratchRows rows) : ISimdLoop<double>
    {
        private readonly ReadOnlySpan<double> _o = rows[0];
        private readonly ReadOnlySpan<double> _x = rows[1];
        private readonly ReadOnlySpan<double> _logX = rows[2];
        private readonly ReadOnlySpan<double> _rest = rows[3];
        private readonly Span<double> _loss = rows[4];
        private readonly Span<double> _gradient = rows[5];

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var o = TSimd.AtMost(TSimd.Load(in _o[i]), TSimd.Broadcast(Counts.MostLog));
                var x = TSimd.Load(in _x[i]);
                var mu = SimdElementary<TSimd, TVector, double>.Exp(o);
                var difference = TSimd.Subtract(x, mu);
                var near = SimdElementary<TSimd, TVector, double>.Log1p(TSimd.Divide(difference, mu));
                var p = TSimd.WhereLess(
                    TSimd.Abs(difference), TSimd.Multiply(x, TSimd.Broadcast(0.5)), near,
                    TSimd.Subtract(TSimd.Load(in _logX[i]), o));      // p = log(x / mu)
                var loss = TSimd.Add(TSimd.Load(in _rest[i]), TSimd.Subtract(TSimd.Multiply(x, p), difference));
                TSimd.Store(loss, ref _loss[i]);                      // L = log x! - x log x + x + x p - (x - mu)
                TSimd.Store(TSimd.Subtract(mu, x), ref _gradient[i]); // do = e^o - x
            }

            return i;
        }
    }
}
