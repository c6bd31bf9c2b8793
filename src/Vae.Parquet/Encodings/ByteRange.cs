namespace Vae.Parquet;

/// <summary>A run of bytes as one number: its place above, its length below.</summary>
internal static class ByteRange
{
    /// <summary>Puts place and length into a number.</summary>
    public static ulong Of(int start, int length) => ((ulong)(uint)start << 32) | (uint)length;

    /// <summary>The bytes of a range.</summary>
    public static ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes, ulong range)
        => bytes.Slice((int)(range >> 32), (int)(uint)range);
}
