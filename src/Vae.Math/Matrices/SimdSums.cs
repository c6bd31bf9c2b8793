using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The sums of a matrix's rows, each one chain of additions over the columns in order. They run alone,
/// or beside a product.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="matrix">rows x columns, column by column, in pinned memory.</param>
/// <param name="rows">Rows.</param>
/// <param name="columns">Columns.</param>
/// <param name="sums">A number for each row; overwritten.</param>
internal readonly unsafe struct SimdSums<T>(T* matrix, int rows, int columns, T* sums) : IParallelWork, ISimdLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The number of rows in a part, which runs along all columns. Where two parts meet in a cache line, their threads take
    // it from each other at every column: with parts of 64 rows two threads needed twice the time of one.
    private const int RowsInPart = 512;

    private readonly T* _matrix = matrix, _sums = sums;

    /// <summary>The number of parts; 0 where there is nothing to sum.</summary>
    public int Parts => SimdLoop.Parts(rows, RowsInPart);

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var loop = this;
        var row = part * RowsInPart;
        SimdLoop.Run<SimdSums<T>, T>(ref loop, row, int.Min(row + RowsInPart, rows));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var row = start;
        for (; row <= end - (4 * TSimd.Count); row += 4 * TSimd.Count) // side by side in a column: whole lines of the cache
        {
            TVector s0 = TSimd.Broadcast(T.Zero), s1 = s0, s2 = s0, s3 = s0;
            var from = _matrix + row;
            for (var left = columns; left > 0; left--, from += rows)
            {
                s0 = TSimd.Add(s0, TSimd.Load(ref *from, 0));         // s += y_j
                s1 = TSimd.Add(s1, TSimd.Load(ref *from, 1));
                s2 = TSimd.Add(s2, TSimd.Load(ref *from, 2));
                s3 = TSimd.Add(s3, TSimd.Load(ref *from, 3));
            }

            TSimd.Store(s0, ref _sums[row]);
            TSimd.Store(s1, ref _sums[row + TSimd.Count]);
            TSimd.Store(s2, ref _sums[row + (2 * TSimd.Count)]);
            TSimd.Store(s3, ref _sums[row + (3 * TSimd.Count)]);
        }

        for (; row <= end - TSimd.Count; row += TSimd.Count)
        {
            var sum = TSimd.Broadcast(T.Zero);
            var from = _matrix + row;
            for (var left = columns; left > 0; left--, from += rows)
            {
                sum = TSimd.Add(sum, TSimd.Load(ref *from, 0));
            }

            TSimd.Store(sum, ref _sums[row]);
        }

        return row;
    }
}
