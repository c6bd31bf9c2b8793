using System.Buffers;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A weighted mixture of Gaussians, or of Student-t distributions, for its distribution function and its
/// quantiles.</summary>
/// <remarks>Components whose weights together are below 1e-10 are left out: they move the distribution function by no
/// more.</remarks>
internal struct WeightedComponents : IDisposable
{
    private const double Negligible = 1e-10;
    private const int MostSteps = 300;                                // bisection alone needs some 60, after doublings
    private const int Lanes = 8;                                      // sums that are kept apart: the longest vector

    private readonly double[] _room;
    private readonly int _most;
    private int _count;
    private bool _isGaussian = true;
    private double _weight, _mean, _deviation, _least, _low, _high;

    /// <summary>Makes a mixture without components.</summary>
    /// <param name="most">The largest number of components.</param>
    public WeightedComponents(int most) => (_most, _room) = (most, ArrayPool<double>.Shared.Rent(4 * most));

    private readonly Span<double> Weights => _room.AsSpan(0, _count);

    private readonly Span<double> Locations => _room.AsSpan(_most, _count);

    // Raw scales until the mixture is complete, then the scales' reciprocals.
    private readonly Span<double> Scales => _room.AsSpan(2 * _most, _count);

    private readonly Span<double> DegreesOfFreedom => _room.AsSpan(3 * _most, _count);

    /// <summary>Adds a component, unless its weight is negligible.</summary>
    /// <param name="weight">The weight, not below 0; the sum of all is 1.</param>
    /// <param name="location">The mean or the location.</param>
    /// <param name="rawScale">The raw scale, see <see cref="Complete"/>.</param>
    /// <param name="degreesOfFreedom">Those of a Student-t; infinity for a Gaussian.</param>
    public void Add(double weight, double location, double rawScale, double degreesOfFreedom = double.PositiveInfinity)
    {
        if (!(weight < Negligible / _most))                           // NaN stays
        {
            _room[_count] = weight;
            _room[_most + _count] = location;
            _room[(2 * _most) + _count] = rawScale;
            _room[(3 * _most) + _count++] = degreesOfFreedom;
            _isGaussian &= double.IsPositiveInfinity(degreesOfFreedom);
        }
    }

    /// <summary>Computes the scales once all components are there: <c>exp(power (floor + softplus(raw - floor)))</c>, the
    /// deviation of a Gaussian for a log-variance and the power 1/2, the scale of a Student-t for a log-scale and the power
    /// 1.</summary>
    public void Complete(double floor, double power)
    {
        var scales = Scales;
        foreach (ref var raw in scales)
        {
            raw -= floor;
        }

        Elementwise.Softplus<double>(scales, scales);
        foreach (ref var above in scales)
        {
            above = power * (floor + above);
        }

        Elementwise.Exp<double>(scales, scales);
        Summarise();
    }

    /// <summary>The distribution function.</summary>
    /// <param name="x">Any number.</param>
    public readonly double Below(double x) => double.IsNegativeInfinity(x) ? 0 : Below(x, out _) / _weight;

    /// <summary>Computes the x at which the distribution function has a value.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <returns>x, right to about 1e-11 of the least scale but for what is left out, so that the distribution function of all
    /// components has the value to 2e-10 there; NaN where a number of a component is NaN, and without a component.</returns>
    public readonly double Quantile(double probability)
    {
        var wanted = probability * _weight;
        // Every component is symmetric: the median lies among the locations. Other quantiles may lie beyond.
        var low = probability >= 0.5 ? _low : double.NegativeInfinity;
        var high = probability <= 0.5 ? _high : double.PositiveInfinity;
        var (x, reach, lastStep) = (_mean, _deviation, double.PositiveInfinity);
        for (var i = 0; i < MostSteps; i++)
        {
            var excess = Below(x, out var density) - wanted;
            if (double.IsNaN(excess) || double.Abs(excess) <= 1e-15)  // a sum of probabilities is rounded
            {
                return double.IsNaN(excess) ? double.NaN : x;
            }

            (low, high) = excess > 0 ? (low, x) : (x, high);
            var step = excess / density;                              // NaN or infinite where there is no density
            var next = x - step;
            // Newton's method; a bisection wherever its steps leave the bracket or do not halve.
            var isNewton = next >= low && next <= high && double.Abs(step) <= lastStep;
            if (!isNewton)
            {
                next = double.IsInfinity(low) ? high - reach : double.IsInfinity(high) ? low + reach : low + ((high - low) / 2);
                reach *= double.IsInfinity(low) || double.IsInfinity(high) ? 2 : 1;
            }

            lastStep = isNewton ? double.Abs(step) / 2 : double.PositiveInfinity;
            var moved = double.Abs(next - x);
            x = next;
            // The error after a step of Newton's method is about the step's square by the scale.
            if (moved <= (isNewton ? 1e-6 * _least : 1e-13 * double.Max(double.Abs(x), _least)))
            {
                break;
            }
        }

        return x;
    }

    /// <summary>Returns the memory.</summary>
    public readonly void Dispose() => ArrayPool<double>.Shared.Return(_room);

    // Moments for the first guess and bounds; reciprocals of the scales.
    private void Summarise()
    {
        var (sum, mean, squares) = (0.0, 0.0, 0.0);
        (_low, _high, _least) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity);
        Span<double> weights = Weights, locations = Locations, scales = Scales;
        for (var i = 0; i < weights.Length; i++)
        {
            var (weight, location, scale) = (weights[i], locations[i], scales[i]);
            sum += weight;
            mean += weight * location;
            squares += weight * ((location * location) + (scale * scale));
            (_low, _high) = (double.Min(_low, location), double.Max(_high, location)); // NaN stays
            _least = double.Min(_least, scale);
            scales[i] = 1 / scale;
        }

        (_weight, mean) = (sum, mean / sum);
        var deviation = double.Sqrt((squares / sum) - (mean * mean));
        _deviation = deviation > _least && double.IsFinite(deviation) ? deviation : _least;
        _mean = mean < _low ? _low : mean > _high ? _high : mean;     // among the locations, also when rounded
    }

    // The distribution function times the weight of all, and its derivative.
    private readonly double Below(double x, out double density)
    {
        if (!_isGaussian)
        {
            return BelowOfStudentT(x, out density);
        }

        Span<double> sums = stackalloc double[2 * Lanes];
        sums.Clear();
        var loop = new BelowLoop(x, Weights, Locations, Scales, sums);
        SimdLoop.Run<BelowLoop, double>(ref loop, _count);
        density = Sum(sums[Lanes..]);
        return Sum(sums[..Lanes]);
    }

    private readonly double BelowOfStudentT(double x, out double density)
    {
        var sum = density = 0.0;
        Span<double> weights = Weights, locations = Locations, inverses = Scales, degrees = DegreesOfFreedom;
        for (var i = 0; i < weights.Length; i++)
        {
            var t = (x - locations[i]) * inverses[i];
            sum += weights[i] * NumberDistributions.StudentT(t, degrees[i]);
            density += weights[i] * NumberDistributions.StudentTDensity(t, degrees[i]) * inverses[i];
        }

        return sum;
    }

    private static double Sum(ReadOnlySpan<double> lanes)
    {
        var sum = 0.0;
        foreach (var lane in lanes)
        {
            sum += lane;
        }

        return sum;
    }

    // Component i is added to the sum i mod 8, whatever the width: the same bits at each.
    private readonly ref struct BelowLoop(
        double x, ReadOnlySpan<double> weights, ReadOnlySpan<double> locations, ReadOnlySpan<double> inverses, Span<double> sums)
        : ISimdLoop<double>
    {
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly ReadOnlySpan<double> _locations = locations;
        private readonly ReadOnlySpan<double> _inverses = inverses;
        private readonly Span<double> _sums = sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var (at, i) = (TSimd.Broadcast(x), start);
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TVector weight = TSimd.Load(in _weights[i]), inverse = TSimd.Load(in _inverses[i]);
                var t = TSimd.Multiply(TSimd.Subtract(at, TSimd.Load(in _locations[i])), inverse);
                var below = SimdNormal<TSimd, TVector>.Below(t, out var density);
                ref var sum = ref _sums[i % Lanes];
                TSimd.Store(TSimd.MultiplyAdd(weight, below, TSimd.Load(in sum)), ref sum);
                ref var slope = ref _sums[Lanes + (i % Lanes)];
                TSimd.Store(
                    TSimd.MultiplyAdd(TSimd.Multiply(weight, inverse), density, TSimd.Load(in slope)), ref slope);
            }

            return i;
        }
    }
}
