using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vae.Model;

/// <summary>A hash of short texts. It differs from process to process, so that no file can be made of texts that collide.</summary>
internal static class TextHash
{
    private const int Half = sizeof(ulong);

    private static readonly ulong Seed = Random64();
    private static readonly ulong OtherSeed = Random64();

    /// <summary>The hash of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var state = Seed ^ (ulong)bytes.Length;
        for (; bytes.Length > 2 * Half; bytes = bytes[(2 * Half)..])
        {
            state = Mix(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[Half..]) ^ OtherSeed);
        }

        // The first and the last bytes, which overlap in most lengths; the length itself is in the state.
        var (first, last) = bytes.Length switch
        {
            >= Half => (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[^Half..])),
            >= 4 => (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..])),
            > 0 => (bytes[0] | ((ulong)bytes[bytes.Length / 2] << 8), bytes[^1]),
            _ => (0UL, 0UL),
        };
        var hash = Mix(first ^ state, last ^ OtherSeed);
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
