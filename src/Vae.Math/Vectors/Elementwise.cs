using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>Elementary functions of many numbers, vectorised; the same bits for every width of vector and every
/// place in a span.</summary>
/// <remarks>
/// <para>An error is stated in ulp, units in the last place of the right result, as the worst over all arguments; the tests
/// assert these very bounds. Results round gradually through the subnormal numbers. NaN gives NaN.</para>
/// <para>A function runs on the calling thread; callers with many numbers share the work out. T is
/// <see cref="float"/> or <see cref="double"/>. The destination has the source's length and may be the source itself,
/// but must not overlap it otherwise.</para>
/// </remarks>
public static class Elementwise
{
    /// <summary>exp(x); at most 1 ulp off in float and in double. 0 at minus infinity; infinite where it overflows.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="source">x.</param>
    /// <param name="destination">The results; may be x itself.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Exp<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<ExpFunction<T>, T>(source, destination);

    /// <summary>exp of one number, with the same bits.</summary>
    internal static T ExpOf<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => SimdElementary<Scalar<T>, T, T>.Exp(value);

    /// <summary>log(x); at most 1.1 ulp off in float and in double. Minus infinity at 0, NaN
    /// below, infinite at infinity.</summary>
    /// <inheritdoc cref="Exp" path="/param"/>
    /// <inheritdoc cref="Exp" path="/exception"/>
    public static void Log<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<LogFunction<T>, T>(source, destination);

    /// <summary>log(1 + x), exact in its leading digits near 0; at most 1.1 ulp off in float and in double. Minus infinity at
    /// -1, NaN below, infinite at infinity, and -0 stays -0.</summary>
    /// <inheritdoc cref="Exp" path="/param"/>
    /// <inheritdoc cref="Exp" path="/exception"/>
    public static void Log1p<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<Log1pFunction<T>, T>(source, destination);

    /// <summary>1 / (1 + exp(-x)); at most 2.5 ulp off in float and in double, also where it is near 0. 0 at minus infinity,
    /// 1 at infinity.</summary>
    /// <inheritdoc cref="Exp" path="/param"/>
    /// <inheritdoc cref="Exp" path="/exception"/>
    public static void Sigmoid<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<SigmoidFunction<T>, T>(source, destination);

    /// <summary>log(1 + exp(x)); at most 2 ulp off in float and in double, also where it is near 0. 0 at minus infinity,
    /// infinite at infinity.</summary>
    /// <inheritdoc cref="Exp" path="/param"/>
    /// <inheritdoc cref="Exp" path="/exception"/>
    public static void Softplus<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<SoftplusFunction<T>, T>(source, destination);

    /// <summary>tanh(x); at most 3 ulp off in float and in double, also near 0. -1 and 1 at the infinities,
    /// and -0 stays -0.</summary>
    /// <inheritdoc cref="Exp" path="/param"/>
    /// <inheritdoc cref="Exp" path="/exception"/>
    public static void Tanh<T>(ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Map<TanhFunction<T>, T>(source, destination);

    internal static void RequireLength(int source, int destination)
    {
        if (destination != source)
        {
            throw new ArgumentException($"Must have the source's {source} elements, but has {destination}.", nameof(destination));
        }
    }

    private static void Map<TFunction, T>(ReadOnlySpan<T> source, Span<T> destination)
        where TFunction : struct, ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireLength(source.Length, destination.Length);
        var loop = new MapLoop<TFunction, T>(source, destination);
        SimdLoop.Run<MapLoop<TFunction, T>, T>(ref loop, source.Length);
    }
}

/// <summary>A function of one number, on vectors.</summary>
internal interface ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;
}

/// <summary>A function of each number of a span.</summary>
internal readonly ref struct MapLoop<TFunction, T>(ReadOnlySpan<T> source, Span<T> destination) : ISimdLoop<T>
    where TFunction : struct, ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _source = source;
    private readonly Span<T> _destination = destination;

    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            TSimd.Store(TFunction.Of<TSimd, TVector>(TSimd.Load(in _source[i])), ref _destination[i]);
        }

        return i;
    }
}
