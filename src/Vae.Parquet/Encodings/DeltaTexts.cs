namespace Vae.Parquet;

/// <summary>Byte arrays whose lengths, or whose likeness with the one before, are written as
/// <see cref="DeltaNumbers"/>.</summary>
internal static class DeltaTexts
{
    /// <summary>Reads arrays whose lengths stand first.</summary>
    /// <param name="bytes">The page.</param>
    /// <param name="start">Where the values begin in it.</param>
    /// <param name="values">Ranges of the page; overwritten as a whole.</param>
    public static void DecodeLengths(ReadOnlySpan<byte> bytes, int start, Span<ulong> values)
    {
        var lengths = new long[values.Length];
        var at = start + DeltaNumbers.Decode(bytes[start..], lengths);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = PlainValues.RangeIn(bytes, at, checked((int)lengths[i]));
            at += (int)lengths[i];
        }
    }

    /// <summary>Reads arrays that begin as the one before them does.</summary>
    /// <param name="bytes">The page.</param>
    /// <param name="start">Where the values begin in it.</param>
    /// <param name="values">Ranges of the result; overwritten as a whole.</param>
    /// <param name="reserve">Asks for so many bytes before they are allocated, and throws where they are too many.</param>
    /// <returns>The bytes of all arrays.</returns>
    public static byte[] DecodePrefixes(ReadOnlySpan<byte> bytes, int start, Span<ulong> values, Action<long> reserve)
    {
        var prefixes = new long[values.Length];
        start += DeltaNumbers.Decode(bytes[start..], prefixes);
        DecodeLengths(bytes, start, values);
        var total = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            total += prefixes[i] is >= 0 and <= int.MaxValue
                ? prefixes[i] + (uint)values[i] : throw new InvalidDataException($"a prefix of {prefixes[i]} bytes");
        }

        reserve(total);
        var whole = new byte[total];
        var (before, at) = (0, 0);
        for (var i = 0; i < values.Length; i++)
        {
            var rest = ByteRange.In(bytes, values[i]);
            var prefix = whole.AsSpan(before, (int)prefixes[i]);
            if (before + prefix.Length > at)
            {
                throw new InvalidDataException($"a prefix of {prefix.Length} bytes of {at - before}");
            }

            prefix.CopyTo(whole.AsSpan(at));
            rest.CopyTo(whole.AsSpan(at + prefix.Length));
            values[i] = ByteRange.Of(at, prefix.Length + rest.Length);
            (before, at) = (at, at + prefix.Length + rest.Length);
        }

        return whole;
    }
}
