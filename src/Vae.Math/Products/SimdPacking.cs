using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>
/// Copies a panel of a factor into the order in which the innermost kernel reads it: the panel's few rows side by side,
/// then those of the next inner index. A panel of B is packed as rows of B^T.
/// </summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal static unsafe class SimdPacking<TSimd, TVector, T>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A panel is transposed in stretches of so many inner indices, which stay in the cache until all rows of
    // them are written.
    private const int Stretch = 256;

    private static bool InterleavesVectors => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Packs one panel.</summary>
    /// <param name="source">The panel's rows, rows x inner.</param>
    /// <param name="rows">The rows there are.</param>
    /// <param name="height">The rows of the packed panel, at least <paramref name="rows"/>; those beyond are zero.</param>
    /// <param name="inner">The length of the summed index.</param>
    /// <param name="packed">height x inner numbers; overwritten.</param>
    public static void Pack(SimdView<T> source, int rows, int height, int inner, T* packed)
    {
        if (rows < height)
        {
            new Span<T>(packed, height * inner).Clear();
        }

        if (source.RowStep == 1)
        {
            CopyColumns(source, rows, height, inner, packed);
            return;
        }

        for (var k = 0; k < inner; k += Stretch)
        {
            TransposeRows(source.From(0, k), rows, height, int.Min(Stretch, inner - k), packed + (nint)k * height);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void CopyColumns(SimdView<T> source, int rows, int height, int inner, T* packed)
    {
        for (var k = 0; k < inner; k++)
        {
            var from = source.Start + k * source.ColumnStep;
            var i = 0;
            for (; i <= rows - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Load(ref from[i]), ref packed[i]);
            }

            for (; Vector128.IsHardwareAccelerated && i <= rows - Vector128<T>.Count; i += Vector128<T>.Count)
            {
                Vector128.Load(from + i).Store(packed + i);
            }

            for (; i < rows; i++)
            {
                packed[i] = from[i];
            }

            packed += height;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransposeRows(SimdView<T> source, int rows, int height, int inner, T* packed)
    {
        var i = 0;
        for (; Avx.IsSupported && typeof(T) == typeof(float) && i <= rows - 8; i += 8)
        {
            TransposeEightRows((float*)(source.Start + i * source.RowStep), source.RowStep, height, inner, (float*)(packed + i));
        }

        for (; InterleavesVectors && i <= rows - 4; i += 4)
        {
            TransposeFourRows(source.Start + i * source.RowStep, source.RowStep, height, inner, packed + i);
        }

        for (; i < rows; i++)
        {
            var from = source.Start + i * source.RowStep;
            for (var k = 0; k < inner; k++)
            {
                packed[(nint)k * height + i] = from[k];
            }
        }
    }

    // Squares of eight by eight: pairs of rows are interleaved, then pairs of pairs, then halves. It takes 40 % of the time of
    // the squares of four below, which are left with what remains and with all that is not float on AVX.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransposeEightRows(float* from, nint step, nint height, int inner, float* to)
    {
        var k = 0;
        for (; k <= inner - 8; k += 8)
        {
            var row = from + k;
            Interleave(ref row, step, out var a0, out var a1);
            Interleave(ref row, step, out var b0, out var b1);
            Interleave(ref row, step, out var c0, out var c1);
            Interleave(ref row, step, out var d0, out var d1);
            StoreColumns(Pairs(a0, b0, 0x44), Pairs(c0, d0, 0x44), to, height);
            StoreColumns(Pairs(a0, b0, 0xEE), Pairs(c0, d0, 0xEE), to + height, height);
            StoreColumns(Pairs(a1, b1, 0x44), Pairs(c1, d1, 0x44), to + (2 * height), height);
            StoreColumns(Pairs(a1, b1, 0xEE), Pairs(c1, d1, 0xEE), to + (3 * height), height);
            to += 8 * height;
        }

        for (; k < inner; k++, to += height)
        {
            for (var i = 0; i < 8; i++)
            {
                to[i] = from[(i * step) + k];
            }
        }
    }

    // Two rows, interleaved within each half: x0 y0 x1 y1 | x4 y4 x5 y5, and x2 y2 x3 y3 | x6 y6 x7 y7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(ref float* row, nint step, out Vector256<float> low, out Vector256<float> high)
    {
        var (x, y) = (Vector256.Load(row), Vector256.Load(row + step));
        low = Avx.UnpackLow(x, y);
        high = Avx.UnpackHigh(x, y);
        row += 2 * step;
    }

    // The lower (0x44) or upper (0xEE) pairs of two, within each half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(Vector256<float> a, Vector256<float> b, [ConstantExpected] byte which)
        => Avx.Shuffle(a, b, which);

    // The lower halves are one column, the upper ones that four columns further on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreColumns(Vector256<float> rows0To3, Vector256<float> rows4To7, float* to, nint height)
    {
        Avx.Permute2x128(rows0To3, rows4To7, 0x20).Store(to);
        Avx.Permute2x128(rows0To3, rows4To7, 0x31).Store(to + (4 * height));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TransposeFourRows(T* from, nint step, nint height, int inner, T* to)
    {
        T* row0 = from, row1 = row0 + step, row2 = row1 + step, row3 = row2 + step;
        var k = 0;
        for (; k <= inner - Vector128<T>.Count; k += Vector128<T>.Count)
        {
            var r0 = Vector128.Load(row0 + k);
            var r1 = Vector128.Load(row1 + k);
            var r2 = Vector128.Load(row2 + k);
            var r3 = Vector128.Load(row3 + k);
            if (typeof(T) == typeof(float))
            {
                Vector128<T> even = Low(r0, r2), odd = Low(r1, r3), evenHigh = High(r0, r2), oddHigh = High(r1, r3);
                Low(even, odd).Store(to);
                High(even, odd).Store(to + height);
                Low(evenHigh, oddHigh).Store(to + 2 * height);
                High(evenHigh, oddHigh).Store(to + 3 * height);
            }
            else
            {
                Low(r0, r1).Store(to);
                Low(r2, r3).Store(to + 2);
                High(r0, r1).Store(to + height);
                High(r2, r3).Store(to + height + 2);
            }

            to += Vector128<T>.Count * height;
        }

        for (; k < inner; k++)
        {
            (to[0], to[1], to[2], to[3]) = (row0[k], row1[k], row2[k], row3[k]);
            to += height;
        }
    }

    /// <summary>The lower halves of two vectors, interleaved: a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Low(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            return (AdvSimd.Arm64.IsSupported
                ? AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle())
                : Sse.UnpackLow(a.AsSingle(), b.AsSingle())).As<float, T>();
        }

        return (AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipLow(a.AsDouble(), b.AsDouble())
            : Sse2.UnpackLow(a.AsDouble(), b.AsDouble())).As<double, T>();
    }

    /// <summary>The upper halves of two vectors, interleaved: a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> High(Vector128<T> a, Vector128<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            return (AdvSimd.Arm64.IsSupported
                ? AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle())
                : Sse.UnpackHigh(a.AsSingle(), b.AsSingle())).As<float, T>();
        }

        return (AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipHigh(a.AsDouble(), b.AsDouble())
            : Sse2.UnpackHigh(a.AsDouble(), b.AsDouble())).As<double, T>();
    }
}
