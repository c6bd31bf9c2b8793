using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The places where a matrix is not zero: a bit for each entry, in words of 64 along its columns and, transposed, along its
/// rows. Four fifths of a handwritten digit's pixels are zero, and a product that knows their places skips them.
/// </summary>
/// <remarks>
/// Bits are used instead of lists of indices because marking a batch of 128 x 784 takes some microseconds: nothing has to be
/// kept for a whole data set, and batches that are drawn anew in each epoch are no special case.
/// </remarks>
public sealed class NonZeros
{
    /// <summary>Bits in a word.</summary>
    internal const int Word = 64;

    /// <summary>The share of entries above which the dense product is used: the two products took the same time at about
    /// 0.55 (docs/performance.md), and near that the dense one is preferred.</summary>
    public const double FewestWorthDense = 0.45;

    // The words of the first 64 rows (columns) come first: the threads mark 64 columns each, and hardly write into each
    // other's cache lines.
    private readonly ulong[] _byColumn, _byRow;
    private readonly int[] _counts;

    /// <summary>Makes room for the marks of a matrix, with nothing marked.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is below 1.</exception>
    public NonZeros(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (Rows, Columns) = (rows, columns);
        _byColumn = new ulong[columns * Words(rows)];
        _byRow = new ulong[rows * Words(columns)];
        _counts = new int[Words(columns)];
    }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>The share of entries that are not zero, 0 to 1.</summary>
    public double Density { get; private set; }

    /// <summary>Whether so few entries are not zero that the sparse product is faster.</summary>
    public bool AreFew => Density <= FewestWorthDense;

    /// <summary>The first 64 rows of each column, then the next 64 rows of each, and so on.</summary>
    internal ReadOnlySpan<ulong> ByColumn => _byColumn;

    /// <summary>The first 64 columns of each row, then the next 64 columns of each, and so on.</summary>
    internal ReadOnlySpan<ulong> ByRow => _byRow;

    /// <summary>Marks the entries that are not zero; NaN is not zero.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">The matrix, of the shape of these marks.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentNullException"><paramref name="team"/> is null.</exception>
    /// <exception cref="ArgumentException">The shape is another one.</exception>
    public void Mark<T>(Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(matrix, Rows, Columns);
        team.Run(new Marking<T>(this, matrix.AsSpan()), Words(Columns));
        var count = 0L;
        foreach (var part in _counts)
        {
            count += part;
        }

        Density = count / ((double)Rows * Columns);
    }

    internal static int Words(int count) => SimdLoop.Parts(count, Word);

    // Marks 64 columns: each from top to bottom, as it stands in memory, then square after square of 64 x 64 marks transposed.
    private readonly ref struct Marking<T>(NonZeros marks, ReadOnlySpan<T> matrix) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _matrix = matrix;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void DoPart(int part)
        {
            int left = part * Word, columns = int.Min(Word, marks.Columns - left), count = 0;
            for (var column = left; column < left + columns; column++)
            {
                var values = _matrix.Slice(column * marks.Rows, marks.Rows);
                for (int top = 0, at = column; top < marks.Rows; top += Word, at += marks.Columns)
                {
                    var bits = Bits(values.Slice(top, int.Min(Word, marks.Rows - top)));
                    marks._byColumn[at] = bits;
                    count += BitOperations.PopCount(bits);
                }
            }

            marks._counts[part] = count;
            Span<ulong> square = stackalloc ulong[Word];
            for (var top = 0; top < marks.Rows; top += Word)
            {
                marks._byColumn.AsSpan((top / Word * marks.Columns) + left, columns).CopyTo(square);
                square[columns..].Clear();
                Transpose(ref MemoryMarshal.GetReference(square));
                square[..int.Min(Word, marks.Rows - top)].CopyTo(marks._byRow.AsSpan((part * marks.Rows) + top));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Bits(ReadOnlySpan<T> values)
        {
            ref var start = ref MemoryMarshal.GetReference(values);
            var bits = 0UL;
            var i = 0;
            for (; i <= values.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var isZero = Vector512.Equals(Vector512.LoadUnsafe(ref start, (nuint)i), Vector512<T>.Zero);
                bits |= (~isZero).ExtractMostSignificantBits() << i;
            }

            for (; i < values.Length; i++)
            {
                bits |= (T.IsZero(values[i]) ? 0UL : 1UL) << i;
            }

            return bits;
        }
    }

    // Bit j of word i becomes bit i of word j: the off-diagonal halves of the square change places, then those of its quarters,
    // and so on to single bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Transpose(ref ulong block)
    {
        var low = uint.MaxValue + 0UL;
        for (var width = Word / 2; width > 0; width /= 2, low ^= low << width)
        {
            for (var i = 0; i < Word; i = (i + width + 1) & ~width)
            {
                ref var upper = ref Unsafe.Add(ref block, i);
                ref var lower = ref Unsafe.Add(ref block, i + width);
                var swapped = ((upper >> width) ^ lower) & low;
                upper ^= swapped << width;
                lower ^= swapped;
            }
        }
    }
}
