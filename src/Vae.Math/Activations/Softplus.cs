using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The softplus, <c>y = log(1 + exp(x))</c>: a rectifier without a corner, with the errors of
/// <see cref="Elementwise.Softplus"/>. Never NaN unless x is.</summary>
/// <remarks>The gradient uses an exp - 1 that does not cancel where y is near
/// 0. Derivation: docs/derivations.md, Softplus.</remarks>
/// <typeparam name="T">The number.</typeparam>
internal readonly struct SoftplusFormula<T> : ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Softplus(x); // y = log(1 + exp(x))

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.Multiply(dy, SimdElementary<TSimd, TVector, T>.OneMinusExpMinus(y)); // dx = dy (1 - exp(-y))
}
