namespace Vae.Parquet;

/// <summary>Values of fixed length whose first bytes stand together, then their second ones, and so on.</summary>
internal static class SplitStreams
{
    /// <summary>Puts the bytes of each value side by side.</summary>
    /// <param name="source">The streams, one after the other.</param>
    /// <param name="width">The bytes of a value.</param>
    /// <param name="joined">The values; overwritten as a whole.</param>
    public static void Join(ReadOnlySpan<byte> source, int width, Span<byte> joined)
    {
        var count = joined.Length / width;
        for (var part = 0; part < width; part++)
        {
            var stream = source.Slice(part * count, count);
            for (var i = 0; i < count; i++)
            {
                joined[(i * width) + part] = stream[i];
            }
        }
    }
}
