using System.Text.RegularExpressions;

namespace Vae.Mnist.Tests;

/// <summary>The downloader against good and bad servers on this machine.</summary>
[Collection(NetworkTests.Name)]
public sealed class MnistDownloaderTests : IDisposable
{
    private const string First = "train-images-idx3-ubyte.gz";

    private readonly TemporaryFolder folder = new();
    private readonly TinyMnist tiny = new();
    private readonly ProgressList progress = new();

    public static TheoryData<string> Faults => [.. BadReplies.Keys];

    /// <summary>A wrong answer to a request for the first file, and a pattern of the reason that the user reads.</summary>
    private static Dictionary<string, (Func<byte[], Reply> Reply, string Reason)> BadReplies { get; } = new()
    {
        ["not found"] = (_ => new Reply(404, []), @"answered 404 \(NotFound\) instead of the file"),
        ["server error"] = (
            _ => new Reply(500, "sorry"u8.ToArray()),
            @"answered 500 \(InternalServerError\) instead of the file"),
        ["short body"] = (
            archive => new Reply(200, archive[..50]) { ClaimedLength = archive.Length },
            "The response ended prematurely"),
        ["half of the file"] = (
            archive => new Reply(200, archive[..(archive.Length / 2)]),
            "sent (damaged gzip data|content of) "),
        ["wrong checksum"] = (
            _ => new Reply(200, new byte[112]),
            "sent content with SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}$"),
        ["web page"] = (
            _ => new Reply(200, "<title>Please log in</title>"u8.ToArray()),
            "sent no gzip archive and no train-images-idx3-ubyte: 28 bytes instead of 112"),
        ["too long"] = (_ => new Reply(200, new byte[200_000]) { ClaimedLength = null }, TooLong),
        ["claims too much"] = (archive => new Reply(200, archive) { ClaimedLength = 1L << 40 }, TooLong),
        ["redirects in a circle"] = (_ => Reply.RedirectTo("again.gz"), @"answered 302 \(\w+\) instead of the file"),
        ["redirects to a local file"] = (_ => Reply.RedirectTo("file:///etc/passwd"), @"(answered 302 \(|Invalid URI)"),
        ["redirects to no address"] = (_ => Reply.RedirectTo("http://["), "(answered 302|answered 404|Invalid URI)"),
        ["silent"] = (
            _ => new Reply(200, new byte[10]) { ClaimedLength = 90, FallSilent = true },
            "nothing came for 2 s, after 10 bytes"),
        ["a byte now and then"] = (
            archive => new Reply(200, archive) { PausePerByte = TimeSpan.FromSeconds(0.5) },
            @"not complete within 5 s, after \d+ bytes"),
    };

    private static string TooLong => @"sends \d+ bytes or more, but train-images-idx3-ubyte\.gz has at most 1136";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_good_mirror_gives_the_four_files_and_nothing_else_is_in_the_folder()
    {
        using var good = LoopbackServer.Good(tiny);

        await DownloadFrom(good.Address);

        AssertComplete();
        Assert.Contains(progress, report => report.IsTransfer && report.Received == report.Total);
        Assert.Contains(progress, report => report.Message == $"{First} from {good.Address.Authority}: content checked");
    }

    [Fact]
    public async Task Files_with_the_right_content_are_not_downloaded_again()
    {
        using var good = LoopbackServer.Good(tiny);
        tiny.Save(folder.FullPath);
        File.WriteAllText(folder.File(First), "bad");

        await DownloadFrom(good.Address);

        Assert.Equal([First], good.Requests);
        AssertComplete();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_a_bad_mirror_the_next_one_is_asked_and_the_reason_is_reported(string fault)
    {
        using var bad = new LoopbackServer(_ => BadReplies[fault].Reply(tiny.Archive(First)));
        using var good = LoopbackServer.Good(tiny);

        await DownloadFrom(bad.Address, good.Address);

        AssertComplete();
        Assert.Contains(progress, report => report.Message.StartsWith($"{bad.Address}{First}: ", StringComparison.Ordinal));
        Assert.DoesNotContain("t10k-images-idx3-ubyte.gz", bad.Requests);   // later files are asked of the good mirror first
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_failed_download_names_address_and_reason_and_leaves_an_existing_file_untouched(string fault)
    {
        using var bad = new LoopbackServer(_ => BadReplies[fault].Reply(tiny.Archive(First)));
        folder.Write(First, 1, 2, 3);

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => DownloadFrom(bad.Address));

        Assert.StartsWith($"{First} could not be downloaded: {bad.Address}{First}: ", wrong.Message, StringComparison.Ordinal);
        Assert.True(Regex.IsMatch(wrong.Message, $": {BadReplies[fault].Reason}"), wrong.Message);
        Assert.DoesNotContain(wrong.Message, char.IsControl);
        Assert.Equal([folder.File(First)], Directory.GetFiles(folder.FullPath));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder.File(First)));
    }

    [Fact]
    public async Task The_message_names_every_mirror_that_failed()
    {
        using var missing = new LoopbackServer(_ => new Reply(404, []));
        var down = LoopbackServer.NobodyThere();

        var wrong = await Assert.ThrowsAsync<DownloadException>(
            () => DownloadFrom(missing.Address, down, new Uri("http://no-such-host.invalid/mnist/")));

        Assert.Contains($"{missing.Address}{First}: answered 404", wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"{down}{First}: Connection refused", wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"http://no-such-host.invalid/mnist/{First}: ", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mirror_the_message_says_that_there_is_none()
    {
        var wrong = await Assert.ThrowsAsync<DownloadException>(() => DownloadFrom());

        Assert.Contains("there is no mirror to ask", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_download_leaves_nothing_behind()
    {
        var large = new TinyMnist(trainImages: 1000, side: 28);       // random pixels: the archive is as long as they are, 784 kB
        using var slow = new LoopbackServer(name =>
            new Reply(200, large.Archive(name)[..500_000]) { ClaimedLength = large.Archive(name).Length, FallSilent = true });
        using var cancel = new CancellationTokenSource();
        progress.OnReport = report => { if (report.IsTransfer) { cancel.Cancel(); } };

        var downloader = new MnistDownloader { Files = large.Files, UseProxy = false };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => downloader.DownloadAsync([slow.Address], folder.FullPath, progress, cancel.Token));

        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public async Task Two_downloads_into_one_folder_at_once_both_end_with_the_right_files()
    {
        using var good = LoopbackServer.Good(tiny);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => DownloadFrom(good.Address))));

        AssertComplete();
    }

    [Fact]
    public async Task A_redirect_to_another_server_is_followed()
    {
        using var good = LoopbackServer.Good(tiny);
        using var old = new LoopbackServer(name => Reply.RedirectTo($"{good.Address}{name}"));

        await DownloadFrom(old.Address);

        AssertComplete();
    }

    [Fact]
    public async Task A_folder_that_is_a_file_stops_the_download_before_a_mirror_is_asked()
    {
        using var good = LoopbackServer.Good(tiny);
        var file = folder.Write("a-file", 1);

        var wrong = await Assert.ThrowsAnyAsync<IOException>(
            () => Downloader().DownloadAsync([good.Address], file, progress, CancellationToken.None));

        Assert.Contains(file, wrong.Message, StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(file));
        Assert.Empty(good.Requests);
    }

    [SmallDiskFact]
    public async Task On_a_full_disk_no_other_mirror_is_asked_and_nothing_is_left()
    {
        var large = new TinyMnist(trainImages: 1000, side: 28);
        using var disk = new SmallDisk("size=256k");
        using var good = LoopbackServer.Good(large);
        using var other = LoopbackServer.Good(large);

        var downloader = new MnistDownloader { Files = large.Files, UseProxy = false };
        var wrong = await Assert.ThrowsAsync<IOException>(
            () => downloader.DownloadAsync([good.Address, other.Address], disk.FullPath, progress, CancellationToken.None));

        var path = Path.Combine(disk.FullPath, First);
        Assert.StartsWith($"{path}: cannot be written: No space left", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
        Assert.Empty(Directory.GetFiles(disk.FullPath));
    }

    [Fact]
    public async Task A_complete_folder_need_not_be_writable()
    {
        tiny.Save(folder.FullPath);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        try
        {
            await DownloadFrom();
        }
        finally
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        Assert.Empty(progress);
    }

    [Fact]
    public void The_public_mirrors_are_folders_and_encrypted()
    {
        Assert.All(new MnistLocator().Mirrors, mirror =>
        {
            Assert.Equal("https", mirror.Scheme);
            Assert.EndsWith("/", mirror.AbsolutePath, StringComparison.Ordinal);
        });
    }

    private MnistDownloader Downloader() => new()
    {
        Files = tiny.Files,
        UseProxy = false,
        StallTimeout = TimeSpan.FromSeconds(2),
        FileTimeout = TimeSpan.FromSeconds(5),
    };

    private Task DownloadFrom(params Uri[] mirrors)
        => Downloader().DownloadAsync(mirrors, folder.FullPath, progress, CancellationToken.None);

    private void AssertComplete()
    {
        Assert.Equal(
            tiny.Files.Select(file => file.ArchiveName).Order(),
            Directory.GetFiles(folder.FullPath).Select(Path.GetFileName).Order());
        Assert.All(tiny.Files, file => Assert.Null(file.FindProblem(folder.File(file.ArchiveName))));
    }
}
