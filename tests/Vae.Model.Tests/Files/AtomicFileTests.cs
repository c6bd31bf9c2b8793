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
}
