using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>Exponentials and logarithms on vectors. <see cref="Elementwise"/> states their errors and special values.</summary>
/// <remarks>
/// <para>Each is a reduction to a short interval and a polynomial, in products, sums and fused steps only, which are rounded
/// alike everywhere: a number's result has the same bits at every width, so it does not matter where a vector ends.</para>
/// <para>All is inlined by request: a call between would put every vector on the stack, for no register outlives a call.</para>
/// <para>The coefficients come from tests/Vae.Math.Tests/Golden/polynomials.py: each polynomial has the least worst error of
/// its degree, by Remez's exchange in 60 digits. The script prints the errors that are quoted here.</para>
/// </remarks>
internal static class SimdElementary<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static TVector Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.Broadcast(T.Zero);
    }

    private static TVector One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.Broadcast(T.One);
    }

    /// <summary>exp(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) => ExpBelowOverflow(TSimd.AtMost(x, Constant(89, 710))); // beyond, it is infinite

    /// <summary>exp(-|x|), in [0, 1]: the basis of the other functions, because it cannot overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpMinusAbs(TVector x) => ExpBelowOverflow(TSimd.Subtract(Zero, TSimd.Abs(x)));

    /// <summary>1 / (1 + exp(-x)), with e = exp(-|x|): 1 / (1 + e) above zero, e / (1 + e) below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        var e = ExpMinusAbs(x);
        return TSimd.Divide(TSimd.WherePositive(x, One, e), TSimd.Add(One, e));
    }

    /// <summary>log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus(TVector x) => TSimd.Add(TSimd.AtLeast(x, Zero), Log1pOfFraction(ExpMinusAbs(x)));

    /// <summary>tanh(x) = (exp(2 |x|) - 1) / (exp(2 |x|) + 1) with the sign of x, from an exp - 1 that does not cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        var a = TSimd.AtMost(TSimd.Abs(x), Constant(10, 20));         // beyond, the result is 1
        var m = Expm1(TSimd.Add(a, a));                               // exp(2 |x|) - 1
        return TSimd.CopySign(TSimd.Divide(m, TSimd.Add(m, Constant(2))), x);
    }

    /// <summary>1 - exp(-x) for x from 0 on: the slope of softplus where its value is x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OneMinusExpMinus(TVector x)
    {
        var a = TSimd.AtMost(x, Constant(20, 40));                    // beyond, the result is 1
        return TSimd.Subtract(Zero, Expm1(TSimd.Subtract(Zero, a)));
    }

    /// <summary>log(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector x)
    {
        var smallestNormal = Bits(0x0080_0000, 0x0010_0000_0000_0000);
        var scaled = TSimd.Multiply(x, Constant(1 << 24, 1L << 53));  // a subnormal number becomes a normal one
        var m = SimdBits<TSimd, TVector, T>.Split(TSimd.WhereLess(x, smallestNormal, scaled, x), out var n);
        n = TSimd.WhereLess(x, smallestNormal, TSimd.Subtract(n, Constant(24, 53)), n);
        return WithLimits(LogReduced(TSimd.Subtract(m, One), n), x, Zero);
    }

    /// <summary>log(x) for a positive normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogOfNormal(TVector x)
    {
        var m = SimdBits<TSimd, TVector, T>.Split(x, out var n);
        return LogReduced(TSimd.Subtract(m, One), n);
    }

    /// <summary>log(1 + x). Only the exponent n is taken from the rounded 1 + x; f = (1 + x) 2^-n - 1 comes from x itself and is
    /// exact while it matters: that is why numbers are split at 3/4 and 3/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1p(TVector x)
    {
        SimdBits<TSimd, TVector, T>.Split(TSimd.Add(One, x), out var n);
        var power = TSimd.Scale(One, TSimd.Subtract(Zero, n));
        var f = TSimd.MultiplyAdd(x, power, TSimd.Subtract(power, One));
        return TSimd.CopySign(WithLimits(LogReduced(f, n), x, Constant(-1)), x); // the sign matters at -0
    }

    /// <summary>log(1 + e) for e from 0 to 1, where n can only be 0 or 1 and f = e or (e - 1) / 2 is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1pOfFraction(TVector e)
    {
        var half = Constant(0.5);
        var f = TSimd.WhereLess(half, e, TSimd.MultiplyAdd(e, half, Constant(-0.5)), e);
        return LogReduced(f, TSimd.WhereLess(half, e, One, Zero));
    }

    // A bound below which the result is 0: 2^-150.04 and 2^-1076.2, less than half of the smallest number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpBelowOverflow(TVector x)
    {
        var tail = ExpReduced(TSimd.AtLeast(x, Constant(-104, -746)), out var n);
        return TSimd.Scale(TSimd.Add(One, tail), n);
    }

    // exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), which does not cancel: at n = 0 the second is 0, elsewhere it outweighs the
    // first. For x whose 2^n is a normal number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Expm1(TVector x)
    {
        var tail = ExpReduced(x, out var n);
        var power = SimdBits<TSimd, TVector, T>.PowerOfTwo(n);
        return TSimd.MultiplyAdd(power, tail, TSimd.Subtract(power, One));
    }

    // x = n ln 2 + r with |r| <= ln 2 / 2; exp(x) = 2^n exp(r). Returns exp(r) - 1 = r + r^2 q(r).
    // n ln 2 is subtracted in two parts: the first difference is exact, since x and n times the rounded ln 2 nearly cancel.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpReduced(TVector x, out TVector n)
    {
        var rounder = SimdBits<TSimd, TVector, T>.Rounder;
        n = TSimd.Subtract(TSimd.MultiplyAdd(x, Constant(1.442695f, 1.4426950408889634), rounder), rounder);
        var r = TSimd.MultiplyAdd(n, Constant(-0.6931472f, -0.6931471805599453), x);
        r = TSimd.MultiplyAdd(n, Constant(1.9046542e-09f, -2.3190468138462996e-17), r);

        // Relative error of exp(r) - 1: 2.2e-9 in float, 9.2e-19 in double.
        var q = typeof(T) == typeof(float)
            ? SimdPolynomial<TSimd, TVector, T>.At(
                r, 0.5, 0.166666657f, 0.0416663624f, 0.00833338965f, 0.00139406172f, 0.000198458773f)
            : SimdPolynomial<TSimd, TVector, T>.At(
                r, 0.5, 0.16666666666666677, 0.04166666666666651, 0.0083333333333217, 0.0013888888888962303,
                0.00019841269885938624, 2.4801587172635443e-05, 2.7557244404683748e-06, 2.7557402592322755e-07,
                2.5108967296804394e-08, 2.087533560101962e-09);
        return TSimd.MultiplyAdd(TSimd.Multiply(r, r), q, r);
    }

    // log(2^n (1 + f)) = n ln 2 + log(1 + f). With s = f / (2 + f) and z = s^2, log(1 + f) = 2 atanh(s) = 2 s + s z q(z)
    // = f - s (f - z q(z)): f is exact and the rest at most a fifth of it, so that its errors hardly count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogReduced(TVector f, TVector n)
    {
        var s = TSimd.Divide(f, TSimd.Add(f, Constant(2)));
        var z = TSimd.Multiply(s, s);

        // Relative error of log(1 + f): 3.1e-9 in float, 1.6e-17 in double.
        var q = typeof(T) == typeof(float)
            ? SimdPolynomial<TSimd, TVector, T>.At(z, 0.666669488f, 0.399578243f, 0.303605616f)
            : SimdPolynomial<TSimd, TVector, T>.At(
                z, 0.6666666666667271, 0.39999999996161667, 0.28571429395290643, 0.2222213850157164, 0.18186356066975656,
                0.15250188647919802, 0.15368190410009003);
        var rest = TSimd.Multiply(s, TSimd.MultiplyAdd(z, q, TSimd.Subtract(Zero, f)));
        rest = TSimd.MultiplyAdd(n, Constant(-1.9046542e-09f, 2.3190468138462996e-17), rest);
        return TSimd.MultiplyAdd(n, Constant(0.6931472f, 0.6931471805599453), TSimd.Add(f, rest));
    }

    // Minus infinity at the pole and NaN below it; infinity and NaN stay.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector WithLimits(TVector log, TVector x, TVector pole)
    {
        var infinity = TSimd.Broadcast(T.PositiveInfinity);
        var outside = TSimd.WhereLess(x, pole, TSimd.Broadcast(T.NaN), TSimd.Broadcast(T.NegativeInfinity));
        return TSimd.WhereLess(x, infinity, TSimd.WhereLess(pole, x, log, outside), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(double value) => SimdPolynomial<TSimd, TVector, T>.Constant(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(float single, double whole) => SimdPolynomial<TSimd, TVector, T>.Constant(single, whole);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Bits(uint single, ulong whole) => SimdPolynomial<TSimd, TVector, T>.Bits(single, whole);
}
