using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>Arithmetic on the bits of a number: whole numbers, powers of two, exponents.</summary>
/// <remarks>A number of T has a mantissa of 23 or 52 bits below its exponent, whose bias is 127 or 1023.</remarks>
internal static class SimdBits<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static int MantissaBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? 23 : 52;
    }

    /// <summary>1.5 times 2^23 or 2^52: a number added to it is rounded to a whole number, which then stands
    /// in the lowest bits.</summary>
    public static TVector Rounder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => SimdPolynomial<TSimd, TVector, T>.Constant(3 << 22, 3L << 51);
    }

    /// <summary>2^n for a whole n within the exponents of normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector PowerOfTwo(TVector n)
        => TSimd.AddBits(TSimd.ShiftLeft(TSimd.Add(n, Rounder), MantissaBits), TSimd.Broadcast(T.One));

    /// <summary>The multiplication of <see cref="ISimd{TVector, T}.Scale"/> in two steps, each by a power that is a normal
    /// number, so that the first is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Scale(TVector a, TVector n)
    {
        var half = SimdPolynomial<TSimd, TVector, T>.Constant(0.5);
        var first = TSimd.Subtract(TSimd.MultiplyAdd(n, half, Rounder), Rounder);
        return TSimd.Multiply(TSimd.Multiply(a, PowerOfTwo(first)), PowerOfTwo(TSimd.Subtract(n, first)));
    }

    /// <summary>Splits a positive normal number into <c>m 2^n</c>.</summary>
    /// <param name="a">The number; for any other the result has no meaning.</param>
    /// <param name="n">A whole number.</param>
    /// <returns>m, from 3/4 up to 3/2, which makes n 0 around 1, where a logarithm must not cancel.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Split(TVector a, out TVector n)
    {
        var one = TSimd.Broadcast(T.One);
        var least = SimdPolynomial<TSimd, TVector, T>.Constant(0.75);
        var whole = SimdPolynomial<TSimd, TVector, T>.Constant(1 << 23, 1L << 52);    // a whole number stands in its lowest bits
        var bias = SimdPolynomial<TSimd, TVector, T>.Constant((1 << 23) + 127, (1L << 52) + 1023);

        var biased = TSimd.ShiftRight(TSimd.AddBits(a, TSimd.SubtractBits(one, least)), MantissaBits);
        n = TSimd.Subtract(TSimd.AddBits(biased, whole), bias);
        return TSimd.AddBits(TSimd.SubtractBits(a, TSimd.ShiftLeft(biased, MantissaBits)), one);
    }
}
