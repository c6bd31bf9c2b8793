namespace Vae.Parquet;

/// <summary>Whole numbers as differences from one to the next, in blocks with a least difference each.</summary>
internal static class DeltaNumbers
{
    private const int MostInBlock = 1 << 16;
    private const int MostBits = 64;

    /// <summary>Reads numbers.</summary>
    /// <param name="bytes">The blocks.</param>
    /// <param name="numbers">Overwritten as a whole.</param>
    /// <returns>The number of bytes that were read.</returns>
    public static int Decode(ReadOnlySpan<byte> bytes, Span<long> numbers)
    {
        var at = 0;
        var inBlock = VarInt.Read(bytes, ref at);
        var parts = VarInt.Read(bytes, ref at);
        var count = VarInt.Read(bytes, ref at);
        var number = VarInt.ReadSigned(bytes, ref at);
        if (inBlock is 0 or > MostInBlock || parts is 0 or > MostInBlock || inBlock % (parts * 8) != 0)
        {
            throw new InvalidDataException($"a block of {inBlock} numbers in {parts} parts");
        }

        if (count != (ulong)numbers.Length)
        {
            throw new InvalidDataException($"{numbers.Length} numbers are announced, but there are {count}");
        }

        var inPart = (int)(inBlock / parts);
        for (var done = 0; done < numbers.Length;)
        {
            if (done == 0)
            {
                numbers[done++] = number;                             // the first stands in the head
                continue;
            }

            var least = VarInt.ReadSigned(bytes, ref at);
            var widths = bytes.Slice(at, (int)parts);
            at += (int)parts;
            for (var part = 0; part < widths.Length && done < numbers.Length; part++)
            {
                int bits = widths[part];
                var wanted = int.Min(inPart, numbers.Length - done);
                var packed = bits <= MostBits
                    ? bytes[at..] : throw new InvalidDataException($"a difference has {bits} bits");
                for (var i = 0; i < wanted; i++)
                {
                    number = unchecked(number + least + (long)PackedBits.At(packed, bits, i));
                    numbers[done++] = number;
                }

                at = int.Min(at + (inPart / 8 * bits), bytes.Length);     // the last part may be cut off behind its numbers
            }
        }

        return at;
    }
}
