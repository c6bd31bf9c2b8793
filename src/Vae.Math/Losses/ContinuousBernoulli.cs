using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The negative log-likelihood of a continuous Bernoulli on logits: summed over features, averaged over samples, in nats per
/// sample. It is the density that <see cref="BinaryCrossEntropy{T}"/> lacks: a likelihood of grey x from 0 to 1. The loss is
/// below 0 where the density is above 1.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <c>p(x) = C(l) s(l)^x (1 - s(l))^(1 - x)</c> with the sigmoid s and <c>C(l) = l / tanh(l/2)</c>: binary cross-entropy less
/// log C. Written as <c>max(l, 0) - l x + log((1 - exp(-|l|)) / |l|)</c>, which is finite for every finite logit; near 0 a series
/// replaces the quotient.
/// Source: Loaiza-Ganem and Cunningham 2019, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders",
/// section 3.
/// Derivation: docs/derivations.md, ContinuousBernoulli.
/// </remarks>
public sealed class ContinuousBernoulli<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static LogitLoss<Family, T> Column => default;

    /// <inheritdoc/>
    public string Formula
        => "sum over features of max(l, 0) - l x + log((1 - exp(-|l|)) / |l|), l the logits, x in [0, 1] (normalised: a density)";

    /// <inheritdoc/>
    public bool Accepts(int feature, T x) => x >= T.Zero && x <= T.One;

    /// <inheritdoc/>
    public string Range(int feature) => "from 0 to 1";

    /// <inheritdoc/>
    /// <remarks>The output are logits; a target outside [0, 1] (or NaN) is refused.</remarks>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.Forward(this, Column, output, target, perDraw, team, observed);

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
        => ColumnLoss.Backward(this, Column, output, target, outputGradient, team, weights, observed);

    /// <inheritdoc/>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
        => ColumnLoss.ForwardBackward(this, Column, output, target, perDraw, outputGradient, team, observed);

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.LogDensity(this, Column, output, target, logDensity, team, observed);

    /// <inheritdoc/>
    /// <remarks>E[x|z], which is nearer to 1/2 than the sigmoid of the logit.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(mean, output.RowCount, output.ColumnCount);

        var loop = new MapLoop<Family, T>(output.AsSpan(), mean.AsSpan());
        SimdLoop.Run<MapLoop<Family, T>, T>(ref loop, output.AsSpan().Length);
    }

    /// <inheritdoc/>
    /// <remarks>By the inverse of the distribution function, <c>x = log(1 + u (exp(l) - 1)) / l</c>, in double.</remarks>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);

        var logits = output.AsSpan();
        var values = x.AsSpan();
        var first = firstColumn * x.RowCount;
        for (var i = 0; i < values.Length; i++)
        {
            var u = (draws.Word(first + i) + 0.5) * RandomDraws.WordScale; // never 0 or 1, and 1 - u is exact
            values[i] = T.CreateTruncating(InverseDistribution(double.CreateTruncating(logits[i]), u));
        }
    }

    // F(x) = (exp(l x) - 1) / (exp(l) - 1). With l > 0, 1 - x is distributed as x is with -l, so that no exponential overflows.
    private static double InverseDistribution(double l, double u)
    {
        var a = double.Abs(l);
        if (a < 1e-20)
        {
            return u;                                                 // x = u + u (1 - u) l / 2 + ...
        }

        var t = l > 0 ? 1 - u : u;
        var logarithm = a < 1
            ? SimdElementary<Scalar<double>, double, double>.Log1p(
                -t * SimdElementary<Scalar<double>, double, double>.OneMinusExpMinus(a))
            : SimdElementary<Scalar<double>, double, double>.Log(
                (1 - t) + (t * SimdElementary<Scalar<double>, double, double>.ExpMinusAbs(a)));
        var y = -logarithm / a;                                       // log(1 + u (exp(-a) - 1)) / -a
        return double.Clamp(l > 0 ? 1 - y : y, 0, 1);                 // a rounding may lead past an end
    }

    // Below |l| = 1 both functions are power series with the radius 2 pi: what six terms leave out is below 2e-11 (float), what
    // eleven do below 2e-19 (double). Above, the differences lose less than two bits.
    private readonly struct Family : ILogitFamily<T>, ISimdFunction<T>
    {
        public static string Name => "The continuous Bernoulli";

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Fraction<TSimd, TVector>(TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.Broadcast(T.Zero);                               // its logarithm is not of that kind

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Rest<TSimd, TVector>(TVector l, TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            var a = TSimd.Abs(l);
            var far = SimdElementary<TSimd, TVector, T>.Log(TSimd.Divide(TSimd.Subtract(one, e), a)); // log((1 - exp(-a)) / a)
            var z = TSimd.Multiply(a, a);
            var series = typeof(T) == typeof(float)
                ? SimdPolynomial<TSimd, TVector, T>.At(
                    z, 1.0 / 24, -1.0 / 2880, 1.0 / 181440, -1.0 / 9676800, 1.0 / 479001600,
                    -691.0 / 15692092416000)
                : SimdPolynomial<TSimd, TVector, T>.At(
                    z, 1.0 / 24, -1.0 / 2880, 1.0 / 181440, -1.0 / 9676800, 1.0 / 479001600, -691.0 / 15692092416000,
                    1.0 / 1046139494400, -3617.0 / 170729965486080000, 43867.0 / 91963695909076992000.0,
                    -174611.0 / 16057153253965824000000.0, 77683.0 / 310224200866619719680000.0);
            var linear = TSimd.Multiply(a, TSimd.Broadcast(T.CreateTruncating(-0.5)));
            var near = TSimd.MultiplyAdd(z, series, linear);          // -a/2 + a^2/24 - a^4/2880 + ...
            return TSimd.WhereLess(a, one, near, far);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Mean<TSimd, TVector>(TVector l, TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            var half = TSimd.Broadcast(T.CreateTruncating(0.5));
            var numerator = TSimd.WherePositive(l, one, TSimd.Subtract(TSimd.Broadcast(T.Zero), e));
            // 1 / (1 - exp(-l)) - 1 / l
            var far = TSimd.Subtract(TSimd.Divide(numerator, TSimd.Subtract(one, e)), TSimd.Divide(one, l));
            var z = TSimd.Multiply(l, l);
            var series = typeof(T) == typeof(float)
                ? SimdPolynomial<TSimd, TVector, T>.At(
                    z, 1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160,
                    -691.0 / 1307674368000)
                : SimdPolynomial<TSimd, TVector, T>.At(
                    z, 1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000,
                    1.0 / 74724249600,
                    -3617.0 / 10670622842880000, 43867.0 / 5109094217170944000, -174611.0 / 802857662698291200000.0,
                    77683.0 / 14101100039391805440000.0);
            var near = TSimd.MultiplyAdd(l, series, half);            // 1/2 + l/12 - l^3/720 + ...
            return TSimd.WhereLess(TSimd.Abs(l), one, near, far);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Of<TSimd, TVector>(TVector l)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => Mean<TSimd, TVector>(l, SimdElementary<TSimd, TVector, T>.ExpMinusAbs(l));
    }
}
