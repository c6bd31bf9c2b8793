using Vae.Model;

namespace Vae.Mnist.Tests;

/// <summary>Two downloads into one folder; two processes are in tests/Vae.Faults.Tests.</summary>
[Collection(NetworkTests.Name)]
public sealed class DownloadLockTests : DownloadTests
{
    [Fact]
    public async Task Of_two_downloads_at_once_one_fetches_and_the_other_waits_and_takes_what_is_there()
    {
        var waiting = new TaskCompletionSource();
        using var server = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)) { BeforeSecondHalf = waiting.Task });
        progress.OnReport = report =>
        {
            if (report.Message == $"waiting for another process, which is downloading into {folder.FullPath}")
            {
                waiting.TrySetResult();
            }
        };

        var first = From(server.Address).DownloadAsync(folder.FullPath);
        await Until(() => !server.Requests.IsEmpty);
        var second = From(server.Address).DownloadAsync(folder.FullPath, progress);
        await Task.WhenAll(first, second);

        Assert.Equal(tiny.Files.Select(file => (file.ArchiveName, (long?)null)), server.Requests);
        Assert.Single(progress);                                      // said once, however long it takes
        AssertComplete();
    }

    [Fact]
    public async Task Where_the_first_gives_up_the_second_takes_over_and_continues()
    {
        using var stop = new CancellationTokenSource();
        using var slow = new LoopbackServer((name, _) =>
            new Reply(200, tiny.Archive(name)[..50]) { ClaimedLength = tiny.Archive(name).Length, FallSilent = true });
        using var good = LoopbackServer.Good(tiny);
        progress.OnReport = _ => stop.Cancel();
        var part = folder[First + ".part"];

        var first = From(slow.Address).DownloadAsync(folder.FullPath, progress: null, stop.Token);
        await Until(() => new FileInfo(part) is { Exists: true, Length: 50 });
        var second = From(good.Address).DownloadAsync(folder.FullPath, progress);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await second;
        Assert.Equal((First, 50), good.Requests.First());
        Assert.Equal(tiny.Archive(First).Length - 50, good.Sent(First));
        AssertComplete();
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var held = FolderLock.TryTake(folder[Lock]);
        using var good = LoopbackServer.Good(tiny);
        using var stop = new CancellationTokenSource();
        progress.OnReport = _ => stop.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => From(good.Address).DownloadAsync(folder.FullPath, progress, stop.Token));

        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task Waiting_is_part_of_the_time_that_all_of_it_may_take()
    {
        using var held = FolderLock.TryTake(folder[Lock]);
        using var good = LoopbackServer.Good(tiny);
        var downloader = new MnistDownloader
        {
            Mirrors = [good.Address],
            Files = tiny.Files,
            Handler = handler,
            TotalTimeout = TimeSpan.FromMilliseconds(300),
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(folder.FullPath));

        Assert.Equal(
            $"{First} could not be downloaded: another process is downloading into {folder.FullPath} and has not finished after 0.3 s",
            wrong.Message);
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task What_is_complete_needs_no_turn()
    {
        using var held = FolderLock.TryTake(folder[Lock]);
        tiny.Save(folder.FullPath);

        await From().DownloadAsync(folder.FullPath, progress);

        Assert.Empty(progress);
    }

    [Fact]
    public void A_lock_is_held_by_one_handle_at_a_time_and_its_file_stays()
    {
        using (var held = FolderLock.TryTake(folder["lock"]))
        {
            Assert.NotNull(held);
            Assert.Null(FolderLock.TryTake(folder["lock"]));
        }

        Assert.True(File.Exists(folder["lock"]));
        using var again = FolderLock.TryTake(folder["lock"]);
        Assert.NotNull(again);
    }
}
