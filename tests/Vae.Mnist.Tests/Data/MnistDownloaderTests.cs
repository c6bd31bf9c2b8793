using System.Net;

namespace Vae.Mnist.Tests;

/// <summary>
/// The downloader against servers on this machine: what it asks for, keeps and continues. For their faults see <see cref="MirrorFaultTests"/>.
/// </summary>
[Collection(NetworkTests.Name)]
public sealed class MnistDownloaderTests : DownloadTests
{
    [Fact]
    public async Task A_good_mirror_gives_all_four_files_and_nothing_else_stays()
    {
        using var good = LoopbackServer.Good(tiny);

        await From(good.Address).DownloadAsync(folder["new"], progress);

        Assert.Equal(5, Directory.GetFiles(folder["new"]).Length);     // and the lock
        Assert.Equal(tiny.Train.AllPixels(), ImageData.FromFolder(folder["new"]).Train.AllPixels());
        Assert.Contains(progress, report => report.IsTransfer && report.Received == report.Total);
    }

    [Fact]
    public async Task Files_that_are_right_are_not_fetched_again()
    {
        using var good = LoopbackServer.Good(tiny);
        tiny.Save(folder.FullPath);
        File.WriteAllText(folder[First], "bad");

        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.Equal([(First, null)], good.Requests);
        AssertComplete();
    }

    [Fact]
    public async Task A_mirror_that_is_down_is_passed_over()
    {
        using var good = LoopbackServer.Good(tiny);

        await From(LoopbackServer.NobodyThere(), good.Address).DownloadAsync(folder.FullPath);

        AssertComplete();
    }

    [Fact]
    public async Task What_came_before_the_connection_broke_is_kept_and_continued()
    {
        var archive = tiny.Archive(First);
        using var breaking = new LoopbackServer((name, _) => Half(tiny.Archive(name)));
        using var good = LoopbackServer.Good(tiny);
        await Assert.ThrowsAsync<DownloadException>(() => From(breaking.Address).DownloadAsync(folder.FullPath));
        Assert.Equal(archive[..(archive.Length / 2)], File.ReadAllBytes(folder[First + ".part"]));

        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.Equal((First, archive.Length / 2), good.Requests.First());
        Assert.DoesNotContain((First, null), good.Requests);
        AssertComplete();
    }

    [Fact]
    public async Task A_mirror_without_ranges_sends_everything_again()
    {
        using var plain = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)));
        folder.Write(First + ".part", tiny.Archive(First)[..20]);

        await From(plain.Address).DownloadAsync(folder.FullPath);

        Assert.Equal((First, 20), plain.Requests.First());
        AssertComplete();
    }

    [Theory]
    [InlineData("another range")]
    [InlineData("416")]
    public async Task A_mirror_that_cannot_continue_is_asked_for_everything(string fault)
    {
        using var odd = new LoopbackServer((name, from) =>
            from is null ? new Reply(200, tiny.Archive(name))
            : fault == "416" ? new Reply(416, [])
            : Reply.Part(tiny.Archive(name), from.Value + 1));
        folder.Write(First + ".part", tiny.Archive(First)[..20]);

        await From(odd.Address).DownloadAsync(folder.FullPath);

        Assert.Equal([(First, 20), (First, null)], odd.Requests.Take(2));
        AssertComplete();
    }

    [Fact]
    public async Task A_part_of_another_archive_is_discarded_and_everything_fetched()
    {
        using var good = LoopbackServer.Good(tiny);
        folder.Write(First + ".part", new byte[20]);

        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.Equal([(First, 20), (First, null)], good.Requests.Take(2));
        AssertComplete();
    }

    [Fact]
    public async Task A_part_longer_than_any_archive_is_discarded()
    {
        using var good = LoopbackServer.Good(tiny);
        folder.Write(First + ".part", new byte[100_000]);

        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.Equal((First, null), good.Requests.First());
        AssertComplete();
    }

    [Fact]
    public async Task A_part_that_is_the_whole_file_only_gets_its_name()
    {
        using var good = LoopbackServer.Good(tiny);
        folder.Write(First + ".part", tiny.Archive(First));

        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.DoesNotContain(First, good.Requests.Select(request => request.Name));
        AssertComplete();
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_has_come_and_only_the_rest_is_sent_later()
    {
        var large = new TinyMnist(trainImages: 1000, side: 28);       // random pixels: the archive is as large, 784 kB
        var length = large.Archive(First).Length;
        Files = large.Files;
        using var slow = new LoopbackServer((name, from) =>
            new Reply(200, large.Archive(name)[..500_000]) { ClaimedLength = length, FallSilent = true });
        using var good = LoopbackServer.Good(large);
        using var cancel = new CancellationTokenSource();
        progress.OnReport = report => { if (report.IsTransfer) { cancel.Cancel(); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => From(slow.Address).DownloadAsync(folder.FullPath, progress, cancel.Token));
        var kept = new FileInfo(folder[First + ".part"]).Length;
        await From(good.Address).DownloadAsync(folder.FullPath);

        Assert.InRange(kept, 200_000, 500_000);
        Assert.Equal((First, kept), good.Requests.First());
        Assert.Equal(length - kept, good.Sent(First));
        Assert.Equal(large.Train.AllPixels(), ImageData.FromFolder(folder.FullPath).Train.AllPixels());
    }

    [Fact]
    public async Task All_of_it_may_take_only_so_long()
    {
        using var silent = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)[..10]) { FallSilent = true, ClaimedLength = 100 });
        var downloader = new MnistDownloader
        {
            Mirrors = [silent.Address, silent.Address],
            Files = tiny.Files,
            Handler = handler,
            TotalTimeout = TimeSpan.FromMilliseconds(300),
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(folder.FullPath));

        Assert.Contains("not finished after 0.3 s, after 10 of 100 bytes of", Assert.Single(wrong.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_steady_drip_ends_with_the_total_time_and_what_has_come_is_kept()
    {
        using var drip = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)) { Pace = (1, TimeSpan.FromSeconds(0.2)) });
        var downloader = new MnistDownloader
        {
            Mirrors = [drip.Address],
            Files = tiny.Files,
            Handler = handler,
            TotalTimeout = TimeSpan.FromSeconds(3),
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(folder.FullPath));

        Assert.Matches(@"not finished after 3 s, after \d+ of \d+ bytes of", Assert.Single(wrong.Failures));
        Assert.True(File.Exists(folder[First + ".part"]));
        Assert.False(File.Exists(folder[First]));
    }

    [Fact]
    public async Task Without_a_mirror_the_message_says_so()
    {
        var wrong = await Assert.ThrowsAsync<DownloadException>(() => From().DownloadAsync(folder.FullPath));

        Assert.Contains("no mirror", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_public_mirrors_are_folders_and_encrypted()
    {
        Assert.All(MnistDownloader.PublicMirrors, mirror =>
        {
            Assert.Equal("https", mirror.Scheme);
            Assert.EndsWith("/", mirror.AbsolutePath, StringComparison.Ordinal);
        });
    }

    private static Reply Half(byte[] archive) => new(200, archive[..(archive.Length / 2)]) { ClaimedLength = archive.Length };
}
