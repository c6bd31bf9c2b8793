using System.Numerics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>
/// One product, cut into parts that the team shares out: panels of rows of C, and the last panels into ranges of
/// columns as well, so that no thread waits long for another.
/// </summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal readonly unsafe struct SimdPanels<TSimd, TVector, T> : IParallelWork
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaximalHeight = 3;
    private const int MaximalColumns = 8;

    private readonly SimdView<T> _a, _b;
    private readonly T* _c;
    private readonly int _rows, _inner, _columns;
    private readonly bool _add;
    private readonly int _wholePanels, _pieces;

    public SimdPanels(SimdView<T> a, SimdView<T> b, T* c, int rows, int inner, int columns, bool add, int threads)
    {
        (_a, _b, _rows, _inner, _columns, _add) = (a, b, rows, inner, columns, add);
        _c = c;
        var panels = (rows + PanelRows - 1) / PanelRows;
        _wholePanels = threads == 1 ? panels : int.Max(0, (panels / threads - 1) * threads);
        _pieces = int.Min(4, (columns + 15) / 16);
        Parts = _wholePanels + (panels - _wholePanels) * _pieces;
    }

    public int Parts { get; }

    private static int PanelRows => MaximalHeight * TSimd.Count;

    private static bool EightColumnsFit => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported;

    public void DoPart(int part)
    {
        if (part < _wholePanels)
        {
            DoPanel(part, 0, _columns);
            return;
        }

        var piece = (part - _wholePanels) % _pieces;
        var panel = _wholePanels + (part - _wholePanels) / _pieces;
        var width = (_columns + _pieces * MaximalColumns - 1) / (_pieces * MaximalColumns) * MaximalColumns;
        DoPanel(panel, int.Min(piece * width, _columns), int.Min((piece + 1) * width, _columns));
    }

    private void DoPanel(int panel, int begin, int end)
    {
        var row = panel * PanelRows;
        var rows = int.Min(PanelRows, _rows - row);
        var height = (rows + TSimd.Count - 1) / TSimd.Count;
        var packed = SimdScratch<T, SimdPanels<TSimd, TVector, T>>.Rent(height * TSimd.Count * int.Min(_inner, SimdProduct<T>.InnerBlock));
        for (var k = 0; k < _inner; k += SimdProduct<T>.InnerBlock)
        {
            var inner = int.Min(SimdProduct<T>.InnerBlock, _inner - k);
            SimdPacking<T>.Pack(_a.From(row, k), rows, height * TSimd.Count, inner, packed);
            var a = new SimdView<T>(packed, 1, height * TSimd.Count);
            var add = _add || k > 0;
            switch (height)
            {
                case 1: DoTiles<One>(a, k, row, rows, begin, end, inner, add); break;
                case 2: DoTiles<Two>(a, k, row, rows, begin, end, inner, add); break;
                default: DoTiles<Three>(a, k, row, rows, begin, end, inner, add); break;
            }
        }
    }

    private void DoTiles<THeight>(SimdView<T> a, int k, int row, int rows, int begin, int end, int inner, bool add)
        where THeight : struct, ISimdCount
    {
        var j = begin;
        if (EightColumnsFit)
        {
            for (; j + 8 <= end; j += 8)
            {
                DoTile<THeight, Eight>(a, k, row, rows, j, inner, add);
            }
        }

        for (; j + 4 <= end; j += 4)
        {
            DoTile<THeight, Four>(a, k, row, rows, j, inner, add);
        }

        if (j + 2 <= end)
        {
            DoTile<THeight, Two>(a, k, row, rows, j, inner, add);
            j += 2;
        }

        if (j < end)
        {
            DoTile<THeight, One>(a, k, row, rows, j, inner, add);
        }
    }

    private void DoTile<THeight, TColumns>(SimdView<T> a, int k, int row, int rows, int column, int inner, bool add)
        where THeight : struct, ISimdCount
        where TColumns : struct, ISimdCount
    {
        var b = _b.From(k, column);
        var c = _c + (nint)column * _rows + row;
        if (rows == THeight.Value * TSimd.Count)
        {
            SimdTile<TSimd, TVector, T, THeight, TColumns>.Multiply(a, b, c, _rows, inner, add);
            return;
        }

        var height = THeight.Value * TSimd.Count;
        var edge = stackalloc T[height * TColumns.Value];
        for (var j = 0; add && j < TColumns.Value; j++)
        {
            new ReadOnlySpan<T>(c + (nint)j * _rows, rows).CopyTo(new Span<T>(edge + j * height, rows));
        }

        SimdTile<TSimd, TVector, T, THeight, TColumns>.Multiply(a, b, edge, height, inner, add);
        for (var j = 0; j < TColumns.Value; j++)
        {
            new ReadOnlySpan<T>(edge + j * height, rows).CopyTo(new Span<T>(c + (nint)j * _rows, rows));
        }
    }
}
