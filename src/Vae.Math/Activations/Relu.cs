using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The rectifier, <c>y = max(x, 0)</c>. NaN stays NaN. At the corner the derivative is 0, as in PyTorch.</summary>
/// <remarks>Derivation: docs/derivations.md, Relu.</remarks>
/// <typeparam name="T">The number.</typeparam>
internal readonly struct ReluFormula<T> : ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.Max(x, TSimd.Broadcast(T.Zero)); // y = max(x, 0)

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TSimd.WherePositive(y, dy, TSimd.Broadcast(T.Zero)); // dx = y > 0 ? dy : 0
}
