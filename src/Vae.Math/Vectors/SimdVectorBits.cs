using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>The bits of vectors of 512 bits.</summary>
internal readonly partial struct Simd512<T>
{
    public static Vector512<T> AtLeast(Vector512<T> a, Vector512<T> bound) => Vector512.MaxNative(bound, a);

    public static Vector512<T> AtMost(Vector512<T> a, Vector512<T> bound) => Vector512.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> WhereLess(Vector512<T> a, Vector512<T> b, Vector512<T> then, Vector512<T> otherwise)
        => Vector512.ConditionalSelect(Vector512.LessThan(a, b), then, otherwise);

    public static Vector512<T> CopySign(Vector512<T> magnitude, Vector512<T> sign) => Vector512.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Scale(Vector512<T> a, Vector512<T> n) => !Avx512F.IsSupported
        ? SimdBits<Simd512<T>, Vector512<T>, T>.Scale(a, n)
        : typeof(T) == typeof(float)
            ? Avx512F.Scale(a.AsSingle(), n.AsSingle()).As<float, T>()
            : Avx512F.Scale(a.AsDouble(), n.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddBits(Vector512<T> a, Vector512<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() + b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() + b.AsUInt64()).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SubtractBits(Vector512<T> a, Vector512<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() - b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() - b.AsUInt64()).As<ulong, T>();

    public static Vector512<T> XorBits(Vector512<T> a, Vector512<T> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ShiftLeft(Vector512<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() << places).As<uint, T>()
        : (a.AsUInt64() << places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ShiftRight(Vector512<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() >> places).As<uint, T>()
        : (a.AsUInt64() >> places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyLowHalves(Vector512<T> a, Vector512<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var half = Vector512.Create((uint)ushort.MaxValue);
            return ((a.AsUInt32() & half) * (b.AsUInt32() & half)).As<uint, T>();
        }

        var whole = Vector512.Create((ulong)uint.MaxValue);
        return Avx512F.IsSupported
            ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32()).As<ulong, T>()
            : ((a.AsUInt64() & whole) * (b.AsUInt64() & whole)).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FromBytes(ref readonly byte source)
    {
        if (typeof(T) == typeof(float))
        {
            var words = Vector256.WidenLower(Vector128.LoadUnsafe(in source).ToVector256Unsafe());
            return Vector512.ConvertToSingle(Vector512.WidenLower(words.ToVector512Unsafe()).AsInt32()).As<float, T>();
        }

        var halves = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte());
        var wholes = Vector256.WidenLower(halves.ToVector256Unsafe());
        return Vector512.ConvertToDouble(Vector512.WidenLower(wholes.ToVector512Unsafe()).AsInt64()).As<double, T>();
    }
}

/// <summary>The bits of vectors of 256 bits.</summary>
internal readonly partial struct Simd256<T>
{
    public static Vector256<T> AtLeast(Vector256<T> a, Vector256<T> bound) => Vector256.MaxNative(bound, a);

    public static Vector256<T> AtMost(Vector256<T> a, Vector256<T> bound) => Vector256.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> WhereLess(Vector256<T> a, Vector256<T> b, Vector256<T> then, Vector256<T> otherwise)
        => Vector256.ConditionalSelect(Vector256.LessThan(a, b), then, otherwise);

    public static Vector256<T> CopySign(Vector256<T> magnitude, Vector256<T> sign) => Vector256.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Scale(Vector256<T> a, Vector256<T> n) => !Avx512F.VL.IsSupported
        ? SimdBits<Simd256<T>, Vector256<T>, T>.Scale(a, n)
        : typeof(T) == typeof(float)
            ? Avx512F.VL.Scale(a.AsSingle(), n.AsSingle()).As<float, T>()
            : Avx512F.VL.Scale(a.AsDouble(), n.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddBits(Vector256<T> a, Vector256<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() + b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() + b.AsUInt64()).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> SubtractBits(Vector256<T> a, Vector256<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() - b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() - b.AsUInt64()).As<ulong, T>();

    public static Vector256<T> XorBits(Vector256<T> a, Vector256<T> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ShiftLeft(Vector256<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() << places).As<uint, T>()
        : (a.AsUInt64() << places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ShiftRight(Vector256<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() >> places).As<uint, T>()
        : (a.AsUInt64() >> places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyLowHalves(Vector256<T> a, Vector256<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var half = Vector256.Create((uint)ushort.MaxValue);
            return ((a.AsUInt32() & half) * (b.AsUInt32() & half)).As<uint, T>();
        }

        var whole = Vector256.Create((ulong)uint.MaxValue);
        return Avx2.IsSupported
            ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32()).As<ulong, T>()
            : ((a.AsUInt64() & whole) * (b.AsUInt64() & whole)).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FromBytes(ref readonly byte source)
    {
        if (typeof(T) == typeof(float))
        {
            var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(in source)).AsByte());
            return Vector256.ConvertToSingle(Vector256.WidenLower(words.ToVector256Unsafe()).AsInt32()).As<float, T>();
        }

        var halves = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(in source)).AsByte());
        var wholes = Vector128.WidenLower(halves);
        return Vector256.ConvertToDouble(Vector256.WidenLower(wholes.ToVector256Unsafe()).AsInt64()).As<double, T>();
    }
}

/// <summary>The bits of vectors of 128 bits.</summary>
internal readonly partial struct Simd128<T>
{
    public static Vector128<T> AtLeast(Vector128<T> a, Vector128<T> bound) => Vector128.MaxNative(bound, a);

    public static Vector128<T> AtMost(Vector128<T> a, Vector128<T> bound) => Vector128.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WhereLess(Vector128<T> a, Vector128<T> b, Vector128<T> then, Vector128<T> otherwise)
        => Vector128.ConditionalSelect(Vector128.LessThan(a, b), then, otherwise);

    public static Vector128<T> CopySign(Vector128<T> magnitude, Vector128<T> sign) => Vector128.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Scale(Vector128<T> a, Vector128<T> n) => !Avx512F.VL.IsSupported
        ? SimdBits<Simd128<T>, Vector128<T>, T>.Scale(a, n)
        : typeof(T) == typeof(float)
            ? Avx512F.VL.Scale(a.AsSingle(), n.AsSingle()).As<float, T>()
            : Avx512F.VL.Scale(a.AsDouble(), n.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AddBits(Vector128<T> a, Vector128<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() + b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() + b.AsUInt64()).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SubtractBits(Vector128<T> a, Vector128<T> b) => typeof(T) == typeof(float)
        ? (a.AsUInt32() - b.AsUInt32()).As<uint, T>()
        : (a.AsUInt64() - b.AsUInt64()).As<ulong, T>();

    public static Vector128<T> XorBits(Vector128<T> a, Vector128<T> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> ShiftLeft(Vector128<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() << places).As<uint, T>()
        : (a.AsUInt64() << places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> ShiftRight(Vector128<T> a, int places) => typeof(T) == typeof(float)
        ? (a.AsUInt32() >> places).As<uint, T>()
        : (a.AsUInt64() >> places).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyLowHalves(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            var half = Vector128.Create((uint)ushort.MaxValue);
            return ((a.AsUInt32() & half) * (b.AsUInt32() & half)).As<uint, T>();
        }

        var whole = Vector128.Create((ulong)uint.MaxValue);
        return Sse2.IsSupported
            ? Sse2.Multiply(a.AsUInt32(), b.AsUInt32()).As<ulong, T>()
            : ((a.AsUInt64() & whole) * (b.AsUInt64() & whole)).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FromBytes(ref readonly byte source)
    {
        if (typeof(T) == typeof(float))
        {
            var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(in source)).AsByte());
            return Vector128.ConvertToSingle(Vector128.WidenLower(words).AsInt32()).As<float, T>();
        }

        var halves = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ushort>(in source)).AsByte());
        return Vector128.ConvertToDouble(Vector128.WidenLower(Vector128.WidenLower(halves)).AsInt64()).As<double, T>();
    }
}

/// <summary>The bits of one number.</summary>
internal readonly partial struct Scalar<T>
{
    // As the vectors' instructions: the bound comes second, so that NaN, which is not greater, stays.
    public static T AtLeast(T a, T bound) => bound > a ? bound : a;

    public static T AtMost(T a, T bound) => bound < a ? bound : a;

    public static T WhereLess(T a, T b, T then, T otherwise) => a < b ? then : otherwise;

    public static T CopySign(T magnitude, T sign) => T.CopySign(magnitude, sign);

    public static T Scale(T a, T n) => SimdBits<Scalar<T>, T, T>.Scale(a, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AddBits(T a, T b) => typeof(T) == typeof(float)
        ? From(Bits(a) + Bits(b))
        : From(LongBits(a) + LongBits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SubtractBits(T a, T b) => typeof(T) == typeof(float)
        ? From(Bits(a) - Bits(b))
        : From(LongBits(a) - LongBits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T XorBits(T a, T b) => typeof(T) == typeof(float)
        ? From(Bits(a) ^ Bits(b))
        : From(LongBits(a) ^ LongBits(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftLeft(T a, int places) => typeof(T) == typeof(float)
        ? From(Bits(a) << places)
        : From(LongBits(a) << places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight(T a, int places) => typeof(T) == typeof(float)
        ? From(Bits(a) >> places)
        : From(LongBits(a) >> places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyLowHalves(T a, T b) => typeof(T) == typeof(float)
        ? From((uint)(ushort)Bits(a) * (ushort)Bits(b))
        : From((ulong)(uint)LongBits(a) * (uint)LongBits(b));

    public static T FromBytes(ref readonly byte source) => T.CreateTruncating(source);

    private static uint Bits(T a) => Unsafe.BitCast<T, uint>(a);

    private static ulong LongBits(T a) => Unsafe.BitCast<T, ulong>(a);

    private static T From(uint bits) => Unsafe.BitCast<uint, T>(bits);

    private static T From(ulong bits) => Unsafe.BitCast<ulong, T>(bits);
}
