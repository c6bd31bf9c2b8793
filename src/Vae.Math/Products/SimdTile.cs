using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>
/// The innermost kernel: a tile of C, up to three vectors high and eight columns wide, that stays in registers while
/// the summed index runs.
/// </summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="THeight">The tile's height in vectors, 1 to 3.</typeparam>
/// <typeparam name="TColumns">The tile's columns, 1, 2, 4 or 8.</typeparam>
/// <typeparam name="TPacks">One to copy A's panel on the way, else zero.</typeparam>
/// <remarks>
/// Three vectors and eight columns take 24 registers for C, three for A and one for B, of the 32 there are with
/// AVX-512 and on ARM64; three and four take all 16 of AVX2. Smaller tiles are the same source with the conditions
/// below folded away, and every element of C is one chain of fused multiply-adds over the summed index in order. So an
/// element's bits do not depend on the tile it falls into.
/// </remarks>
internal static unsafe class SimdTile<TSimd, TVector, T, THeight, TColumns, TPacks>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where THeight : struct, ISimdCount
    where TColumns : struct, ISimdCount
    where TPacks : struct, ISimdCount
{
    // Columns of A that are fetched before they are needed. A packed panel comes from the second-level cache, 16 bytes a cycle;
    // without this the products waited for it 6 % of their time. A panel that is still to be copied lies a page apart from column
    // to column, where the processor's own prefetching does not look.
    private const int Ahead = 8;

    /// <summary>Computes <c>C = A B</c> or <c>C += A B</c> for one tile.</summary>
    /// <param name="a">A's panel, tile height x inner, its rows side by side.</param>
    /// <param name="aStep">From an inner index to the next.</param>
    /// <param name="b">B, inner x tile columns.</param>
    /// <param name="bStep">From an inner index to the next.</param>
    /// <param name="bColumn">From a column to the next.</param>
    /// <param name="c">C, tile height x tile columns, its rows side by side; overwritten or added to.</param>
    /// <param name="cColumn">From a column to the next.</param>
    /// <param name="inner">The length of the summed index.</param>
    /// <param name="add">Adds to C instead of overwriting it.</param>
    /// <param name="packed">Null, or where to copy A's panel on the way, tile height x inner: the copy
    /// hides behind the products.</param>
    /// <remarks>
    /// Pointers and steps, not views: a view is copied into the call as two halves and read back as one piece, which the
    /// processor can do only when all stores before, the last tile of C among them, have reached the cache. That stall took a
    /// seventh of the weight gradient's time.
    /// </remarks>
    // fast from its first call: nothing here is to be learnt
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        T* a, nint aStep, T* b, nint bStep, nint bColumn, T* c, nint cColumn, int inner, bool add, T* packed = null)
    {
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c04 = default, c05 = default, c06 = default, c07 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c14 = default, c15 = default, c16 = default, c17 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c24 = default, c25 = default, c26 = default, c27 = default;
        if (add)
        {
            Load(c, cColumn, 0, ref c00, ref c10, ref c20);
            Load(c, cColumn, 1, ref c01, ref c11, ref c21);
            Load(c, cColumn, 2, ref c02, ref c12, ref c22);
            Load(c, cColumn, 3, ref c03, ref c13, ref c23);
            Load(c, cColumn, 4, ref c04, ref c14, ref c24);
            Load(c, cColumn, 5, ref c05, ref c15, ref c25);
            Load(c, cColumn, 6, ref c06, ref c16, ref c26);
            Load(c, cColumn, 7, ref c07, ref c17, ref c27);
        }

        T* p = a;
        nint k = 0;
        T* b0 = b, b1 = b0 + bColumn, b2 = b1 + bColumn, b3 = b2 + bColumn;
        T* b4 = b3 + bColumn, b5 = b4 + bColumn, b6 = b5 + bColumn, b7 = b6 + bColumn;
        for (; inner > 0; inner--)
        {
            var a0 = TSimd.Load(ref *p);
            var a1 = THeight.Value > 1 ? TSimd.Load(ref p[TSimd.Count]) : default;
            var a2 = THeight.Value > 2 ? TSimd.Load(ref p[2 * TSimd.Count]) : default;
            Prefetch(p + (Ahead * aStep));
            if (TPacks.Value > 0)
            {
                Pack(packed, a0, a1, a2);
                packed += THeight.Value * TSimd.Count;
            }

            MultiplyAdd(0, a0, a1, a2, b0 + k, ref c00, ref c10, ref c20);
            MultiplyAdd(1, a0, a1, a2, b1 + k, ref c01, ref c11, ref c21);
            MultiplyAdd(2, a0, a1, a2, b2 + k, ref c02, ref c12, ref c22);
            MultiplyAdd(3, a0, a1, a2, b3 + k, ref c03, ref c13, ref c23);
            MultiplyAdd(4, a0, a1, a2, b4 + k, ref c04, ref c14, ref c24);
            MultiplyAdd(5, a0, a1, a2, b5 + k, ref c05, ref c15, ref c25);
            MultiplyAdd(6, a0, a1, a2, b6 + k, ref c06, ref c16, ref c26);
            MultiplyAdd(7, a0, a1, a2, b7 + k, ref c07, ref c17, ref c27);
            p += aStep;
            k += bStep;
        }

        Store(c, cColumn, 0, c00, c10, c20);
        Store(c, cColumn, 1, c01, c11, c21);
        Store(c, cColumn, 2, c02, c12, c22);
        Store(c, cColumn, 3, c03, c13, c23);
        Store(c, cColumn, 4, c04, c14, c24);
        Store(c, cColumn, 5, c05, c15, c25);
        Store(c, cColumn, 6, c06, c16, c26);
        Store(c, cColumn, 7, c07, c17, c27);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(
        int column, TVector a0, TVector a1, TVector a2, T* b, ref TVector c0, ref TVector c1, ref TVector c2)
    {
        if (column < TColumns.Value)
        {
            var factor = TSimd.Broadcast(*b);
            c0 = TSimd.MultiplyAdd(a0, factor, c0);
            if (THeight.Value > 1)
            {
                c1 = TSimd.MultiplyAdd(a1, factor, c1);
            }

            if (THeight.Value > 2)
            {
                c2 = TSimd.MultiplyAdd(a2, factor, c2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* column)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(column);
            if (THeight.Value > 1)
            {
                Sse.Prefetch0(column + TSimd.Count);
            }

            if (THeight.Value > 2)
            {
                Sse.Prefetch0(column + (2 * TSimd.Count));
                if (TPacks.Value > 0)
                {
                    Sse.Prefetch0(column + (3 * TSimd.Count) - 1);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack(T* packed, TVector a0, TVector a1, TVector a2)
    {
        TSimd.Store(a0, ref *packed);
        if (THeight.Value > 1)
        {
            TSimd.Store(a1, ref packed[TSimd.Count]);
        }

        if (THeight.Value > 2)
        {
            TSimd.Store(a2, ref packed[2 * TSimd.Count]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(T* c, nint cColumn, int column, ref TVector c0, ref TVector c1, ref TVector c2)
    {
        if (column < TColumns.Value)
        {
            var from = c + column * cColumn;
            c0 = TSimd.Load(ref *from);
            if (THeight.Value > 1)
            {
                c1 = TSimd.Load(ref from[TSimd.Count]);
            }

            if (THeight.Value > 2)
            {
                c2 = TSimd.Load(ref from[2 * TSimd.Count]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, nint cColumn, int column, TVector c0, TVector c1, TVector c2)
    {
        if (column < TColumns.Value)
        {
            var to = c + column * cColumn;
            TSimd.Store(c0, ref *to);
            if (THeight.Value > 1)
            {
                TSimd.Store(c1, ref to[TSimd.Count]);
            }

            if (THeight.Value > 2)
            {
                TSimd.Store(c2, ref to[2 * TSimd.Count]);
            }
        }
    }
}
