namespace Vae.Parquet;

/// <summary>Numbers of any width in bits side by side, the lowest bit first.</summary>
internal static class PackedBits
{
    /// <summary>Reads numbers of at most 32 bits.</summary>
    /// <param name="bytes">The bits.</param>
    /// <param name="bits">The bits of a number.</param>
    /// <param name="numbers">Overwritten as a whole.</param>
    public static void Read(ReadOnlySpan<byte> bytes, int bits, Span<int> numbers)
    {
        var (held, count, at) = (0UL, 0, 0);
        var mask = (1UL << bits) - 1;
        for (var i = 0; i < numbers.Length; i++)
        {
            for (; count < bits; count += 8)
            {
                held |= (ulong)bytes[at++] << count;
            }

            numbers[i] = (int)(held & mask);
            (held, count) = (held >> bits, count - bits);
        }
    }

    /// <summary>A number of at most 64 bits.</summary>
    /// <param name="bytes">The bits.</param>
    /// <param name="bits">The bits of a number.</param>
    /// <param name="index">Its place among the numbers.</param>
    public static ulong At(ReadOnlySpan<byte> bytes, int bits, int index)
    {
        var number = 0UL;
        var first = (long)index * bits;
        for (var done = 0; done < bits;)
        {
            var (at, inside) = ((int)((first + done) >> 3), (int)((first + done) & 7));
            var taken = int.Min(8 - inside, bits - done);
            number |= (ulong)((bytes[at] >> inside) & ((1 << taken) - 1)) << done;
            done += taken;
        }

        return number;
    }
}
