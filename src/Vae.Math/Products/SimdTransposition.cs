using System.Numerics;

namespace Vae.Math;

/// <summary>Copies a factor whose columns are not contiguous into one whose columns are: the sparse product reads whole columns
/// of A, once for every part of C's columns.</summary>
/// <typeparam name="TSimd">The width of the vectors.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal readonly unsafe struct SimdTransposition<TSimd, TVector, T> : IParallelWork
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ColumnsInPart = 64;

    private readonly SimdView<T> _from;
    private readonly T* _to;
    private readonly int _rows, _columns;

    private SimdTransposition(SimdView<T> from, T* to, int rows, int columns)
    {
        (_from, _rows, _columns) = (from, rows, columns);
        _to = to;
    }

    /// <summary>Copies a matrix into memory of the calling thread, which lasts until its next call.</summary>
    /// <param name="from">The matrix, its rows contiguous.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="team">The threads to use.</param>
    /// <returns>The copy, its columns contiguous.</returns>
    public static SimdView<T> Copy(SimdView<T> from, int rows, int columns, WorkerTeam team)
    {
        var to = SimdScratch<T, SimdTransposition<TSimd, TVector, T>>.Rent(rows * columns);
        team.Run(new SimdTransposition<TSimd, TVector, T>(from, to, rows, columns), SimdLoop.Parts(columns, ColumnsInPart));
        return new(to, 1, rows);
    }

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var first = part * ColumnsInPart;
        var columns = int.Min(ColumnsInPart, _columns - first);
        SimdPacking<TSimd, TVector, T>.Pack(_from.From(0, first), _rows, _rows, columns, _to + ((nint)first * _rows));
    }
}
