using System.Buffers.Binary;

namespace Vae.Faults.Tests;

/// <summary>
/// Damages bytes: bits, bytes, whole numbers at their limits, blocks that are cut, doubled, moved or taken from another file.
/// </summary>
internal static class ByteMutator
{
    private static readonly byte[] OddBytes = [0, 1, 0x7F, 0x80, 0xFF, .. "\"{}[],:0-9\\\n"u8];

    private static readonly long[] OddNumbers =
    [
        0, 1, -1, 2, 7, 8, 255, 256, 65535, 65536, int.MaxValue, int.MinValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 40,
        1L << 62, long.MaxValue, long.MinValue,
        0x7F800000, 0x7FC00000, 0xFF800000, 0x7FF0000000000000, 0x7FF8000000000000, // infinities and NaN as floats and doubles
    ];

    public static byte[] Mutate(Random random, byte[] bytes, byte[] other)
    {
        if (bytes.Length == 0)
        {
            return [.. other];
        }

        byte[] copy = [.. bytes];
        // One place in four is in the first 32 bytes, where headers stand.
        var at = random.Next(4) == 0 ? random.Next(int.Min(32, copy.Length)) : random.Next(copy.Length);
        switch (random.Next(9))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                copy[at] = OddBytes[random.Next(OddBytes.Length)];
                return copy;
            case 2:
                copy[at] = (byte)random.Next(256);
                return copy;
            case 3:
                SetNumber(random, copy.AsSpan(at));
                return copy;
            case 4:
                return copy[..at];
            case 5:
                return [.. copy[..at], .. Block(random, copy), .. copy[at..]];
            case 6:
                return [.. copy[..at], .. copy[int.Min(copy.Length, at + random.Next(1, 20))..]];
            case 7:
                return [.. copy, .. new byte[random.Next(1, 50)]];
            default:
                return [.. copy[..at], .. other.AsSpan(random.Next(other.Length + 1))]; // the head of one, the tail of another
        }
    }

    private static ReadOnlySpan<byte> Block(Random random, byte[] bytes)
    {
        var start = random.Next(bytes.Length);
        return bytes.AsSpan(start, random.Next(int.Min(64, bytes.Length - start)));
    }

    private static void SetNumber(Random random, Span<byte> target)
    {
        var number = OddNumbers[random.Next(OddNumbers.Length)];
        Span<byte> bytes = stackalloc byte[8];
        var width = random.Next(2) == 0 ? 4 : 8;
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, number << (width == 4 ? 32 : 0));
        }

        bytes[..int.Min(width, target.Length)].CopyTo(target);
    }
}
