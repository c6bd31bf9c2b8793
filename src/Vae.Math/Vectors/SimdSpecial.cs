using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The logarithm of the gamma function and its derivative on vectors of double. <see cref="SpecialFunctions"/> states
/// their errors.</summary>
/// <remarks>
/// <para>An argument below 8 is shifted up by 8, by the recurrence <c>Gamma(x + 1) = x Gamma(x)</c>; from 8 on, Stirling's series
/// with eight terms is right to the last digit. Everything is products, sums and fused steps, so that a number's result has the
/// same bits at every width.</para>
/// <para>Derivation: docs/derivations.md, Likelihoods of a table's columns.</para>
/// </remarks>
internal static class SimdSpecial<TSimd, TVector>
    where TSimd : ISimd<TVector, double>
    where TVector : struct
{
    /// <summary>The least argument of Stirling's series.</summary>
    public const double Least = 8;

    private const double HalfLog2Pi = 0.91893853320467274;

    /// <summary>log Gamma(x) for x from 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogGamma(TVector x)
    {
        var z = Shifted(x);
        var rest = TSimd.Add(StirlingRest(z, out _), Constant(HalfLog2Pi - 0.5));
        var log = TSimd.Subtract(Log(z), Constant(1));
        // (z - 1/2) log z - z + log(2 pi) / 2 + d(z)
        var stirling = TSimd.MultiplyAdd(TSimd.Subtract(z, Constant(0.5)), log, rest);
        var product = TSimd.Multiply(x, RisingRest(x));
        return Below8(x, TSimd.Subtract(stirling, Log(product)), stirling); // log Gamma(x) = log Gamma(x + 8) - log x ... (x + 7)
    }

    /// <summary>psi(x), the derivative of log Gamma(x), for x from 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Digamma(TVector x)
    {
        var z = Shifted(x);
        StirlingRest(z, out var slope);
        var series = TSimd.Add(TSimd.Subtract(Log(z), TSimd.Divide(Constant(0.5), z)), slope); // log z - 1 / 2z + d'(z)
        return Below8(x, TSimd.Subtract(series, ReciprocalSum(x)), series); // psi(x) = psi(x + 8) - 1/x - ... - 1/(x + 7)
    }

    /// <summary>x where it is 8 or above, else x + 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Shifted(TVector x)
        => TSimd.WhereLess(x, Constant(Least), TSimd.Add(x, Constant(Least)), x);

    /// <summary>The rest d(z) of Stirling's formula, <c>log Gamma(z) = (z - 1/2) log z - z + log(2 pi) / 2 + d(z)</c>, for z from
    /// 8 on: the sum of <c>B_2k / (2k (2k - 1) z^(2k - 1))</c>. The first omitted term is below 8e-17.</summary>
    /// <param name="z">8 or above.</param>
    /// <param name="slope">d'(z). The first omitted term is below 2e-16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector StirlingRest(TVector z, out TVector slope)
    {
        var inverse = TSimd.Divide(Constant(1), z);
        var w = TSimd.Multiply(inverse, inverse);
        var s = SimdPolynomial<TSimd, TVector, double>.At(
            w, 1.0 / 120, -1.0 / 252, 1.0 / 240, -1.0 / 132, 691.0 / 32760, -1.0 / 12, 3617.0 / 8160);
        slope = TSimd.Multiply(w, TSimd.MultiplyAdd(s, w, Constant(-1.0 / 12)));
        var d = SimdPolynomial<TSimd, TVector, double>.At(
            w, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400);
        return TSimd.Multiply(inverse, TSimd.MultiplyAdd(d, w, Constant(1.0 / 12)));
    }

    /// <summary><c>(x + 1) (x + 2) ... (x + 7)</c>. With u = x (x + 7) it is (x + 7) (u + 6) (u + 10) (u + 12).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector RisingRest(TVector x)
    {
        var last = TSimd.Add(x, Constant(7));
        var u = TSimd.Multiply(x, last);
        var middle = TSimd.Multiply(TSimd.Add(u, Constant(6)), TSimd.Add(u, Constant(10)));
        return TSimd.Multiply(TSimd.Multiply(last, middle), TSimd.Add(u, Constant(12)));
    }

    /// <summary><c>1/x + 1/(x + 1) + ... + 1/(x + 7)</c>: with u = x (x + 7), A = u (u + 12) and B = (u + 6) (u + 10) it is
    /// <c>(2x + 7) (A'/A + B'/B)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ReciprocalSum(TVector x)
    {
        var u = TSimd.Multiply(x, TSimd.Add(x, Constant(7)));
        var a = TSimd.Multiply(u, TSimd.Add(u, Constant(12)));
        var b = TSimd.Multiply(TSimd.Add(u, Constant(6)), TSimd.Add(u, Constant(10)));
        var aSlope = TSimd.MultiplyAdd(u, Constant(2), Constant(12));
        var bSlope = TSimd.MultiplyAdd(u, Constant(2), Constant(16));
        var slope = TSimd.MultiplyAdd(aSlope, b, TSimd.Multiply(a, bSlope)); // (A B)' = A' B + A B'
        return TSimd.Divide(
            TSimd.Multiply(TSimd.MultiplyAdd(x, Constant(2), Constant(7)), slope), TSimd.Multiply(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Below8(TVector x, TVector below, TVector otherwise)
        => TSimd.WhereLess(
            x, Constant(Least), TSimd.WhereLess(x, Constant(0), Constant(double.NaN), below), otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log(TVector x) => SimdElementary<TSimd, TVector, double>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(double value) => TSimd.Broadcast(value);
}
