using System.Numerics;
using System.Runtime.CompilerServices;

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
/// <remarks>
/// Three vectors and eight columns take 24 registers for C, three for A and one for B, of the 32 there are with
/// AVX-512 and on ARM64; three and four take all 16 of AVX2. Smaller tiles are the same source with the conditions
/// below folded away, and every element of C is one chain of fused multiply-adds over the summed index in order. So an
/// element's bits do not depend on the tile it falls into.
/// </remarks>
internal static unsafe class SimdTile<TSimd, TVector, T, THeight, TColumns>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where THeight : struct, ISimdCount
    where TColumns : struct, ISimdCount
{
    /// <summary>Computes <c>C = A B</c> or <c>C += A B</c> for one tile.</summary>
    /// <param name="a">A's panel, tile height x inner, its rows side by side.</param>
    /// <param name="b">B, inner x tile columns.</param>
    /// <param name="c">C, tile height x tile columns, its rows side by side; overwritten or added to.</param>
    /// <param name="inner">The length of the summed index.</param>
    /// <param name="add">Adds to C instead of overwriting it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]            // fast from its first call: nothing here is to be learnt
    public static void Multiply(SimdView<T> a, SimdView<T> b, SimdView<T> c, int inner, bool add)
    {
        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c04 = default, c05 = default, c06 = default, c07 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c14 = default, c15 = default, c16 = default, c17 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c24 = default, c25 = default, c26 = default, c27 = default;
        if (add)
        {
            Load(c, 0, ref c00, ref c10, ref c20);
            Load(c, 1, ref c01, ref c11, ref c21);
            Load(c, 2, ref c02, ref c12, ref c22);
            Load(c, 3, ref c03, ref c13, ref c23);
            Load(c, 4, ref c04, ref c14, ref c24);
            Load(c, 5, ref c05, ref c15, ref c25);
            Load(c, 6, ref c06, ref c16, ref c26);
            Load(c, 7, ref c07, ref c17, ref c27);
        }

        T* p = a.Start;
        nint aStep = a.ColumnStep, bStep = b.RowStep, bColumn = b.ColumnStep, k = 0;
        T* b0 = b.Start, b1 = b0 + bColumn, b2 = b1 + bColumn, b3 = b2 + bColumn;
        T* b4 = b3 + bColumn, b5 = b4 + bColumn, b6 = b5 + bColumn, b7 = b6 + bColumn;
        for (; inner > 0; inner--)
        {
            var a0 = TSimd.Load(ref *p);
            var a1 = THeight.Value > 1 ? TSimd.Load(ref p[TSimd.Count]) : default;
            var a2 = THeight.Value > 2 ? TSimd.Load(ref p[2 * TSimd.Count]) : default;
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

        Store(c, 0, c00, c10, c20);
        Store(c, 1, c01, c11, c21);
        Store(c, 2, c02, c12, c22);
        Store(c, 3, c03, c13, c23);
        Store(c, 4, c04, c14, c24);
        Store(c, 5, c05, c15, c25);
        Store(c, 6, c06, c16, c26);
        Store(c, 7, c07, c17, c27);
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
    private static void Load(SimdView<T> c, int column, ref TVector c0, ref TVector c1, ref TVector c2)
    {
        if (column < TColumns.Value)
        {
            var from = c.Start + column * c.ColumnStep;
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
    private static void Store(SimdView<T> c, int column, TVector c0, TVector c1, TVector c2)
    {
        if (column < TColumns.Value)
        {
            var to = c.Start + column * c.ColumnStep;
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
