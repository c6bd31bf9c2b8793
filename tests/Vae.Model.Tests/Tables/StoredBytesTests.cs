using Vae.Tests;

namespace Vae.Model.Tests.Tables;

/// <summary>Bytes in memory, and beyond a length in a file.</summary>
public sealed class StoredBytesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1000, true)]
    [InlineData(0, false)]
    [InlineData(32, false)]
    public void Bytes_are_read_as_they_were_appended(int mostInMemory, bool inMemory)
    {
        using var bytes = new StoredBytes(16, mostInMemory, () => new SpillFile(_folder.FullPath, "x"), start: 5);
        var expected = Enumerable.Range(0, 203).Select(i => (byte)i).ToArray();
        for (int place = 0, length = 1; place < expected.Length; place += length, length = int.Min(length + 1, 203 - place))
        {
            bytes.Append(expected.AsSpan(place, length));
        }

        bytes.Finish();
        Assert.Equal(inMemory, bytes.IsInMemory);
        Assert.Equal(203, bytes.Length);
        var all = new byte[203];
        bytes.Read(0, all);
        Assert.Equal(expected, all);
        Assert.Equal(expected, bytes.Pieces().SelectMany(piece => piece.ToArray()));
        bytes.Read(77, all.AsSpan(0, 50));
        Assert.Equal(expected[77..127], all[..50]);
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Read(200, new byte[4]));
    }

    [Fact]
    public void A_file_in_a_given_folder_is_removed_when_it_is_disposed_of()
    {
        var file = new SpillFile(_folder.FullPath, "x");
        Assert.Single(Directory.GetFiles(_folder.FullPath));
        file.Dispose();
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void A_file_in_the_systems_folder_has_no_name_where_the_system_allows_that()
    {
        using var file = new SpillFile(null, "vae-tests");
        file.Write([1, 2, 3], 0);
        Assert.Equal(OperatingSystem.IsWindows(), File.Exists(file.FilePath));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var failure = Assert.Throws<IOException>(() => new SpillFile(_folder.File("none"), "x"));
        Assert.Contains(_folder.File("none"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("TableOptions.Folder", failure.Message, StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public void A_full_disk_is_named_with_a_remedy_and_nothing_is_left_there()
    {
        using var disk = new SmallDisk("size=64k");
        using (var bytes = new StoredBytes(1 << 12, 0, () => new SpillFile(disk.FullPath, "x")))
        {
            var failure = Assert.Throws<IOException>(() => bytes.Append(new byte[1 << 17]));
            Assert.Contains(disk.FullPath, failure.Message, StringComparison.Ordinal);
            Assert.Contains("TableOptions.Folder", failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(disk.FullPath));
    }

    [Fact]
    public void Line_numbers_are_exact_with_and_without_gaps()
    {
        using var gaps = new StoredBytes(32, 64, () => new SpillFile(_folder.FullPath, "x"));
        var lines = new LineNumbers(gaps);
        long[] expected = [2, 3, 4, 6, 8, 9, 10, 20, 22, 24, 26, 28, 29];
        foreach (var line in expected)
        {
            lines.Add(line);
        }

        gaps.Finish();
        Assert.False(gaps.IsInMemory);
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(row => lines[row]));
        Assert.Throws<ArgumentOutOfRangeException>(() => lines[expected.Length]);
    }
}
