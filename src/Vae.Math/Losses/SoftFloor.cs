using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A log-variance or log-scale that is learnt, kept above a floor: <c>v = floor + softplus(r - floor)</c> for any raw
/// value r. Far above the floor v is r; further down it nears the floor, and its derivative fades instead of breaking
/// off.</summary>
/// <remarks>Source: Rybkin, Daniilidis and Levine 2021, whose code clips the logarithm of a standard deviation so.</remarks>
internal static class SoftFloor<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>v, and dv/dr = sigmoid(r - floor), for the floor of a pixel's log-variance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector r, out TVector slope)
        => Of(r, TSimd.Broadcast(T.CreateTruncating(GaussianWithVariance<T>.LeastLogVariance)), out slope);

    /// <summary>v, and dv/dr = sigmoid(r - floor).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector r, TVector floor, out TVector slope)
    {
        var one = TSimd.Broadcast(T.One);
        var y = TSimd.Subtract(r, floor);
        var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(y);
        var softplus = TSimd.Add(TSimd.AtLeast(y, TSimd.Broadcast(T.Zero)), SimdElementary<TSimd, TVector, T>.Log1pOfFraction(e));
        slope = TSimd.Divide(TSimd.WherePositive(y, one, e), TSimd.Add(one, e)); // dv/dr = sigmoid(r - floor)
        return TSimd.Add(floor, softplus);                            // v = floor + softplus(r - floor)
    }
}
