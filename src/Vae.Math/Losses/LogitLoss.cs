using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>
/// A family of distributions on [0, 1] with a logit: <c>-log p(x) = A(l) - l x</c>. Families differ in A and its derivative,
/// the mean. All members get e = exp(-|l|), in (0, 1], which cannot overflow.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
internal interface ILogitFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The beginning of a message.</summary>
    static abstract string Name { get; }

    /// <summary>A number f from 0 to 1 with <c>log(1 + f)</c> in <c>A(l) - max(l, 0)</c>: the logarithm of many
    /// is taken at once.</summary>
    static abstract TVector Fraction<TSimd, TVector>(TVector e)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;

    /// <summary>The rest of <c>A(l) - max(l, 0)</c>, which depends on |l| alone.</summary>
    static abstract TVector Rest<TSimd, TVector>(TVector l, TVector e)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;

    /// <summary><c>E[x] = A'(l)</c>.</summary>
    static abstract TVector Mean<TSimd, TVector>(TVector l, TVector e)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;
}

/// <summary>The negative log-likelihood of a column by a family with a logit. The exponential of each logit serves the loss and
/// its gradient.</summary>
internal readonly struct LogitLoss<TFamily, T> : IColumnLoss<T>, IColumnDensity<T>
    where TFamily : struct, ILogitFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A factor is at most 2, so that a product of so many is at most 2^64, far below a float's largest number; and each rounding
    // costs at most 2^-24 of the sum or of a nat, less than adding up some hundred logarithms does. A logarithm costs more than
    // twice an exponential.
    private const int FactorsAtOnce = 64;

    public double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, ColumnPlace place)
    {
        var loop = new LossLoop(output, target, gradient, T.CreateChecked(weight));
        SimdLoop.Run<LossLoop, T>(ref loop, output.Length);
        return loop.Outside == 0 ? loop.Sum : throw OutsideRange(target, place); // NaN is not 0
    }

    public void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight)
    {
        var loop = new GradientLoop(output, target, gradient, T.CreateChecked(weight));
        SimdLoop.Run<GradientLoop, T>(ref loop, output.Length);
    }

    public void LogDensity(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> logDensity, ColumnPlace place)
    {
        var loop = new DensityLoop(output, target, logDensity);
        SimdLoop.Run<DensityLoop, T>(ref loop, output.Length);
        if (loop.Outside != 0)                                        // NaN is not 0
        {
            throw OutsideRange(target, place);
        }
    }

    private static ArgumentException OutsideRange(ReadOnlySpan<T> target, ColumnPlace place)
    {
        var row = 0;
        while (target[row] >= T.Zero && target[row] <= T.One)         // NaN answers no
        {
            row++;
        }

        return new ArgumentException(
            $"{TFamily.Name} wants targets from 0 to 1, but feature {place.Feature(row)} of sample {place.Sample} of the batch "
            + $"is {target[row]}. Scale the data to [0, 1], or use the Gaussian likelihood.", nameof(target));
    }

    // The loss and, where there is room for it, its gradient.
    private ref struct LossLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient, T scale) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        /// <summary>The sum of the losses so far.</summary>
        public double Sum { get; private set; }

        /// <summary>The total distance of the targets from [0, 1].</summary>
        public double Outside { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector sum = TSimd.Broadcast(T.Zero), outside = sum, factor = TSimd.Broadcast(scale);
            var i = start;
            while (i <= end - TSimd.Count)
            {
                // less 1, or what is next to nothing would be lost beside it
                var product = TSimd.Broadcast(T.Zero);
                for (var stop = int.Min(end - TSimd.Count, i + ((FactorsAtOnce - 1) * TSimd.Count)); i <= stop; i += TSimd.Count)
                {
                    var l = TSimd.Load(in _logits[i]);
                    var x = TSimd.Load(in _targets[i]);
                    var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l); // exp(-|l|), in (0, 1]
                    var linear = TSimd.Subtract(TSimd.Max(l, TSimd.Broadcast(T.Zero)), TSimd.Multiply(l, x)); // max(l, 0) - l x
                    var f = TFamily.Fraction<TSimd, TVector>(e);
                    product = TSimd.MultiplyAdd(product, f, TSimd.Add(product, f)); // (1 + p) (1 + f) = 1 + (p + f + p f)
                    sum = TSimd.Add(sum, TSimd.Add(linear, TFamily.Rest<TSimd, TVector>(l, e)));
                    outside = TSimd.Add(outside, Outside01<TSimd, TVector>(x));
                    if (!_gradient.IsEmpty)
                    {
                        TSimd.Store(Slope<TSimd, TVector>(l, x, e, factor), ref _gradient[i]);
                    }
                }

                sum = TSimd.Add(sum, SimdElementary<TSimd, TVector, T>.Log1p(product)); // sum of log(1 + f) = log(1 + p)
            }

            Sum += double.CreateTruncating(TSimd.Sum(sum));
            Outside += double.CreateTruncating(TSimd.Sum(outside));
            return i;
        }
    }

    private readonly ref struct GradientLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> gradient, T scale)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
                TSimd.Store(Slope<TSimd, TVector>(l, x, e, factor), ref _gradient[i]);
            }

            return i;
        }
    }

    // The negative loss of each feature, each with a logarithm of its own.
    private ref struct DensityLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> logDensity) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _logDensity = logDensity;

        /// <summary>The total distance of the targets from [0, 1].</summary>
        public double Outside { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero), outside = zero;
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var l = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l);
                var linear = TSimd.Subtract(TSimd.Multiply(l, x), TSimd.Max(l, zero)); // l x - max(l, 0)
                var logarithm = SimdElementary<TSimd, TVector, T>.Log1pOfFraction(TFamily.Fraction<TSimd, TVector>(e));
                var rest = TSimd.Add(TFamily.Rest<TSimd, TVector>(l, e), logarithm);
                TSimd.Store(TSimd.Subtract(linear, rest), ref _logDensity[i]); // log p(x) = l x - A(l)
                outside = TSimd.Add(outside, Outside01<TSimd, TVector>(x));
            }

            Outside += double.CreateTruncating(TSimd.Sum(outside));
            return i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope<TSimd, TVector>(TVector l, TVector x, TVector e, TVector factor)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.Multiply(factor, TSimd.Subtract(TFamily.Mean<TSimd, TVector>(l, e), x)); // dl = w (E[x] - x)

    // How far x is from [0, 1]: 0 inside, else above 0 or NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Outside01<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.Abs(TSimd.Subtract(x, TSimd.AtMost(TSimd.AtLeast(x, TSimd.Broadcast(T.Zero)), TSimd.Broadcast(T.One))));
}
