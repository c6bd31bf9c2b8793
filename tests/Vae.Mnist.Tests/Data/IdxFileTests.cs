using System.Buffers.Binary;
using System.IO.Compression;

namespace Vae.Mnist.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("images")]
    [InlineData("images.gz")]
    public void Written_images_are_read_back_unchanged(string name)
    {
        var images = new ImageSet(2, 3, [.. Enumerable.Range(0, 24).Select(i => (byte)i)]);
        IdxFile.WriteImages(folder.File(name), images);

        var read = IdxFile.ReadImages(folder.File(name));

        Assert.Equal((2, 3, 4), (read.Rows, read.Columns, read.Count));
        Assert.Equal(images.AllPixels(), read.AllPixels());
        Assert.Null(read.Labels);
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("labels.gz")]
    public void Written_labels_are_read_back_unchanged(string name)
    {
        IdxFile.WriteLabels(folder.File(name), [7, 2, 1]);

        Assert.Equal([7, 2, 1], IdxFile.ReadLabels(folder.File(name)));
    }

    [Fact]
    public void The_bytes_of_a_file_follow_the_format()
    {
        IdxFile.WriteImages(folder.File("images"), new ImageSet(1, 2, [9, 8]));

        Assert.Equal([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8], File.ReadAllBytes(folder.File("images")));
    }

    [Fact]
    public void Gzip_is_recognised_by_its_bytes_and_not_by_the_name()
    {
        IdxFile.WriteLabels(folder.File("a.gz"), [1, 2]);
        File.Move(folder.File("a.gz"), folder.File("a"));

        Assert.Equal([1, 2], IdxFile.ReadLabels(folder.File("a")));
    }

    [Fact]
    public void A_large_gzipped_file_is_read_over_many_chunks()
    {
        var pixels = new byte[1_000_003];
        new Random(3).NextBytes(pixels);
        IdxFile.WriteImages(folder.File("large.gz"), new ImageSet(1, 1, pixels));

        Assert.Equal(pixels, IdxFile.ReadImages(folder.File("large.gz")).AllPixels());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Another_magic_number_is_refused(bool gzip)
    {
        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(NewFile(gzip, Header(1234, 1, 1, 1), 5)));

        Assert.Equal(0, wrong.Offset);
        Assert.Contains("2051", wrong.Expected, StringComparison.Ordinal);
        Assert.Contains("1234", wrong.Found, StringComparison.Ordinal);
        Assert.Contains(wrong.FilePath, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(wrong.Remedy, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_labels_in_the_place_of_images_is_named_in_the_message()
    {
        IdxFile.WriteLabels(folder.File("labels"), [1]);

        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(folder.File("labels")));

        Assert.Contains("2049 (IDX labels)", wrong.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(6, 4)]
    [InlineData(15, 12)]
    public void A_header_that_ends_too_early_is_refused(int length, long offset)
    {
        var path = folder.Write("short", Header(2051, 1, 1, 1)[..length]);

        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));

        Assert.Equal(offset, wrong.Offset);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_body_that_ends_too_early_is_refused(bool gzip)
    {
        var path = NewFile(gzip, Header(2051, 2, 2, 2), 1, 2, 3, 4, 5);

        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));

        Assert.Contains("8 bytes", wrong.Expected, StringComparison.Ordinal);
        Assert.Equal("5", wrong.Found);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Bytes_after_the_body_are_refused(bool gzip)
    {
        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(NewFile(gzip, Header(2049, 2), 1, 2, 3)));

        Assert.Contains("2 bytes", wrong.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void A_dimension_of_zero_is_refused(uint count, uint rows, uint columns)
    {
        var path = NewFile(false, Header(2051, count, rows, columns));

        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));

        Assert.Contains("at least 1", wrong.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0x8000_0000, 1, 1)]
    [InlineData(true, 0x8000_0000, 1, 1)]
    [InlineData(false, 2_000_000_000, 1, 1)]
    [InlineData(true, 2_000_000_000, 1, 1)]
    [InlineData(false, 0x8000_0000, 0x8000_0000, 4)]                  // 2^64, which is 0 in 64 bits
    [InlineData(true, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF)]
    public void A_small_file_with_a_huge_claim_is_refused_before_allocation(bool gzip, uint count, uint rows, uint columns)
    {
        var path = NewFile(gzip, Header(2051, count, rows, columns), 1, 2, 3, 4);
        Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));   // warm

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Two buffers of 64 KiB (the file's and the first chunk), gzip's own 8 KiB, the messages.
        Assert.True(allocated < 400_000, $"{allocated} bytes were allocated.");
    }

    [Fact]
    public void Damaged_gzip_data_is_refused()
    {
        var random = new byte[3000];
        new Random(5).NextBytes(random);
        IdxFile.WriteImages(folder.File("images.gz"), new ImageSet(1, 1, random));
        var bytes = File.ReadAllBytes(folder.File("images.gz"));
        bytes.AsSpan(10, 20).Fill(0xFF);

        Assert.Throws<DataFileException>(() => IdxFile.ReadImages(folder.Write("bad.gz", bytes)));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Half_a_gzip_archive_is_refused(double share)
    {
        var random = new byte[300_000];
        new Random(5).NextBytes(random);
        IdxFile.WriteImages(folder.File("images.gz"), new ImageSet(1, 1, random));
        var bytes = File.ReadAllBytes(folder.File("images.gz"));

        Assert.Throws<DataFileException>(() => IdxFile.ReadImages(folder.Write("half.gz", bytes[..(int)(share * bytes.Length)])));
    }

    [Fact]
    public void Writing_replaces_a_file_and_leaves_no_other_behind()
    {
        IdxFile.WriteLabels(folder.File("labels"), [1, 2, 3]);
        IdxFile.WriteLabels(folder.File("labels"), [4]);

        Assert.Equal([4], IdxFile.ReadLabels(folder.File("labels")));
        Assert.Single(Directory.GetFiles(folder.FullPath));
    }

    [Fact]
    public void An_empty_list_of_labels_is_refused()
    {
        Assert.Throws<ArgumentException>(() => IdxFile.WriteLabels(folder.File("labels"), []));
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    public static TheoryData<bool> Kinds => [false, true];

    private static byte[] Header(params uint[] numbers)
    {
        var bytes = new byte[4 * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }

    private string NewFile(bool gzip, byte[] header, params byte[] body)
    {
        byte[] content = [.. header, .. body];
        if (!gzip)
        {
            return folder.Write("file", content);
        }

        using (var stream = new GZipStream(File.Create(folder.File("file.gz")), CompressionMode.Compress))
        {
            stream.Write(content);
        }

        return folder.File("file.gz");
    }
}
