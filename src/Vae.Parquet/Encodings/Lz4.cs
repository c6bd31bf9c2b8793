namespace Vae.Parquet;

/// <summary>A block of LZ4: bytes as they are, and copies of bytes that were there before.</summary>
internal static class Lz4
{
    private const int LeastCopy = 4;
    private const int LongLength = 15;

    /// <summary>Unpacks a block.</summary>
    /// <returns>The number of bytes that were unpacked.</returns>
    public static int Decode(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        var (at, done) = (0, 0);
        while (at < packed.Length)
        {
            var head = packed[at++];
            var literals = Length(packed, head >> 4, ref at);
            packed.Slice(at, literals).CopyTo(unpacked[done..]);
            (at, done) = (at + literals, done + literals);
            if (at == packed.Length)
            {
                break;                                                // the last sequence has no copy
            }

            var distance = packed[at] | (packed[at + 1] << 8);
            at += 2;
            var copied = checked(Length(packed, head & LongLength, ref at) + LeastCopy);
            if (distance == 0 || distance > done)
            {
                throw new InvalidDataException($"an LZ4 block refers back {distance} bytes of {done}");
            }

            for (var target = unpacked.Slice(done, copied); !target.IsEmpty;)
            {
                var length = int.Min(distance, target.Length);        // the copy may reach into itself
                unpacked.Slice(done - distance, length).CopyTo(target);
                target = target[length..];
                done += length;
            }
        }

        return done;
    }

    private static int Length(ReadOnlySpan<byte> packed, int length, ref int at)
    {
        if (length < LongLength)
        {
            return length;
        }

        byte more;
        do
        {
            more = packed[at++];
            length = checked(length + more);
        }
        while (more == byte.MaxValue);

        return length;
    }
}
