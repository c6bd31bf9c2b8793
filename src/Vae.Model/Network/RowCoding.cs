using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The encoder's coding of a table's row: numbers as they are scaled, counts as standardised logarithms, categories
/// one-hot, ordinals as ladders, and for each column one number that is 1 where its value is missing.</summary>
/// <remarks>Missing values' other numbers are 0. Most numbers are 0, which the first layer's sparse product passes
/// over.</remarks>
internal sealed class RowCoding
{
    private readonly ColumnOptions[] _columns;
    private readonly int[] _starts;

    /// <summary>Makes the coding of a model of a table's columns.</summary>
    public RowCoding(IReadOnlyList<ColumnOptions> columns)
    {
        _columns = [.. columns];
        _starts = new int[_columns.Length];
        for (var i = 0; i < _columns.Length; i++)
        {
            _starts[i] = Rows;
            Rows += _columns[i].InputRows;
        }
    }

    /// <summary>The numbers that the encoder reads of a row.</summary>
    public int Rows { get; }

    /// <summary>The place of a column's first number.</summary>
    public int Start(int column) => _starts[column];

    /// <summary>Codes a row.</summary>
    /// <param name="target">The row as the likelihood explains it, a number for each column; a missing one is not read.</param>
    /// <param name="observed">1 for each value that the encoder may see, 0 for others; empty where it may see all.</param>
    /// <param name="input"><see cref="Rows"/> numbers; overwritten.</param>
    public void Encode<T>(ReadOnlySpan<T> target, ReadOnlySpan<T> observed, Span<T> input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        input.Clear();
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            var room = input.Slice(_starts[i], column.InputRows);
            if (!observed.IsEmpty && observed[i] == T.Zero)
            {
                room[^1] = T.One;
            }
            else
            {
                Encode(column, target[i], room);
            }
        }
    }

    private static void Encode<T>(ColumnOptions column, T x, Span<T> room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (column.Likelihood.Family)
        {
            case ColumnFamily.Category:
                room[int.CreateTruncating(x)] = T.One;
                break;
            case ColumnFamily.Ordinal:
                room[..int.CreateTruncating(x)].Fill(T.One);          // level r of 0 to levels - 1: r ones
                break;
            default:
                if (column.IsCount)
                {
                    var log = double.LogP1(double.CreateTruncating(x));
                    room[0] = T.CreateTruncating((log - column.InputOffset) / column.InputScale);
                }
                else if (T.IsNegativeInfinity(x))
                {
                    room[1] = T.One;                                  // the logarithm of zero
                }
                else
                {
                    room[0] = x;
                }

                break;
        }
    }
}
