using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The distribution function and the density of N(0, 1) on vectors of double.</summary>
/// <remarks>Everything is products, sums, fused steps and a quotient: a number's result has the same bits at every width. The
/// coefficients come from tests/Vae.Math.Tests/Golden/polynomials.py, as in
/// <see cref="SimdElementary{TSimd, TVector, T}"/>.</remarks>
internal static class SimdNormal<TSimd, TVector>
    where TSimd : ISimd<TVector, double>
    where TVector : struct
{
    /// <summary>P(X &lt;= t), off by at most 4e-16; NaN stays.</summary>
    /// <param name="t">t.</param>
    /// <param name="density">The density at t.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Below(TVector t, out TVector density)
    {
        var e = SimdElementary<TSimd, TVector, double>.ExpMinusAbs(TSimd.Multiply(Constant(0.5), TSimd.Multiply(t, t)));
        density = TSimd.Multiply(e, Constant(0.3989422804014327));    // exp(-t^2 / 2) / sqrt(2 pi)

        // P(X > u) = exp(-u^2 / 2) q(y), y = (u - 5) / (u + 5); beyond u = 8 it is below 1e-15, and q(y) that of 8
        var u = TSimd.AtMost(TSimd.Abs(t), Constant(8));
        var y = TSimd.Divide(TSimd.Subtract(u, Constant(5)), TSimd.Add(u, Constant(5)));
        var square = TSimd.Multiply(y, y);
        var high = SimdPolynomial<TSimd, TVector, double>.At(
            y, 0.047855325937437056, -0.02341393604673872, 0.008991683159181928, -0.002376677589434807, 0.00022674585241580278,
            0.0001495846000283359, -3.8079748083950796e-05, 2.3587525937334055e-05, 2.206079251322923e-05,
            5.117407466684199e-06, 3.8580017517362796e-07);
        var low = SimdPolynomial<TSimd, TVector, double>.At(
            y, 0.076919304976219, -0.14345755526388956, 0.11606881148390491, -0.08088388237960609);
        var tail = TSimd.Multiply(e, TSimd.MultiplyAdd(high, TSimd.Multiply(square, square), low));
        return TSimd.WherePositive(t, TSimd.Subtract(Constant(1), tail), tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(double value) => TSimd.Broadcast(value);
}
