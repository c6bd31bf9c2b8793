using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The scratch of <see cref="OrdinalFamily{T}"/>: rows with a number for each of a few draws.</summary>
internal readonly ref struct OrdinalRows(ScratchRows rows)
{
    /// <summary>The number of rows.</summary>
    public const int Count = 10;

    /// <summary>The least gap of two thresholds.</summary>
    public const double LeastGap = 1e-6;

    public Span<double> Eta { get; } = rows[0];

    public Span<double> X { get; } = rows[1];

    /// <summary>raw_k of the threshold at hand; then its gradient.</summary>
    public Span<double> Raw { get; } = rows[2];

    /// <summary>theta_k of the threshold at hand; begins at 0.</summary>
    public Span<double> Theta { get; } = rows[3];

    /// <summary>theta_(x-1); 0 for the first level.</summary>
    public Span<double> Lower { get; } = rows[4];

    /// <summary>theta_x less <see cref="Lower"/>; 0 for the last level.</summary>
    public Span<double> Gap { get; } = rows[5];

    public Span<double> Loss { get; } = rows[6];

    public Span<double> EtaGradient { get; } = rows[7];

    /// <summary>The derivative by <see cref="Lower"/>, the gap held.</summary>
    public Span<double> LowerGradient { get; } = rows[8];

    /// <summary>The derivative by <see cref="Gap"/>.</summary>
    public Span<double> GapGradient { get; } = rows[9];
}

/// <summary>One threshold: <c>theta_k = theta_(k-1) + 1e-6 + softplus(raw_k)</c>, kept where it borders x.</summary>
internal readonly ref struct ThresholdLoop(OrdinalRows rows, int k) : ISimdLoop<double>
{
    private readonly OrdinalRows _rows = rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        var half = TSimd.Broadcast(0.5);
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var step = TSimd.Load(in _rows.Raw[i]);                   // theta_0 = raw_0
            if (k > 0)
            {
                step = TSimd.Add(
                    TSimd.Broadcast(OrdinalRows.LeastGap), SimdElementary<TSimd, TVector, double>.Softplus(step));
            }

            var theta = TSimd.Add(TSimd.Load(in _rows.Theta[i]), step);
            TSimd.Store(theta, ref _rows.Theta[i]);
            var distance = TSimd.Subtract(TSimd.Load(in _rows.X[i]), TSimd.Broadcast(k)); // 0: above x; 1: below x
            var isGap = TSimd.Abs(distance);
            var isLower = TSimd.Abs(TSimd.Subtract(distance, TSimd.Broadcast(1)));
            TSimd.Store(TSimd.WhereLess(isGap, half, step, TSimd.Load(in _rows.Gap[i])), ref _rows.Gap[i]);
            TSimd.Store(TSimd.WhereLess(isLower, half, theta, TSimd.Load(in _rows.Lower[i])), ref _rows.Lower[i]);
        }

        return i;
    }
}

/// <summary>The loss of a level by its two thresholds, and the derivatives. With l = lower - eta, w = gap and u = l + w it is
/// <c>softplus(-u) + softplus(l) - log(1 - exp(-w))</c>; the first level has the first term alone, the last the second.</summary>
internal readonly ref struct OrdinalLoop(OrdinalRows rows, int levels) : ISimdLoop<double>
{
    private readonly OrdinalRows _rows = rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        TVector zero = TSimd.Broadcast(0), one = TSimd.Broadcast(1), last = TSimd.Broadcast(levels - 1.5);
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var x = TSimd.Load(in _rows.X[i]);
            var w = TSimd.Load(in _rows.Gap[i]);
            var l = TSimd.Subtract(TSimd.Load(in _rows.Lower[i]), TSimd.Load(in _rows.Eta[i]));
            var minusU = TSimd.Subtract(zero, TSimd.Add(l, w));
            var some = SimdElementary<TSimd, TVector, double>.OneMinusExpMinus(w);

            var above = NotLast<TSimd, TVector>(x, last, SimdElementary<TSimd, TVector, double>.Softplus(minusU));
            var below = NotFirst<TSimd, TVector>(x, SimdElementary<TSimd, TVector, double>.Softplus(l));
            var between = Both<TSimd, TVector>(x, last, SimdElementary<TSimd, TVector, double>.Log(some));
            TSimd.Store(TSimd.Subtract(TSimd.Add(above, below), between), ref _rows.Loss[i]);

            var a = NotLast<TSimd, TVector>(x, last, SimdElementary<TSimd, TVector, double>.Sigmoid(minusU)); // a = s(-u)
            var b = NotFirst<TSimd, TVector>(x, SimdElementary<TSimd, TVector, double>.Sigmoid(l)); // b = s(l)
            var c = Both<TSimd, TVector>(x, last, TSimd.Divide(TSimd.Subtract(one, some), some)); // c = 1 / (exp(w) - 1)
            TSimd.Store(TSimd.Subtract(a, b), ref _rows.EtaGradient[i]); // deta = s(-u) - s(l)
            TSimd.Store(TSimd.Subtract(b, a), ref _rows.LowerGradient[i]); // dl = s(l) - s(-u)
            TSimd.Store(TSimd.Subtract(TSimd.Subtract(zero, a), c), ref _rows.GapGradient[i]); // dw = -s(-u) - 1 / (exp(w) - 1)
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Both<TSimd, TVector>(TVector x, TVector last, TVector value)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => NotFirst<TSimd, TVector>(x, NotLast<TSimd, TVector>(x, last, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NotFirst<TSimd, TVector>(TVector x, TVector value)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => TSimd.WhereLess(x, TSimd.Broadcast(0.5), TSimd.Broadcast(0), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NotLast<TSimd, TVector>(TVector x, TVector last, TVector value)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => TSimd.WhereLess(x, last, value, TSimd.Broadcast(0));
}

/// <summary>The gradient of one raw threshold: every threshold from its own on moves with it.</summary>
internal readonly ref struct ThresholdGradientLoop(OrdinalRows rows, int k) : ISimdLoop<double>
{
    private readonly OrdinalRows _rows = rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        TVector zero = TSimd.Broadcast(0), half = TSimd.Broadcast(0.5);
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var distance = TSimd.Subtract(TSimd.Load(in _rows.X[i]), TSimd.Broadcast(k));
            var gap = TSimd.WhereLess(TSimd.Abs(distance), half, TSimd.Load(in _rows.GapGradient[i]), zero);
            var lower = TSimd.Load(in _rows.LowerGradient[i]);
            var theta = TSimd.WhereLess(half, distance, lower, gap);  // dl for thresholds below x, dw for its upper one, else 0
            if (k > 0)
            {
                var slope = SimdElementary<TSimd, TVector, double>.Sigmoid(TSimd.Load(in _rows.Raw[i]));
                theta = TSimd.Multiply(theta, slope);                 // draw_k = dtheta softplus'(raw_k)
            }

            TSimd.Store(theta, ref _rows.Raw[i]);
        }

        return i;
    }
}
