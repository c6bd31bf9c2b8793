namespace Vae.Model.Tests;

public class FolderLockTests
{
    [Fact]
    public void A_lock_is_held_once_at_a_time_and_can_be_taken_again_after_its_release()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("lock");
        using (var first = FolderLock.TryTake(path))
        {
            Assert.NotNull(first);
            Assert.Null(FolderLock.TryTake(path));
        }

        using var second = FolderLock.TryTake(path);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_lock_that_cannot_be_created_is_reported_and_not_taken_for_a_held_one()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DirectoryNotFoundException>(() => FolderLock.TryTake(folder.File("nowhere/lock")));
        Directory.CreateDirectory(folder.File("lock"));
        Assert.Throws<UnauthorizedAccessException>(() => FolderLock.TryTake(folder.File("lock")));
    }

    [Fact]
    public void Of_many_threads_that_take_a_lock_at_once_exactly_one_gets_it()
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 20; round++)
        {
            var taken = new FolderLock?[4];
            Parallel.For(0, taken.Length, i => taken[i] = FolderLock.TryTake(folder.File("lock")));
            Assert.Single(taken.OfType<FolderLock>()).Dispose();
        }
    }
}
