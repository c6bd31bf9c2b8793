using System.IO.Compression;
using Snappier;
using ZstdSharp;

namespace Vae.Parquet;

/// <summary>Unpacks the bytes of a page into memory of the announced size, and never more.</summary>
internal static class Unpacking
{
    /// <summary>Unpacks bytes.</summary>
    /// <param name="codec">How they are compressed: the format's number.</param>
    /// <param name="packed">The packed bytes.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="unpacked">Overwritten as a whole.</param>
    public static void Unpack(int codec, byte[] packed, int count, Span<byte> unpacked)
    {
        var source = packed.AsSpan(0, count);
        var length = codec switch
        {
            1 => Snappy.Decompress(source, unpacked),
            2 => ReadStream(new GZipStream(new MemoryStream(packed, 0, count), CompressionMode.Decompress), unpacked),
            4 => ReadStream(new BrotliStream(new MemoryStream(packed, 0, count), CompressionMode.Decompress), unpacked),
            6 => Zstd(source, unpacked),
            7 => Lz4.Decode(source, unpacked),
            _ => throw new NotSupportedException(
                $"pages are compressed by {NameOf(codec)}, which is not supported (none, snappy, gzip, brotli, zstd, lz4_raw are)"),
        };
        if (length != unpacked.Length)
        {
            throw new InvalidDataException($"{unpacked.Length} bytes of a page are announced, but there are {length}");
        }
    }

    private static int Zstd(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        using var zstd = new Decompressor();
        return zstd.Unwrap(packed, unpacked);
    }

    private static int ReadStream(Stream stream, Span<byte> unpacked)
    {
        using (stream)
        {
            return stream.ReadAtLeast(unpacked, unpacked.Length, throwOnEndOfStream: false);
        }
    }

    private static string NameOf(int codec) => codec switch { 3 => "lzo", 5 => "lz4 in Hadoop's frames", _ => $"method {codec}" };
}
