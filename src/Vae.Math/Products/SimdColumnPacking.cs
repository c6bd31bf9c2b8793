using System.Numerics;

namespace Vae.Math;

/// <summary>Packs a block of B into panels of eight columns: for each inner index, the eight numbers side by side.</summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal readonly unsafe struct SimdColumnPacking<TSimd, TVector, T> : IParallelWork
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Width = SimdColumns<T>.PanelColumns;
    private const int ColumnsInAPart = 8 * Width;

    private readonly SimdView<T> _b;
    private readonly T* _packed;
    private readonly int _inner, _columns;

    private SimdColumnPacking(in SimdBlock<T> block, T* packed)
    {
        (_b, _inner, _columns) = (block.B, block.Inner, block.Columns);
        _packed = packed;
    }

    /// <summary>Packs the block's B into memory of the calling thread, which lasts until its next call.</summary>
    public static SimdColumns<T> Pack(in SimdBlock<T> block, WorkerTeam team)
    {
        var room = (block.Columns + Width - 1) / Width * Width * block.Inner;
        var packed = SimdScratch<T, SimdColumns<T>>.Rent(room);
        var parts = (block.Columns + ColumnsInAPart - 1) / ColumnsInAPart;
        team.Run(new SimdColumnPacking<TSimd, TVector, T>(block, packed), parts);
        return new(new(packed, Width, 1), (nint)Width * block.Inner);
    }

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var end = int.Min(_columns, (part + 1) * ColumnsInAPart);
        for (var j = part * ColumnsInAPart; j < end; j += Width)
        {
            var rowsOfTranspose = _b.From(0, j).Transpose;
            SimdPacking<TSimd, TVector, T>.Pack(
                rowsOfTranspose, int.Min(Width, end - j), Width, _inner, _packed + (nint)j * _inner);
        }
    }
}
