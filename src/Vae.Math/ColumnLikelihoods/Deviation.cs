using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The distance of x from a mean in deviations, kept within bounds, so that squares and their products with
/// precisions are finite for all finite arguments.</summary>
/// <remarks>The bounds: 1e9 deviations and an inverse deviation of 1e12 in float; 1e100 of both in double. Beyond them a loss
/// and its gradients stay what they are at the bound.</remarks>
internal static class Deviation<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>1 / sigma, for a logarithm of sigma.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Inverse(TVector logSigma)
        => TSimd.AtMost(
            SimdElementary<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Broadcast(T.Zero), logSigma)), Constant(1e12f, 1e100));

    /// <summary>t = (m - x) / sigma.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector m, TVector x, TVector inverse)
    {
        var difference = Within(TSimd.Subtract(m, x), Constant(float.MaxValue, double.MaxValue)); // infinity times 0 is NaN
        return Within(TSimd.Multiply(difference, inverse), Constant(1e9f, 1e100));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Within(TVector a, TVector bound)
        => TSimd.AtMost(TSimd.AtLeast(a, TSimd.Subtract(TSimd.Broadcast(T.Zero), bound)), bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(float single, double whole) => SimdPolynomial<TSimd, TVector, T>.Constant(single, whole);
}
