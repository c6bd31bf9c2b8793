namespace Vae.Model.Tests;

public class AtomicFileTests
{
    [Fact]
    public void A_file_is_written_and_overwritten_whole_in_a_folder_that_is_created()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a/b/file");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        AtomicFile.Write(path, stream => stream.Write([4]));
        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("file");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([4]);
            stream.Flush();
            throw new InvalidOperationException("the disk is full");
        }));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public void A_target_that_cannot_be_replaced_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("file");
        Directory.CreateDirectory(path);

        var failure = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, stream => stream.Write([1])));

        Assert.True(failure is IOException or UnauthorizedAccessException, failure.ToString());
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.FullPath));
    }

    // 255 bytes are the most of nearly all file systems: a temporary name is made of a part of it.
    [Fact]
    public void A_name_as_long_as_any_may_be_is_written_and_its_leftovers_are_found()
    {
        var umlauts = string.Concat(Enumerable.Repeat("\u00fc", 127));
        foreach (var name in new[] { new string('n', 255), new string('n', 254) + "o", umlauts })
        {
            using var folder = new TemporaryFolder();
            var path = folder.File(name);
            var temporary = "";
            AtomicFile.Write(path, stream => stream.Write([1]));
            AtomicFile.Write(path, stream =>
            {
                stream.Write([2]);
                temporary = Directory.EnumerateFiles(folder.FullPath).Single(file => file != path);
            });
            Assert.Equal([2], File.ReadAllBytes(path));
            Assert.Equal([path], Directory.EnumerateFiles(folder.FullPath));

            File.WriteAllBytes(temporary, [3]);
            AtomicFile.RemoveLeftovers(folder.File(name[..^1] + "x"));
            Assert.True(File.Exists(temporary));                      // another file's, whose name begins alike
            AtomicFile.RemoveLeftovers(path);
            Assert.Equal([path], Directory.EnumerateFiles(folder.FullPath));
        }
    }

    [Fact]
    public void A_file_of_a_run_does_not_bring_its_folder_back()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<IOException>(() => AtomicFile.WriteOfRun(folder.File("run/file"), stream => stream.Write([1])));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.FullPath));
    }
}
