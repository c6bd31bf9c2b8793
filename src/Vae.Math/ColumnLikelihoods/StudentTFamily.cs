using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A Student-t of one column: the location m, the raw logarithm q of the scale c, with
/// <c>log c = floor + softplus(q - floor)</c> and <c>floor = log(least deviation)</c>, then raw degrees of freedom n, with
/// <c>nu = 2 + softplus(n)</c>, so that mean and variance exist.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <para>Losses and gradients are finite for all finite arguments; see <see cref="Deviation{TSimd, TVector, T}"/> for the
/// bounds. They keep their digits for every nu: towards a Gaussian, too, nothing cancels.</para>
/// <para>n is the same for all draws of a column, so that its functions are computed once for equal neighbours. Up to 64 draws a
/// loss allocates nothing. Derivation: docs/derivations.md, Likelihoods of a table's columns.</para>
/// </remarks>
internal sealed class StudentTFamily<T>(ColumnLikelihood column) : INumberFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsOnStack = 64;
    private const double StartDegrees = 10;

    private readonly double _floor = double.Log(column.LeastDeviation);
    private readonly bool _isLogarithm = column.IsLogarithm;

    /// <inheritdoc/>
    public int Outputs => 3;

    /// <inheritdoc/>
    public string Formula
        => "log c + log(nu pi) / 2 + lgamma(nu / 2) - lgamma((nu + 1) / 2) + (nu + 1) / 2 log(1 + ((x - m) / c)^2 / nu), "
            + "log c = f + softplus(q - f), f = log(least deviation), nu = 2 + softplus(n)";

    /// <inheritdoc/>
    public string Range => "a finite number";

    /// <inheritdoc/>
    public bool Accepts(T x) => T.IsFinite(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var draws = x.Length;
        var degrees = draws <= DrawsOnStack ? stackalloc T[4 * draws] : new T[4 * draws];
        Degrees(outputs[(2 * draws)..], degrees);
        var loop = new LossLoop(outputs, x, degrees, loss, gradient, T.CreateTruncating(_floor));
        SimdLoop.Run<LossLoop, T>(ref loop, draws);
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
            mean += weights[j] * double.CreateTruncating(outputs[j]); // E[x] = sum of w m, since nu > 1
        }

        return mean;
    }

    /// <inheritdoc/>
    public WeightedComponents Mixture(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var draws = weights.Length;
        var mixture = new WeightedComponents(draws);
        for (var j = 0; j < draws; j++)
        {
            mixture.Add(
                weights[j],
                double.CreateTruncating(outputs[j]),
                double.CreateTruncating(outputs[draws + j]),
                DegreesOfFreedom(outputs[(2 * draws) + j]));
        }

        mixture.Complete(_floor, power: 1);                           // exp(log c)
        return mixture;
    }

    /// <inheritdoc/>
    /// <remarks>Source: Bailey 1994, "Polar generation of random variates with the t-distribution", whose limit for a large nu is
    /// Box and Muller's method.</remarks>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var nu = DegreesOfFreedom(outputs[2]);
        var radius = double.Sqrt(nu * double.ExpM1(-2 / nu * double.Log(random.Uniform()))); // sqrt(nu (u^(-2 / nu) - 1))
        var t = radius * double.Cos(2 * double.Pi * random.Uniform());
        return double.CreateTruncating(outputs[0]) + (double.Exp(LearntScale.ValueOf(outputs[1], _floor)) * t); // x = m + c t
    }

    /// <inheritdoc/>
    /// <remarks>The median, and the scale that has the values' variance with 10 degrees of freedom.</remarks>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Clear();
        if (!values.IsEmpty)
        {
            double[] sorted = [.. values];
            Array.Sort(sorted);
            var (_, variance) = Moments.Of(values);
            outputs[0] = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
            // variance = c^2 nu / (nu - 2)
            outputs[1] = LearntScale.RawOf(double.Log(variance * (StartDegrees - 2) / StartDegrees) / 2, _floor);
            outputs[2] = LearntScale.InverseSoftplus(StartDegrees - 2);
        }
    }

    private static double DegreesOfFreedom(T raw)
        => 2 + SimdElementary<Scalar<double>, double, double>.Softplus(double.CreateTruncating(raw)); // nu = 2 + softplus(n)

    // Rows of nu, g, g' and dnu/dn.
    private static void Degrees(ReadOnlySpan<T> raws, Span<T> rows)
    {
        var draws = raws.Length;
        for (var j = 0; j < draws; j++)
        {
            if (j > 0 && raws[j] == raws[j - 1])
            {
                for (var row = j; row < rows.Length; row += draws)
                {
                    rows[row] = rows[row - 1];
                }

                continue;
            }

            var nu = DegreesOfFreedom(raws[j]);
            var (g, slope) = StudentTConstant.Of(nu);
            rows[j] = T.CreateTruncating(nu);
            rows[draws + j] = T.CreateTruncating(g);
            rows[(2 * draws) + j] = T.CreateTruncating(slope);
            rows[(3 * draws) + j] = T.CreateTruncating(
                SimdElementary<Scalar<double>, double, double>.Sigmoid(double.CreateTruncating(raws[j])));
        }
    }

    private readonly ref struct LossLoop(
        ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, ReadOnlySpan<T> degrees, Span<T> loss, Span<T> gradient, T floor)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _outputs = outputs;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly ReadOnlySpan<T> _degrees = degrees;
        private readonly Span<T> _loss = loss;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (draws, i) = (_targets.Length, start);
            TVector one = TSimd.Broadcast(T.One), half = TSimd.Broadcast(T.CreateTruncating(0.5)), least = TSimd.Broadcast(floor);
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var logC = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _outputs[draws + i]), least, out var slope);
                var inverse = Deviation<TSimd, TVector, T>.Inverse(logC); // 1 / c
                var t = Deviation<TSimd, TVector, T>.Of(TSimd.Load(in _outputs[i]), TSimd.Load(in _targets[i]), inverse);
                var nu = TSimd.Load(in _degrees[i]);
                var u = TSimd.Divide(TSimd.Multiply(t, t), nu);       // u = t^2 / nu
                var logarithm = SimdElementary<TSimd, TVector, T>.Log1p(u);
                var power = TSimd.Add(nu, one);
                var constant = TSimd.Add(logC, TSimd.Load(in _degrees[draws + i]));
                // L = log c + g(nu) + (nu + 1) / 2 log(1 + u)
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Multiply(half, power), logarithm, constant), ref _loss[i]);
                if (!_gradient.IsEmpty)
                {
                    var aboveOne = TSimd.Add(one, u);
                    var w = TSimd.Divide(u, aboveOne);                // w = u / (1 + u)
                    var dm = TSimd.Divide(TSimd.Multiply(TSimd.Divide(power, nu), TSimd.Multiply(t, inverse)), aboveOne);
                    TSimd.Store(dm, ref _gradient[i]);                // dm = (nu + 1) t / (c nu (1 + u))
                    var dLogC = TSimd.Subtract(one, TSimd.Multiply(power, w)); // dlog c = 1 - (nu + 1) w
                    TSimd.Store(TSimd.Multiply(dLogC, slope), ref _gradient[draws + i]); // dq = dlog c sigmoid(q - floor)
                    var rest = TSimd.Subtract(LogarithmBeyond<TSimd, TVector>(logarithm, w), TSimd.Divide(w, nu));
                    // dnu = g'(nu) + (log(1 + u) - w - w / nu) / 2
                    var dNu = TSimd.MultiplyAdd(half, rest, TSimd.Load(in _degrees[(2 * draws) + i]));
                    // dn = dnu sigmoid(n)
                    TSimd.Store(TSimd.Multiply(dNu, TSimd.Load(in _degrees[(3 * draws) + i])), ref _gradient[(2 * draws) + i]);
                }
            }

            return i;
        }

        // log(1 + u) - w = -log(1 - w) - w = w^2 / 2 + w^3 / 3 + ...; from w = 0.06 on the difference itself.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector LogarithmBeyond<TSimd, TVector>(TVector logarithm, TVector w)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var series = SimdPolynomial<TSimd, TVector, T>.At(
                w, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7, 1.0 / 8, 1.0 / 9, 1.0 / 10, 1.0 / 11, 1.0 / 12);
            var bound = SimdPolynomial<TSimd, TVector, T>.Constant(0.06);
            return TSimd.WhereLess(
                w, bound, TSimd.Multiply(TSimd.Multiply(w, w), series), TSimd.Subtract(logarithm, w));
        }
    }
}
