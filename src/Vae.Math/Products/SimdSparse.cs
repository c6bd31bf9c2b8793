using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>
/// A product <c>C = A B</c> with known places of B's non-zero entries: the columns of A for these entries, each times its
/// entry, added up in registers.
/// </summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
/// <remarks>
/// <para>Every element of C is the dense kernel's chain of fused multiply-adds in the same order, without the links that would
/// add zero. So the bits are the dense product's wherever all numbers are finite.</para>
/// <para>No two columns of B have their entries in the same places, so A's numbers are not used twice from a register as in the
/// dense kernel: each comes from the cache for every use. Hence the order: some rows of A and 64 of its columns, 32 KB, stay in
/// the first-level cache while all columns of C pass by.</para>
/// </remarks>
internal readonly unsafe struct SimdSparse<TSimd, TVector, T> : IParallelWork
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Vectors of rows in a part: 8 x 64 bytes x 64 columns are 32 KB, and eight sums keep both multipliers busy.
    private const int MaximalHeight = 8;

    // A part packs its blocks of A, so it should meet many columns, and fewer only where there would be no part for each thread;
    // where there are but a few in all, it reads A where it stands.
    private const int MostColumnsInPart = 128;
    private const int FewestColumnsInPart = 32;
    private const int ColumnsWorthPacking = 8;

    // C's numbers are fetched and put back for every word. From so many words on that is done beside C, where vectors lie in
    // whole lines of the cache, and where no other thread writes into the line in which its rows meet ours.
    private const int WordsWorthCopying = 3;
    private const int CacheLine = 64;

    private readonly SimdBlock<T> _block;
    private readonly ulong* _marks;
    private readonly bool _adds, _packs;
    private readonly int _lead, _panels, _vectors, _words, _width, _groups;

    private SimdSparse(in SimdBlock<T> block, ulong* marks, bool adds, int threads)
    {
        _block = block;
        _marks = marks;
        _adds = adds;
        _packs = block.Columns >= ColumnsWorthPacking;
        _lead = _packs ? 0 : int.Min(RowsBeforeLine(block.A), block.Rows);
        _vectors = _packs ? SimdLoop.Parts(block.Rows, TSimd.Count) : (block.Rows - _lead) / TSimd.Count;
        _panels = int.Max(1, SimdLoop.Parts(_vectors, MaximalHeight));
        _words = NonZeros.Words(block.Inner);
        _width = int.Clamp(SimdLoop.Parts(block.Columns, threads), FewestColumnsInPart, MostColumnsInPart);
        _groups = SimdLoop.Parts(block.Columns, _width);
    }

    /// <summary>Computes <c>C = A B</c>, or <c>C += A B</c>.</summary>
    /// <param name="block">The product; the rows of A are contiguous.</param>
    /// <param name="marks">A bit for each entry of B, set where it is not zero: the first 64 inner indices of every column of B,
    /// then the next 64 of every column, and so on.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="adds">Adds to C instead of overwriting it.</param>
    /// <param name="sums">Row sums to compute beside the product.</param>
    public static void Multiply(
        in SimdBlock<T> block, ulong* marks, WorkerTeam team, bool adds = false, SimdSums<T> sums = default)
    {
        var work = new SimdSparse<TSimd, TVector, T>(block, marks, adds, team.Threads);
        team.Run(work, work._panels * work._groups, sums, sums.Parts);
    }

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var (group, panel) = int.DivRem(part, _panels);
        int begin = group * _width, end = int.Min(begin + _width, _block.Columns);
        int top = panel * _vectors / _panels, height = ((panel + 1) * _vectors / _panels) - top;
        DoRows<TSimd, TVector>(_lead + (top * TSimd.Count), height, begin, end);
        if (panel == _panels - 1)
        {
            DoSingleRows(0, _lead, begin, end);
            DoSingleRows(_lead + (_vectors * TSimd.Count), _block.Rows, begin, end); // none where A is packed
        }
    }

    private void DoSingleRows(int row, int last, int begin, int end)
    {
        for (; row < last; row += MaximalHeight)
        {
            DoRows<Scalar<T>, T>(row, int.Min(MaximalHeight, last - row), begin, end);
        }
    }

    // Where A is read where it stands, a vector across two lines of the cache costs two reads: 784 x 400 times a vector takes 21
    // us, or 12 from a row on where a line begins, which is one row for all columns where they are whole lines long.
    private static int RowsBeforeLine(SimdView<T> a)
    {
        var beyond = (nint)a.Start % CacheLine;
        return a.ColumnStep * sizeof(T) % CacheLine == 0 && beyond % sizeof(T) == 0
            ? (int)((CacheLine - beyond) % CacheLine / sizeof(T))
            : 0;
    }

    // The heights are types, so that the sums of each have registers of their own.
    private void DoRows<TWidth, TWide>(int row, int height, int begin, int end)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
    {
        switch (height)
        {
            case 0: break;
            case 1: DoRows<TWidth, TWide, One>(row, begin, end); break;
            case 2: DoRows<TWidth, TWide, Two>(row, begin, end); break;
            case 3: DoRows<TWidth, TWide, Three>(row, begin, end); break;
            case 4: DoRows<TWidth, TWide, Four>(row, begin, end); break;
            case 5: DoRows<TWidth, TWide, Five>(row, begin, end); break;
            case 6: DoRows<TWidth, TWide, Six>(row, begin, end); break;
            case 7: DoRows<TWidth, TWide, Seven>(row, begin, end); break;
            default: DoRows<TWidth, TWide, Eight>(row, begin, end); break;
        }
    }

    private void DoRows<TWidth, TWide, THeight>(int row, int begin, int end)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
    {
        // A packed panel may hang over the edge of C: it is computed whole, beside C.
        var (height, columns) = (THeight.Value * TWidth.Count, end - begin);
        var rows = int.Min(height, _block.Rows - row);
        var result = _block.C.From(row, begin);
        var isBeside = result.RowStep != 1 || (_packs && (_words >= WordsWorthCopying || rows < height));
        var c = isBeside
            ? new SimdView<T>(SimdScratch<T, SimdBlock<T>>.Rent(MaximalHeight * TSimd.Count * MostColumnsInPart), 1, height)
            : result;
        if (isBeside && _adds)
        {
            result.CopyTo(c, rows, columns);
        }

        for (var word = 0; word < _words; word++)
        {
            AddWord<TWidth, TWide, THeight>(
                _packs ? Pack<TWidth, TWide>(row, rows, height, word) : _block.A.From(row, word * NonZeros.Word),
                _block.B.From(word * NonZeros.Word, begin),
                _marks + ((nint)word * _block.Columns) + begin,
                c,
                columns,
                word == 0 && !_adds);
        }

        if (isBeside)
        {
            c.CopyTo(result, rows, columns);
        }

        _block.FinishPart(row, rows, begin, columns);
    }

    // .NET aligns arrays to 8 bytes, so most vectors of A would lie across two lines of the cache, and where A has a power of two
    // of rows its columns would fall into few of the cache's sets. A copy of the block costs an eighth of what it saves.
    private SimdView<T> Pack<TWidth, TWide>(int row, int rows, int height, int word)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
    {
        var packed = SimdScratch<T, SimdSparse<TSimd, TVector, T>>.Rent(MaximalHeight * TSimd.Count * NonZeros.Word);
        var columns = int.Min(NonZeros.Word, _block.Inner - (word * NonZeros.Word));
        SimdPacking<TWidth, TWide, T>.Pack(_block.A.From(row, word * NonZeros.Word), rows, height, columns, packed);
        return new(packed, 1, height);
    }

    // What 64 inner indices add to some columns of C. The loop over the columns is in here, as a call for each costs as much as
    // its products: with the twelve marks of a word of a digit, half the time went into passing arguments.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]            // fast from its first call
    private static void AddWord<TWidth, TWide, THeight>(
        SimdView<T> a, SimdView<T> b, ulong* marks, SimdView<T> c, int columns, bool isFirst)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
    {
        T* aStart = a.Start, bStart = b.Start, to = c.Start;
        nint aStep = a.ColumnStep, bRow = b.RowStep, bColumn = b.ColumnStep, cStep = c.ColumnStep;
        for (; columns > 0; columns--)
        {
            if (*marks != 0 || isFirst)
            {
                AddColumn<TWidth, TWide, THeight>(aStart, aStep, bStart, bRow, *marks, to, isFirst);
            }

            marks++;
            bStart += bColumn;
            to += cStep;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddColumn<TWidth, TWide, THeight>(T* a, nint aStep, T* b, nint bStep, ulong marks, T* c, bool isFirst)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
    {
        TWide c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        if (!isFirst)
        {
            c0 = Load<TWidth, TWide, THeight>(0, c);
            c1 = Load<TWidth, TWide, THeight>(1, c);
            c2 = Load<TWidth, TWide, THeight>(2, c);
            c3 = Load<TWidth, TWide, THeight>(3, c);
            c4 = Load<TWidth, TWide, THeight>(4, c);
            c5 = Load<TWidth, TWide, THeight>(5, c);
            c6 = Load<TWidth, TWide, THeight>(6, c);
            c7 = Load<TWidth, TWide, THeight>(7, c);
        }

        for (; marks != 0; marks &= marks - 1)                        // the lowest bit is done
        {
            var k = (nint)(uint)BitOperations.TrailingZeroCount(marks);
            var column = a + (k * aStep);
            var factor = TWidth.Broadcast(b[k * bStep]);
            MultiplyAdd<TWidth, TWide, THeight>(0, column, factor, ref c0);
            MultiplyAdd<TWidth, TWide, THeight>(1, column, factor, ref c1);
            MultiplyAdd<TWidth, TWide, THeight>(2, column, factor, ref c2);
            MultiplyAdd<TWidth, TWide, THeight>(3, column, factor, ref c3);
            MultiplyAdd<TWidth, TWide, THeight>(4, column, factor, ref c4);
            MultiplyAdd<TWidth, TWide, THeight>(5, column, factor, ref c5);
            MultiplyAdd<TWidth, TWide, THeight>(6, column, factor, ref c6);
            MultiplyAdd<TWidth, TWide, THeight>(7, column, factor, ref c7);
        }

        Store<TWidth, TWide, THeight>(0, c0, c);
        Store<TWidth, TWide, THeight>(1, c1, c);
        Store<TWidth, TWide, THeight>(2, c2, c);
        Store<TWidth, TWide, THeight>(3, c3, c);
        Store<TWidth, TWide, THeight>(4, c4, c);
        Store<TWidth, TWide, THeight>(5, c5, c);
        Store<TWidth, TWide, THeight>(6, c6, c);
        Store<TWidth, TWide, THeight>(7, c7, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TWidth, TWide, THeight>(int vector, T* column, TWide factor, ref TWide sum)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
    {
        if (vector < THeight.Value)
        {
            sum = TWidth.MultiplyAdd(TWidth.Load(ref *column, vector), factor, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Load<TWidth, TWide, THeight>(int vector, T* from)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
        => vector < THeight.Value ? TWidth.Load(ref *from, vector) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TWidth, TWide, THeight>(int vector, TWide value, T* to)
        where TWidth : struct, ISimd<TWide, T>
        where TWide : struct
        where THeight : struct, ISimdCount
    {
        if (vector < THeight.Value)
        {
            TWidth.Store(value, ref to[vector * TWidth.Count]);
        }
    }
}
