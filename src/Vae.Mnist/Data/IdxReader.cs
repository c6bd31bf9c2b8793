using System.Buffers.Binary;
using System.IO.Compression;

namespace Vae.Mnist;

/// <summary>
/// Reads one IDX file, plain or gzipped, from its beginning. The header's claims are not trusted: the length of a plain file is
/// compared before memory is allocated, and a gzipped file is read in chunks that grow with the data that really comes. The first
/// chunk is eight times as long as the file, which holds all of MNIST without a copy. A small archive of very much data, a gzip
/// bomb, is not unpacked.
/// </summary>
internal sealed class IdxReader : IDisposable
{
    private const int LeastChunk = 1 << 16;
    private const int LikelyExpansion = 8;
    private const long MostAtOnce = 1L << 26;
    private const long AlwaysUnpacked = 1L << 24;
    private const long MostExpansion = 100;                           // MNIST's is 5; deflate's own limit is 1032

    private readonly string path;
    private readonly FileStream file;
    private readonly Stream content;
    private readonly bool compressed;
    private long offset;

    public IdxReader(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            compressed = IsGzip(file);
            content = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file is not compressed, so that its content can be read from any place.</summary>
    public bool IsPlain => !compressed;

    /// <summary>The length of the file in bytes, compressed or not.</summary>
    public long Length => file.Length;

    /// <summary>Whether a file begins with the two bytes of gzip; leaves the file at its beginning.</summary>
    public static bool IsGzip(Stream file)
    {
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && start[0] == 0x1F && start[1] == 0x8B;
    }

    /// <summary>Reads the magic number, which tells images from labels, and requires a given one.</summary>
    public void RequireMagic(uint magic)
    {
        var found = ReadNumber("a magic number");
        if (found != magic)
        {
            throw Wrong(
                0, $"the magic number {magic} ({NameOf(magic)})", $"{found} ({NameOf(found)})",
                found is IdxFile.ImagesMagic or IdxFile.LabelsMagic
                    ? "Read images from a file of images, and labels from a file of labels."
                    : "Check that it is the right file; download it again, or convert it to IDX.");
        }
    }

    /// <summary>Reads a dimension, at least 1.</summary>
    public uint ReadDimension(string what)
    {
        var at = offset;
        var value = ReadNumber(what);
        return value >= 1 ? value : throw Wrong(at, $"{what} of at least 1", "0", "Such a file holds no data; write it again.");
    }

    /// <summary>Reads the data after the header, which must have an exact length.</summary>
    /// <param name="length">The length that the header claims.</param>
    /// <param name="claim">The header's claim in words.</param>
    public byte[] ReadBody(UInt128 length, string claim)
    {
        if (length > (UInt128)Array.MaxLength)
        {
            throw Wrong(
                offset, $"at most {Array.MaxLength} bytes of data", $"a header that claims {length} ({claim})",
                "The file is damaged, or must be split into smaller ones.");
        }

        var expected = (int)length;
        if (!compressed)
        {
            RequireBody(length, claim);
        }
        else if (expected > long.Max(AlwaysUnpacked, MostExpansion * file.Length))
        {
            throw Wrong(
                offset, $"no more than {AlwaysUnpacked} bytes, or {MostExpansion} times the {file.Length} of the archive",
                $"a header that claims {expected} ({claim})",
                "The archive may be a gzip bomb. If you trust it, unpack it with gunzip and use the plain file.");
        }

        var chunk = long.Clamp(LikelyExpansion * file.Length, LeastChunk, MostAtOnce);
        var bytes = GC.AllocateUninitializedArray<byte>(compressed ? (int)long.Min(expected, chunk) : expected);
        var filled = 0;
        while (true)
        {
            filled += ReadSome(bytes.AsSpan(filled));
            if (filled == expected)
            {
                break;
            }

            if (filled < bytes.Length)
            {
                throw WrongLength(length, filled.ToString(), tooShort: true, claim);
            }

            Array.Resize(ref bytes, (int)long.Min(expected, 2L * bytes.Length));
        }

        Span<byte> more = stackalloc byte[1];
        return ReadSome(more) == 0 ? bytes : throw WrongLength(length, "more", tooShort: false, claim);
    }

    /// <summary>Requires that the data of a plain file is as long as the header claims, without reading it.</summary>
    public void RequireBody(UInt128 length, string claim)
    {
        var there = file.Length - offset;
        if ((UInt128)there != length)
        {
            throw WrongLength(length, there.ToString(), (UInt128)there < length, claim);
        }
    }

    /// <summary>Requires that a number of the header is at most a limit.</summary>
    public void RequireAtMost(long most, long found, long at, string what)
    {
        if (found > most)
        {
            throw Wrong(at, $"at most {most} {what}", $"{found}", "Split the file into smaller ones.");
        }
    }

    public void Dispose()
    {
        content.Dispose();
        file.Dispose();
    }

    private static string NameOf(uint magic) => magic switch
    {
        IdxFile.ImagesMagic => "IDX images",
        IdxFile.LabelsMagic => "IDX labels",
        _ => "not IDX images or labels",
    };

    private uint ReadNumber(string what)
    {
        Span<byte> bytes = stackalloc byte[4];
        var at = offset;
        var read = ReadSome(bytes);
        return read == bytes.Length
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : throw Wrong(
                at, $"4 bytes of {what}", $"the end of the file after {read}", "The file is incomplete; download it again.");
    }

    /// <summary>Fills a span, or its beginning if the file ends.</summary>
    private int ReadSome(Span<byte> target)
    {
        try
        {
            var read = content.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            offset += read;
            return read;
        }
        catch (InvalidDataException wrong)
        {
            throw Wrong(
                offset, "gzip data", $"something else ({wrong.Message})", "The file is damaged; download it again.", wrong);
        }
    }

    private DataFileException WrongLength(UInt128 expected, string found, bool tooShort, string claim) => Wrong(
        offset, $"{expected} bytes of data to the end ({claim})", found,
        tooShort ? "The file is incomplete; download it again." : "The file is longer than its header says; write it again.");

    private DataFileException Wrong(long at, string expected, string found, string remedy, Exception? inner = null) =>
        new(path, at, expected, found, remedy, inner);
}
