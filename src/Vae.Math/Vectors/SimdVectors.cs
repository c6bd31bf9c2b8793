using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>Vectors of 512 bits.</summary>
internal readonly partial struct Simd512<T> : ISimd<Vector512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Load(ref readonly T source) => Vector512.LoadUnsafe(in source);

    public static Vector512<T> Load(ref readonly T source, int vector)
        => Vector512.LoadUnsafe(in source, (nuint)(vector * Count));

    public static void Store(Vector512<T> vector, ref T destination) => vector.StoreUnsafe(ref destination);

    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);

    public static Vector512<T> Abs(Vector512<T> a) => Vector512.Abs(a);

    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> WherePositive(Vector512<T> condition, Vector512<T> then, Vector512<T> otherwise)
        => Vector512.ConditionalSelect(Vector512.GreaterThan(condition, Vector512<T>.Zero), then, otherwise);

    public static T Sum(Vector512<T> a) => Vector512.Sum(a);
}

/// <summary>Vectors of 256 bits.</summary>
internal readonly partial struct Simd256<T> : ISimd<Vector256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Load(ref readonly T source) => Vector256.LoadUnsafe(in source);

    public static Vector256<T> Load(ref readonly T source, int vector)
        => Vector256.LoadUnsafe(in source, (nuint)(vector * Count));

    public static void Store(Vector256<T> vector, ref T destination) => vector.StoreUnsafe(ref destination);

    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector256<T> Sqrt(Vector256<T> a) => Vector256.Sqrt(a);

    public static Vector256<T> Abs(Vector256<T> a) => Vector256.Abs(a);

    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> WherePositive(Vector256<T> condition, Vector256<T> then, Vector256<T> otherwise)
        => Vector256.ConditionalSelect(Vector256.GreaterThan(condition, Vector256<T>.Zero), then, otherwise);

    public static T Sum(Vector256<T> a) => Vector256.Sum(a);
}

/// <summary>Vectors of 128 bits.</summary>
internal readonly partial struct Simd128<T> : ISimd<Vector128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Load(ref readonly T source) => Vector128.LoadUnsafe(in source);

    public static Vector128<T> Load(ref readonly T source, int vector)
        => Vector128.LoadUnsafe(in source, (nuint)(vector * Count));

    public static void Store(Vector128<T> vector, ref T destination) => vector.StoreUnsafe(ref destination);

    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    public static Vector128<T> Divide(Vector128<T> a, Vector128<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) => typeof(T) == typeof(float)
        ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    public static Vector128<T> Sqrt(Vector128<T> a) => Vector128.Sqrt(a);

    public static Vector128<T> Abs(Vector128<T> a) => Vector128.Abs(a);

    public static Vector128<T> Max(Vector128<T> a, Vector128<T> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WherePositive(Vector128<T> condition, Vector128<T> then, Vector128<T> otherwise)
        => Vector128.ConditionalSelect(Vector128.GreaterThan(condition, Vector128<T>.Zero), then, otherwise);

    public static T Sum(Vector128<T> a) => Vector128.Sum(a);
}

/// <summary>One number at a time: the same code without vectors.</summary>
internal readonly partial struct Scalar<T> : ISimd<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static T Load(ref readonly T source) => source;

    public static T Load(ref readonly T source, int vector) => Unsafe.Add(ref Unsafe.AsRef(in source), vector);

    public static void Store(T vector, ref T destination) => destination = vector;

    public static T Broadcast(T value) => value;

    public static T Add(T a, T b) => a + b;

    public static T Subtract(T a, T b) => a - b;

    public static T Multiply(T a, T b) => a * b;

    public static T Divide(T a, T b) => a / b;

    public static T MultiplyAdd(T a, T b, T c) => T.FusedMultiplyAdd(a, b, c);

    public static T Sqrt(T a) => T.Sqrt(a);

    public static T Abs(T a) => T.Abs(a);

    public static T Max(T a, T b) => T.Max(a, b);

    public static T WherePositive(T condition, T then, T otherwise) => condition > T.Zero ? then : otherwise;

    public static T Sum(T a) => a;
}
