using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The hyperbolic tangent, with the errors of <see cref="Elementwise.Tanh"/>: exactly -1 or 1 for large |x|, where
/// the derivative is exactly 0. Never NaN unless x is.</summary>
/// <remarks>Derivation: docs/derivations.md, Tanh.</remarks>
/// <typeparam name="T">The number.</typeparam>
internal readonly struct TanhFormula<T> : ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Tanh(x); // y = tanh(x)

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var minusY = TSimd.Subtract(TSimd.Broadcast(T.Zero), y);
        return TSimd.Multiply(dy, TSimd.MultiplyAdd(minusY, y, TSimd.Broadcast(T.One))); // dx = dy (1 - y^2)
    }
}
