namespace Vae.Parquet;

/// <summary>Whole numbers of seven bits a byte, the lowest first.</summary>
internal static class VarInt
{
    private const int Longest = 10;

    /// <summary>Reads a number without sign.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0UL;
        for (var place = 0; place < Longest; place++)
        {
            var part = bytes[at++];
            number |= (ulong)(part & 127) << (7 * place);
            if (part < 128)
            {
                return number;
            }
        }

        throw new InvalidDataException("a number has more than 64 bits");
    }

    /// <summary>Reads a number with a sign, which is its lowest bit.</summary>
    public static long ReadSigned(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = Read(bytes, ref at);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }
}
