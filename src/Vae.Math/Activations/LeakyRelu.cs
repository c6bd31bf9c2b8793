using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The leaky rectifier, <c>y = x</c> above 0 and <c>y = 0.01 x</c> below. NaN stays NaN. At the corner the derivative is
/// 0.01, as in PyTorch.</summary>
/// <remarks>Derivation: docs/derivations.md, LeakyRelu.</remarks>
/// <typeparam name="T">The number.</typeparam>
internal readonly struct LeakyReluFormula<T> : ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => Gradient<TSimd, TVector>(x, x); // y = x > 0 ? x : slope x

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var slope = SimdPolynomial<TSimd, TVector, T>.Constant(0.01f, 0.01);
        return TSimd.WherePositive(y, dy, TSimd.Multiply(slope, dy)); // dx = y > 0 ? dy : slope dy
    }
}
