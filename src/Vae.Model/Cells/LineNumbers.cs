using System.Buffers.Binary;

namespace Vae.Model;

/// <summary>The line in which each row begins. Rows mostly stand in consecutive lines, so only the gaps are kept, in memory
/// or, where they are many, in a file.</summary>
/// <param name="gaps">The gaps; 16 bytes for each: the first row after it and its line.</param>
/// <param name="count">The number of rows.</param>
internal sealed class LineNumbers(StoredBytes gaps, int count = 0)
{
    private const int GapLength = 2 * sizeof(long);
    private const long MostLine = 1L << 53;

    private long _next = -1;
    private int _count = count;

    /// <summary>The gaps.</summary>
    public StoredBytes Gaps => gaps;

    /// <summary>The line of a row: rows count from 0, lines from 1.</summary>
    public long this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _count);
            var (low, high) = (0L, (gaps.Length / GapLength) - 1);
            while (low < high)                                        // the last gap that begins at or before the row
            {
                var middle = (low + high + 1) / 2;
                (low, high) = Gap(middle).Row <= row ? (middle, high) : (low, middle - 1);
            }

            var (first, line) = Gap(low);
            return line + row - first;
        }
    }

    /// <summary>Whether the gaps of a file could be those of its rows: their rows ascend from the first, their lines from
    /// 1.</summary>
    public bool AreSound()
    {
        var (row, line) = (-1L, 0L);
        for (var number = 0L; number < gaps.Length / GapLength; number++)
        {
            var gap = Gap(number);
            if ((number == 0 && gap.Row != 0) || gap.Row <= row || gap.Row >= _count || gap.Line <= line || gap.Line > MostLine)
            {
                return false;
            }

            (row, line) = gap;
        }

        return true;
    }

    /// <summary>Adds the line of the next row.</summary>
    public void Add(long line)
    {
        if (line != _next)
        {
            var gap = gaps.Add(GapLength);
            BinaryPrimitives.WriteInt64LittleEndian(gap, _count);
            BinaryPrimitives.WriteInt64LittleEndian(gap[sizeof(long)..], line);
        }

        _next = line + 1;
        _count++;
    }

    private (long Row, long Line) Gap(long number)
    {
        Span<byte> gap = stackalloc byte[GapLength];
        gaps.Read(number * GapLength, gap);
        return (BinaryPrimitives.ReadInt64LittleEndian(gap), BinaryPrimitives.ReadInt64LittleEndian(gap[sizeof(long)..]));
    }
}
