using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vae.Model;

/// <summary>The first and the last bytes of a text, and its length: of a text of up to 16 bytes, all of it.</summary>
/// <param name="First">The first 8 bytes, or all of them and zeros.</param>
/// <param name="Last">The last 8 bytes; 0 where there are at most 8.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct TextKey(ulong First, ulong Last, int Length)
{
    /// <summary>The longest text that its key determines, bytes.</summary>
    public const int Longest = 2 * Half;

    private const int Half = sizeof(ulong);

    // They differ from process to process, so that no file can be made of texts that collide.
    private static readonly ulong Seed = Random64();
    private static readonly ulong OtherSeed = Random64() | 1;

    /// <summary>The key of a text.</summary>
    public static TextKey Of(ReadOnlySpan<byte> text) => text.Length <= Half
        ? new TextKey(Packed(text), 0, text.Length)
        : new TextKey(
            BinaryPrimitives.ReadUInt64LittleEndian(text), BinaryPrimitives.ReadUInt64LittleEndian(text[^Half..]), text.Length);

    /// <summary>Up to 8 bytes as a number, the first in its lowest bits.</summary>
    public static ulong Packed(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        if (length >= Half)
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        if (length >= 4)                                              // two overlapping parts, which agree where they overlap
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes)
                | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - 4)..]) << (8 * (length - 4)));
        }

        return length == 0 ? 0
            : bytes[0] | ((ulong)bytes[length / 2] << (8 * (length / 2))) | ((ulong)bytes[length - 1] << (8 * (length - 1)));
    }

    /// <summary>A hash of the text.</summary>
    /// <param name="text">The text.</param>
    public uint Hash(ReadOnlySpan<byte> text)
    {
        var state = Seed + (ulong)Length;
        for (; text.Length > Longest; text = text[Longest..])         // what the key lacks
        {
            state = Mix(
                BinaryPrimitives.ReadUInt64LittleEndian(text) ^ state,
                BinaryPrimitives.ReadUInt64LittleEndian(text[Half..]) ^ OtherSeed);
        }

        var hash = Mix(First ^ state, Last ^ OtherSeed);
        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>A hash of eight bytes.</summary>
    public static uint Hash(ulong bytes)
    {
        var hash = Mix(bytes ^ Seed, OtherSeed);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var high = System.Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static ulong Random64()
    {
        Span<byte> bytes = stackalloc byte[Half];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
