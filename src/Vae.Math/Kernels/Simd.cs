using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>
/// What a kernel needs of a vector, so that it is written once for every width: 512, 256 and 128 bits, and a single
/// number where there are no vectors and for what is left over at the end of a row.
/// </summary>
/// <typeparam name="TVector">The vector; <typeparamref name="T"/> itself for <see cref="Scalar{T}"/>.</typeparam>
/// <typeparam name="T">The number.</typeparam>
/// <remarks>The members are static and the implementations structs: the JIT makes one body for each and folds all of this away.</remarks>
internal interface ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly T source);

    static abstract void Store(TVector vector, ref T destination);

    static abstract TVector Broadcast(T value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary><c>a * b + c</c>, rounded once. The JIT does not fuse a written-out product and sum.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Sqrt(TVector a);

    static abstract TVector Exp(TVector a);

    static abstract TVector Log(TVector a);

    static abstract TVector Abs(TVector a);

    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Where <paramref name="condition"/> is above zero the one value, elsewhere (at NaN, too) the other.</summary>
    static abstract TVector WherePositive(TVector condition, TVector then, TVector otherwise);

    static abstract T Sum(TVector a);
}

/// <summary>The widest vectors that are worth using here; decided once, when the process starts.</summary>
public static class SimdWidth
{
    /// <summary>512, 256 or 128 bits, or 0 without vectors. A constant to the JIT.</summary>
    public static int Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
    }
}
