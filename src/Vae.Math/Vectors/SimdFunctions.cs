using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

internal readonly struct ExpFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Exp(x);
}

internal readonly struct LogFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Log(x);
}

internal readonly struct Log1pFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Log1p(x);
}

internal readonly struct SigmoidFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Sigmoid(x);
}

internal readonly struct SoftplusFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Softplus(x);
}

internal readonly struct TanhFunction<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => SimdElementary<TSimd, TVector, T>.Tanh(x);
}

/// <summary>The number itself.</summary>
internal readonly struct Identity<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => x;
}
