using System.Net;

namespace Vae.Mnist.Tests;

/// <summary>The downloader against servers on this machine, most of which misbehave.</summary>
[Collection(NetworkTests.Name)]
public sealed class MnistDownloaderTests : IDisposable
{
    private const string First = "train-images-idx3-ubyte.gz";

    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder folder = new();
    private readonly TinyMnist tiny = new();
    private readonly SocketsHttpHandler handler = new() { UseProxy = false };
    private readonly ProgressList progress = new();

    public void Dispose()
    {
        handler.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_good_mirror_gives_all_four_files_and_nothing_else_stays()
    {
        using var good = LoopbackServer.Good(tiny);

        await From(good.Address).DownloadAsync(folder["new"], progress);

        Assert.Equal(4, Directory.GetFiles(folder["new"]).Length);
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

    [Theory]
    [InlineData("404")]
    [InlineData("500")]
    [InlineData("truncated")]
    [InlineData("half, and says that is all")]
    [InlineData("HTML")]
    [InlineData("other content")]
    [InlineData("other content of the same length")]
    [InlineData("too long")]
    [InlineData("claims too much")]
    [InlineData("silent")]
    [InlineData("a part that was not asked for")]
    public async Task A_bad_mirror_is_named_and_the_next_one_asked(string fault)
    {
        using var bad = new LoopbackServer((name, _) => Misbehave(fault, tiny.Archive(name)));
        using var good = LoopbackServer.Good(tiny);

        var stall = fault == "silent" ? TimeSpan.FromSeconds(2) : Patient;
        await From(stall, bad.Address, good.Address).DownloadAsync(folder.FullPath, progress);

        AssertComplete();
        Assert.Contains(progress, report => report.Message.Contains(bad.Address.Authority + ": ", StringComparison.Ordinal));
        Assert.All(bad.Requests, request => Assert.Equal(First, request.Name));   // once bad, not asked before the good one
    }

    [Theory]
    [InlineData("404", "404")]
    [InlineData("half, and says that is all", "bytes instead of")]
    [InlineData("HTML", "no gzip archive")]
    [InlineData("other content of the same length", "SHA-256")]
    [InlineData("too long", "at most")]
    public async Task Where_no_mirror_is_good_the_reason_is_said_and_no_file_is_left(string fault, string reason)
    {
        using var bad = new LoopbackServer((name, _) => Misbehave(fault, tiny.Archive(name)));

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => From(bad.Address).DownloadAsync(folder.FullPath));

        Assert.Equal(First, wrong.FileName);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(bad.Address.Authority, Assert.Single(wrong.Failures), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullPath));
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
        using var breaking = new LoopbackServer((name, _) => Misbehave("truncated", tiny.Archive(name)));
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
    public async Task A_cancelled_download_keeps_what_has_come_and_is_continued()
    {
        var large = new TinyMnist(trainImages: 1000, side: 28);       // random pixels: the archive is as large, 784 kB
        using var slow = new LoopbackServer((name, from) => from is { } start
            ? Reply.Part(large.Archive(name), start)
            : new Reply(200, large.Archive(name)[..500_000]) { ClaimedLength = large.Archive(name).Length, FallSilent = true });
        using var good = LoopbackServer.Good(large);
        using var cancel = new CancellationTokenSource();
        progress.OnReport = report => { if (report.IsTransfer) { cancel.Cancel(); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new MnistDownloader
        {
            Mirrors = [slow.Address],
            Files = large.Files,
            Handler = handler,
        }.DownloadAsync(folder.FullPath, progress, cancel.Token));
        var kept = new FileInfo(folder[First + ".part"]).Length;
        await new MnistDownloader { Mirrors = [good.Address], Files = large.Files, Handler = handler }
            .DownloadAsync(folder.FullPath);

        Assert.InRange(kept, 200_000, 500_000);
        Assert.Equal((First, kept), good.Requests.First());
        Assert.Equal(large.Train.AllPixels(), ImageData.FromFolder(folder.FullPath).Train.AllPixels());
    }

    [Fact]
    public async Task All_of_it_may_take_only_so_long()
    {
        using var silent = new LoopbackServer((name, _) => Misbehave("silent", tiny.Archive(name)));
        var downloader = new MnistDownloader
        {
            Mirrors = [silent.Address, silent.Address],
            Files = tiny.Files,
            Handler = handler,
            TotalTimeout = TimeSpan.FromMilliseconds(300),
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(folder.FullPath));

        Assert.Contains("not finished after 0.3 s", Assert.Single(wrong.Failures), StringComparison.Ordinal);
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

    private static Reply Misbehave(string fault, byte[] archive)
    {
        return fault switch
        {
            "404" => new Reply((int)HttpStatusCode.NotFound, []),
            "500" => new Reply((int)HttpStatusCode.InternalServerError, "sorry"u8.ToArray()),
            "truncated" => new Reply(200, archive[..(archive.Length / 2)]) { ClaimedLength = archive.Length },
            "half, and says that is all" => new Reply(200, archive[..(archive.Length / 2)]),
            "HTML" => new Reply(200, "<!DOCTYPE html><title>Please log in</title>"u8.ToArray()),
            "other content" => new Reply(200, OtherArchive(5)),
            "other content of the same length" => new Reply(200, OtherArchive(6)),
            "too long" => new Reply(200, new byte[200_000]),
            "claims too much" => new Reply(200, archive) { ClaimedLength = 1L << 40 },
            "silent" => new Reply(200, archive[..10]) { ClaimedLength = archive.Length, FallSilent = true },
            "a part that was not asked for" => Reply.Part(archive, 5),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }

    /// <summary>Images of 4 x 4 that are not the wanted ones.</summary>
    private static byte[] OtherArchive(int images)
    {
        using var folder = new TemporaryFolder();
        IdxFile.WriteImages(folder["other.gz"], new ImageSet(4, 4, new byte[16 * images]));
        return File.ReadAllBytes(folder["other.gz"]);
    }

    private MnistDownloader From(params Uri[] mirrors) => From(Patient, mirrors);

    private MnistDownloader From(TimeSpan stallTimeout, params Uri[] mirrors) => new()
    {
        Mirrors = mirrors,
        Files = tiny.Files,
        Handler = handler,
        StallTimeout = stallTimeout,
    };

    private void AssertComplete()
    {
        var names = Directory.GetFiles(folder.FullPath).Select(Path.GetFileName);
        Assert.Equal(tiny.Files.Select(file => file.ArchiveName).Order(), names.Order());
        Assert.All(tiny.Files, file => Assert.Null(file.FindProblem(folder[file.ArchiveName])));
    }
}
