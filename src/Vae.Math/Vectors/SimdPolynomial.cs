using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>Constants and polynomials of a vector: <c>c0 + c1 x + c2 x^2 + ...</c>, by Horner's scheme in fused steps.</summary>
/// <remarks>
/// <para>Long polynomials are computed in pieces of four coefficients: a chain of ten steps, each waiting 4 cycles for
/// the one before, fills the processor's scheduler before it is through (exp in double: 0.95 ns an element in one
/// chain, 0.67 in pieces).</para>
/// <para>The steps are written out, not a loop over a table, so that the JIT turns each coefficient into an
/// operand of its instruction.</para>
/// </remarks>
internal static class SimdPolynomial<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A constant with a value for each of the two types.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Constant(float single, double whole) => TSimd.Broadcast(
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(whole));

    /// <summary>A constant that both types hold exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Constant(double value) => Constant((float)value, value);

    /// <summary>A constant given by its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Bits(uint single, ulong whole)
        => Constant(BitConverter.UInt32BitsToSingle(single), BitConverter.UInt64BitsToDouble(whole));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At(TVector x, double c0, double c1, double c2)
        => Step(Step(Constant(c2), x, c1), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At(TVector x, double c0, double c1, double c2, double c3)
        => Step(At(x, c1, c2, c3), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At(TVector x, double c0, double c1, double c2, double c3, double c4, double c5)
        => Step(Step(At(x, c2, c3, c4, c5), x, c1), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At(TVector x, double c0, double c1, double c2, double c3, double c4, double c5, double c6)
        => TSimd.MultiplyAdd(At(x, c4, c5, c6), FourthPower(x), At(x, c0, c1, c2, c3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At(
        TVector x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9,
        double c10)
    {
        var high = TSimd.MultiplyAdd(At(x, c8, c9, c10), FourthPower(x), At(x, c4, c5, c6, c7));
        return TSimd.MultiplyAdd(high, FourthPower(x), At(x, c0, c1, c2, c3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Step(TVector p, TVector x, double c) => TSimd.MultiplyAdd(p, x, Constant(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FourthPower(TVector x)
    {
        var square = TSimd.Multiply(x, x);
        return TSimd.Multiply(square, square);
    }
}
