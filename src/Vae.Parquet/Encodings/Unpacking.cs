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
    /// <param name="unpacked">Overwritten as a whole.</param>
    public static void Unpack(int codec, ArraySegment<byte> packed, Span<byte> unpacked)
    {
        ReadOnlySpan<byte> source = packed;
        var length = codec switch
        {
            1 => SnappyUnpacked(source, unpacked),
            2 => ReadStream(new GZipStream(StreamOf(packed), CompressionMode.Decompress), unpacked),
            4 => ReadStream(new BrotliStream(StreamOf(packed), CompressionMode.Decompress), unpacked),
            6 => Zstd(source, unpacked),
            7 => Lz4.Decode(source, unpacked),
            _ => throw new NotSupportedException(
                $"pages are compressed by {NameOf(codec)}, which is not supported "
                    + "(none, snappy, gzip, brotli, zstd and lz4_raw are)"),
        };
        if (length != unpacked.Length)
        {
            throw new InvalidDataException($"{unpacked.Length} bytes of a page are announced, but there are {length}");
        }
    }

    // Snappier allocates what the bytes announce themselves.
    private static int SnappyUnpacked(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        var announced = Snappy.GetUncompressedLength(packed);
        return announced == unpacked.Length ? Snappy.Decompress(packed, unpacked) : announced;
    }

    private static int Zstd(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        using var zstd = new Decompressor();
        return zstd.Unwrap(packed, unpacked);
    }

    private static MemoryStream StreamOf(ArraySegment<byte> packed) => new(packed.Array!, packed.Offset, packed.Count);

    private static int ReadStream(Stream stream, Span<byte> unpacked)
    {
        using (stream)
        {
            try
            {
                return stream.ReadAtLeast(unpacked, unpacked.Length, throwOnEndOfStream: false);
            }
            catch (InvalidOperationException damaged)                 // Brotli's
            {
                throw new InvalidDataException("the packed bytes of a page are damaged", damaged);
            }
        }
    }

    private static string NameOf(int codec) => codec switch { 3 => "lzo", 5 => "lz4 in Hadoop's frames", _ => $"method {codec}" };
}
