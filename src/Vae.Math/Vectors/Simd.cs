using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>
/// The vector operations of a kernel, so that it is written once for every width: 512, 256 and 128 bits, and a single number
/// for machines without vectors and for the remainder of a row.
/// </summary>
/// <typeparam name="TVector">The vector; <typeparamref name="T"/> itself for <see cref="Scalar{T}"/>.</typeparam>
/// <typeparam name="T">The number.</typeparam>
/// <remarks>The members are static and the implementations structs: the JIT makes one body for each and folds
/// all of this away.</remarks>
internal interface ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly T source);

    /// <summary>The vector at an offset of whole vectors, which the JIT puts into the instruction.</summary>
    static abstract TVector Load(ref readonly T source, int vector);

    static abstract void Store(TVector vector, ref T destination);

    static abstract TVector Broadcast(T value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary><c>a * b + c</c>, rounded once. The JIT does not fuse a written-out product and sum.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Sqrt(TVector a);

    static abstract TVector Abs(TVector a);

    static abstract TVector Max(TVector a, TVector b);

    /// <summary><paramref name="then"/> where <paramref name="condition"/> is above zero, elsewhere
    /// (also at NaN) <paramref name="otherwise"/>.</summary>
    static abstract TVector WherePositive(TVector condition, TVector then, TVector otherwise);

    static abstract T Sum(TVector a);

    /// <summary>The larger of the two; NaN stays NaN. One instruction, where <see cref="Max"/> is several.</summary>
    /// <param name="a">Any number.</param>
    /// <param name="bound">Not NaN. Of two zeros either may come.</param>
    static abstract TVector AtLeast(TVector a, TVector bound);

    /// <summary>The smaller of the two; NaN stays NaN. The bound is not NaN.</summary>
    static abstract TVector AtMost(TVector a, TVector bound);

    /// <summary><paramref name="then"/> where <c>a &lt; b</c>, elsewhere
    /// (also at NaN) <paramref name="otherwise"/>.</summary>
    static abstract TVector WhereLess(TVector a, TVector b, TVector then, TVector otherwise);

    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary><c>a 2^n</c>, rounded once, and therefore right among the subnormal numbers.</summary>
    /// <param name="a">Between 1/2 and 2, or NaN.</param>
    /// <param name="n">A whole number, from the exponent of the smallest number less 2 to that of the largest plus 2.</param>
    static abstract TVector Scale(TVector a, TVector n);

    // The following members treat the bits of a number as an unsigned integer of the same width.
    static abstract TVector AddBits(TVector a, TVector b);

    static abstract TVector SubtractBits(TVector a, TVector b);

    static abstract TVector XorBits(TVector a, TVector b);

    static abstract TVector ShiftLeft(TVector a, int places);

    static abstract TVector ShiftRight(TVector a, int places);

    /// <summary>The whole product of the low halves; the high halves do not matter.</summary>
    static abstract TVector MultiplyLowHalves(TVector a, TVector b);

    /// <summary>Converts bytes to numbers, one for each lane.</summary>
    static abstract TVector FromBytes(ref readonly byte source);
}

/// <summary>The widest vectors that are worth using on this machine; decided once, when the process starts.</summary>
internal static class SimdWidth
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
