namespace Vae.Parquet;

/// <summary>Small whole numbers as runs of one number, and as packed bits where there are no runs.</summary>
internal static class RunLength
{
    private const int GroupSize = 8;                                  // packed numbers come in groups of so many
    private const int MostBits = 32;

    /// <summary>Reads numbers.</summary>
    /// <param name="bytes">The runs.</param>
    /// <param name="bits">The bits of a number, 0 to 32.</param>
    /// <param name="numbers">Overwritten as a whole.</param>
    public static void Decode(ReadOnlySpan<byte> bytes, int bits, Span<int> numbers)
    {
        if (bits is < 0 or > MostBits)
        {
            throw new InvalidDataException($"a number has at most {MostBits} bits, but is said to have {bits}");
        }

        var at = 0;
        var width = (bits + 7) / 8;
        while (!numbers.IsEmpty)
        {
            var head = VarInt.Read(bytes, ref at);
            var count = head >> 1;
            if (count == 0)
            {
                throw new InvalidDataException("a run of numbers is empty");
            }

            if ((head & 1) == 0)
            {
                var number = 0;
                for (var part = 0; part < width; part++)
                {
                    number |= bytes[at++] << (8 * part);
                }

                var run = (int)ulong.Min(count, (ulong)numbers.Length);
                numbers[..run].Fill(number);
                numbers = numbers[run..];
            }
            else
            {
                var packed = (int)ulong.Min(count, (ulong)(numbers.Length + GroupSize - 1) / GroupSize);    // the rest is padding
                var values = int.Min(packed * GroupSize, numbers.Length);
                PackedBits.Read(bytes[at..], bits, numbers[..values]);
                at = int.Min(at + (packed * bits), bytes.Length);
                numbers = numbers[values..];
            }
        }
    }
}
