using System.Buffers.Binary;
using System.IO.Compression;
using Vae.Mnist;

namespace Vae.Faults.Tests;

/// <summary>IDX files and archives made by an attacker.</summary>
public sealed class HostileIdxTests : IDisposable
{
    private readonly ReaderFolder _folder = new();

    public static TheoryData<bool> Kinds => [false, true];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Kinds))]
    public void Twenty_bytes_that_claim_two_thousand_million_images_are_refused(bool gzip)
    {
        var path = Written(Header([2051, 1u << 31, 1, 1], body: 4), gzip);
        var words = gzip
            ? ["at most 2147483591 bytes", "2147483648 (2147483648 images of 1 x 1)"]
            : new[] { "expected 2147483648 bytes of data to the end (2147483648 images of 1 x 1), but found 4" };
        Refusal.Of<DataFileException>(() => IdxFile.ReadImages(path), [path, "at byte 16", .. words]);
    }

    [Fact]
    public void Dimensions_whose_product_overflows_are_refused()
    {
        var path = Written(Header([2051, 1u << 31, 1u << 31, 4], body: 4), gzip: false); // 2^64, which is 0 in 64 bits
        Refusal.Of<DataFileException>(() => IdxFile.ReadImages(path), "at byte 16", "18446744073709551616");
    }

    [Fact]
    public void A_gzip_bomb_that_declares_its_size_is_not_unpacked()
    {
        var path = Written(Header([2051, 100_000, 28, 28], body: 78_400_000), gzip: true);
        var message = Refusal.Of<DataFileException>(
            () => IdxFile.ReadImages(path),
            "at byte 16",
            "no more than 16777216 bytes",
            "78400000 (100000 images of 28 x 28)",
            "gunzip");
        Assert.Contains($"100 times the {new FileInfo(path).Length} of the archive", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_bomb_that_declares_a_small_size_is_read_no_further()
    {
        var path = Written(Header([2051, 1, 28, 28], body: 200_000_000), gzip: true);
        Refusal.Of<DataFileException>(() => IdxFile.ReadImages(path), "at byte", "784 bytes", "longer than its header says");
    }

    [Fact]
    public void A_gzip_bomb_within_the_limits_takes_little_more_memory_than_it_holds()
    {
        var path = Written(Header([2051, 21_000, 28, 28], body: (21_000 * 784) - 1), gzip: true);
        Refusal.Of<DataFileException>(() => IdxFile.ReadImages(path), "at byte", "16464000 bytes", "16463999", "incomplete");
    }

    [Fact]
    public void A_gzip_bomb_in_place_of_a_known_file_is_read_no_further_than_its_length()
    {
        var path = Written(Header([2051, 1, 28, 28], body: 200_000_000), gzip: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("content longer than the 10008 bytes of t10k-labels-idx1-ubyte", MnistFile.Official[3].FindProblem(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_plain_file_of_ten_thousand_million_bytes_is_refused_by_its_length()
    {
        var path = Sparse("images", Header([2051, 1, 28, 28], body: 0), 10_000_000_000);
        Refusal.Of<DataFileException>(() => IdxFile.ReadImages(path), "at byte 16", "784 bytes", "9999999984");
    }

    // .NET does not report an archive cut off after its content; the IDX header shows that the content is complete.
    [Fact]
    public void An_archive_cut_off_anywhere_is_refused_unless_all_its_content_is_there()
    {
        const int Tail = 16;                                          // the end of the last block and the checksum
        var content = Header([2049, 40], body: 0).Concat(Enumerable.Range(0, 40).Select(i => (byte)(i * i))).ToArray();
        var bytes = FileMutator.Gzip(content);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(_folder["cut"], bytes[..length]);
            if (length < bytes.Length - Tail)
            {
                Refusal.Of<DataFileException>(() => IdxFile.ReadLabels(_folder["cut"]), "at byte", "expected", "found");
            }
            else if (Record.Exception(() => Assert.Equal(content[8..], IdxFile.ReadLabels(_folder["cut"]))) is { } refusal)
            {
                Assert.IsType<DataFileException>(refusal);
            }
        }
    }

    [Fact]
    public void An_archive_with_a_wrong_checksum_is_refused()
    {
        var bytes = FileMutator.Gzip(Header([2049, 40], body: 40));
        bytes[^8] ^= 1;
        File.WriteAllBytes(_folder["wrong"], bytes);
        Refusal.Of<DataFileException>(() => IdxFile.ReadLabels(_folder["wrong"]), "gzip data");
    }

    [Fact]
    public void An_archive_of_several_gzip_members_is_one_file()
    {
        var content = Header([2049, 3], body: 3);
        File.WriteAllBytes(
            _folder["members"], [.. FileMutator.Gzip(content[..5]), .. FileMutator.Gzip([]), .. FileMutator.Gzip(content[5..])]);
        Assert.Equal(3, IdxFile.ReadLabels(_folder["members"]).Length);
    }

    [Fact]
    public void A_gzip_member_beyond_the_declared_content_is_refused()
    {
        File.WriteAllBytes(_folder["members"], [.. FileMutator.Gzip(Header([2049, 3], body: 3)), .. FileMutator.Gzip([1])]);
        Refusal.Of<DataFileException>(() => IdxFile.ReadLabels(_folder["members"]), "3 bytes", "longer than its header says");
    }

    [Fact]
    public void A_hundred_thousand_empty_gzip_members_are_skipped()
    {
        var empty = FileMutator.Gzip([], CompressionLevel.NoCompression);
        File.WriteAllBytes(
            _folder["members"],
            [.. Enumerable.Repeat(empty, 100_000).SelectMany(member => member), .. FileMutator.Gzip(Header([2049, 3], body: 3))]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(3, IdxFile.ReadLabels(_folder["members"]).Length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    // gunzip ignores such bytes with a warning. The content is whole, because its checksum stands before them.
    [Fact]
    public void Bytes_after_an_archive_that_are_no_gzip_are_ignored()
    {
        File.WriteAllBytes(_folder["tail"], [.. FileMutator.Gzip(Header([2049, 3], body: 3)), 1, 2, 3, 4]);
        Assert.Equal(3, IdxFile.ReadLabels(_folder["tail"]).Length);
    }

    private static byte[] Header(uint[] numbers, int body)
    {
        var bytes = new byte[(4 * numbers.Length) + body];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }

    private string Written(byte[] content, bool gzip)
    {
        File.WriteAllBytes(_folder["file"], gzip ? FileMutator.Gzip(content, CompressionLevel.SmallestSize) : content);
        return _folder["file"];
    }

    private string Sparse(string name, byte[] start, long length)
    {
        using var stream = File.Create(_folder[name]);
        stream.Write(start);
        stream.SetLength(length);
        return _folder[name];
    }
}
