using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>
/// One block of a product, cut into parts that the team shares: panels of rows of C, with the last panels cut further into
/// pieces of columns, so that no thread waits long for another.
/// </summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal readonly unsafe struct SimdPanels<TSimd, TVector, T> : IParallelWork
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A panel, and a tile in it, is at most three vectors high.
    private const int MaximalHeight = 3;

    // Below this many columns a panel of A is not read often enough to be worth packing.
    private const int ColumnsWorthPacking = 17;

    // A piece of a panel is packed again by each thread that takes one, so it must not be too narrow.
    private const int ColumnsOfAPiece = 16;
    private const int MaximalPieces = 4;

    // With so few products for each of its numbers, C is shared out by columns: a thread's part of it is one piece of memory.
    private const int FewInner = 64;

    private readonly SimdBlock<T> _block;
    private readonly SimdColumns<T> _b;
    private readonly bool _add;
    private readonly int _vectors, _panels, _wholePanels, _pieces, _threads;

    private SimdPanels(in SimdBlock<T> block, SimdColumns<T> b, bool add, int threads)
    {
        (_block, _b, _add) = (block, b, add);
        _vectors = SimdLoop.Parts(block.Rows, TSimd.Count);
        _panels = SimdLoop.Parts(_vectors, MaximalHeight);
        _threads = threads;

        var isThin = block.Inner <= FewInner && block.Columns >= threads * ColumnsOfAPiece;
        var left = isThin ? _panels : _panels % threads;
        _wholePanels = _panels - left;
        _pieces = isThin ? threads : left == 0 ? 1
            : int.Min(int.Min(MaximalPieces, SimdLoop.Parts(threads, left)), SimdLoop.Parts(block.Columns, ColumnsOfAPiece));
    }

    private int Parts => _wholePanels + ((_panels - _wholePanels) * _pieces);

    // Eight columns take 24 registers, of which AVX2 has 16.
    private static bool EightColumnsFit => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Computes <c>C = A B</c> or <c>C += A B</c>.</summary>
    /// <param name="block">The block.</param>
    /// <param name="b">Its B, in place or packed.</param>
    /// <param name="add">Adds to C instead of overwriting it.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="sums">Row sums to compute beside the product.</param>
    public static void Multiply(in SimdBlock<T> block, SimdColumns<T> b, bool add, WorkerTeam team, SimdSums<T> sums)
    {
        var panels = new SimdPanels<TSimd, TVector, T>(block, b, add, team.Threads);
        team.Run(panels, panels.Parts, sums, sums.Parts);
    }

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        // Each thread's own parts are panels side by side, and then its share of the pieces.
        var thread = (int)((((part + 1L) * _threads) - 1) / Parts);
        var (own, place) = (_wholePanels / _threads, part - WorkerTeam.FirstPart(thread, _threads, Parts));
        if (place < own)
        {
            DoPanel((thread * own) + place, 0, _block.Columns);
        }
        else
        {
            DoPiece(part - ((thread + 1) * own));
        }
    }

    private void DoPiece(int number)
    {
        // Where there is nothing but pieces, all panels' first columns come before all panels' next.
        var (panel, piece) = _wholePanels > 0 ? int.DivRem(number, _pieces) : (number % _panels, number / _panels);
        var width = SimdLoop.Parts(_block.Columns, _pieces * SimdColumns<T>.PanelColumns) * SimdColumns<T>.PanelColumns;
        var begin = int.Min(piece * width, _block.Columns);
        DoPanel(_wholePanels + panel, begin, int.Min(begin + width, _block.Columns));
    }

    private void DoPanel(int panel, int begin, int end)
    {
        // The vectors are spread evenly: four are 2 + 2, not 3 + 1, as a tile one vector high would wait for its sums.
        var top = (int)((long)panel * _vectors / _panels);
        var height = (int)((panel + 1L) * _vectors / _panels) - top;
        var row = top * TSimd.Count;
        var rows = int.Min(height * TSimd.Count, _block.Rows - row);
        switch (height)
        {
            case 1: DoTiles<One>(row, rows, begin, end); break;
            case 2: DoTiles<Two>(row, rows, begin, end); break;
            default: DoTiles<Three>(row, rows, begin, end); break;
        }

        _block.FinishPart(row, rows, begin, end - begin);
    }

    private void DoTiles<THeight>(int row, int rows, int begin, int end)
        where THeight : struct, ISimdCount
    {
        var height = THeight.Value * TSimd.Count;
        var source = _block.A.From(row, 0);
        var a = source.Start;
        var aStep = source.ColumnStep;
        var j = begin;
        var isWhole = source.RowStep == 1 && rows == height;
        if (!isWhole || end - begin >= ColumnsWorthPacking)
        {
            // for any shape, so that a thread allocates once
            var room = MaximalHeight * TSimd.Count * SimdProduct<T>.InnerBlock;
            var packed = SimdScratch<T, SimdView<T>>.Rent(room);
            if (isWhole && _block.C.RowStep == 1)
            {
                j = DoFirstTile<THeight>(a, aStep, row, rows, j, packed);         // copies the panel on the way
            }
            else
            {
                SimdPacking<TSimd, TVector, T>.Pack(source, rows, height, _block.Inner, packed);
            }

            a = packed;
            aStep = height;
        }

        for (; EightColumnsFit && j <= end - 8; j += 8)
        {
            DoTile<THeight, Eight, Zero>(a, aStep, row, rows, j);
        }

        for (; j <= end - 4; j += 4)
        {
            DoTile<THeight, Four, Zero>(a, aStep, row, rows, j);
        }

        for (; j <= end - 2; j += 2)
        {
            DoTile<THeight, Two, Zero>(a, aStep, row, rows, j);
        }

        if (j < end)
        {
            DoTile<THeight, One, Zero>(a, aStep, row, rows, j);
        }
    }

    private int DoFirstTile<THeight>(T* a, nint aStep, int row, int rows, int column, T* packed)
        where THeight : struct, ISimdCount
    {
        if (EightColumnsFit)
        {
            DoTile<THeight, Eight, One>(a, aStep, row, rows, column, packed);
            return column + 8;
        }

        DoTile<THeight, Four, One>(a, aStep, row, rows, column, packed);
        return column + 4;
    }

    private void DoTile<THeight, TColumns, TPacks>(T* a, nint aStep, int row, int rows, int column, T* packed = null)
        where THeight : struct, ISimdCount
        where TColumns : struct, ISimdCount
        where TPacks : struct, ISimdCount
    {
        var b = _b.From(column);
        var c = _block.C.From(row, column);
        if (c.RowStep == 1 && rows == THeight.Value * TSimd.Count)
        {
            SimdTile<TSimd, TVector, T, THeight, TColumns, TPacks>.Multiply(
                a, aStep, b.Start, b.RowStep, b.ColumnStep, c.Start, c.ColumnStep, _block.Inner, _add, packed);
        }
        else
        {
            DoEdgeTile<THeight, TColumns>(a, aStep, b, c, rows);
        }
    }

    // A tile that hangs over the edge of C, or whose rows are not side by side, is computed whole, beside C.
    private void DoEdgeTile<THeight, TColumns>(T* a, nint aStep, SimdView<T> b, SimdView<T> c, int rows)
        where THeight : struct, ISimdCount
        where TColumns : struct, ISimdCount
    {
        var height = THeight.Value * TSimd.Count;
        var memory = stackalloc T[height * TColumns.Value];
        var tile = new SimdView<T>(memory, 1, height);
        if (_add)
        {
            c.CopyTo(tile, rows, TColumns.Value);
        }

        SimdTile<TSimd, TVector, T, THeight, TColumns, Zero>.Multiply(
            a, aStep, b.Start, b.RowStep, b.ColumnStep, memory, height, _block.Inner, _add);
        tile.CopyTo(c, rows, TColumns.Value);
    }
}
