using Vae.Mnist;
using Vae.Mnist.Tests;

namespace Vae.Faults.Tests;

/// <summary>
/// Two processes that download the real MNIST (its gzipped files in VAE_MNIST_DIR) into one cache, from a server on this machine.
/// </summary>
[Collection(NetworkTests.Name)]
public sealed class TwoProcessesTests
{
    private const string First = "train-images-idx3-ubyte.gz";

    // Slow enough for the other process to come in between: some three seconds for the largest file.
    private static readonly (int Bytes, TimeSpan Pause) Slowly = (1 << 15, TimeSpan.FromMilliseconds(10));

    [MnistFact]
    public void Of_two_that_start_at_once_one_downloads_and_both_end_well()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // the cache folder cannot be moved there
        }

        var random = new Random(Campaign.Seed);
        var trials = Campaign.Trials(2, 20);
        var waited = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            using var home = new TemporaryFolder();
            using var server = new LoopbackServer((name, _) => new Reply(200, Archive(name)) { Pace = Slowly });

            using var one = new FetchProcess(home.FullPath, server.Address);
            Thread.Sleep(random.Next(600));
            using var other = new FetchProcess(home.FullPath, server.Address);

            Assert.True(one.ExitCode() == 0, one.Text);
            Assert.True(other.ExitCode() == 0, other.Text);
            RequireRight(home);
            Assert.Equal(MnistFile.Official.Select(file => (file.ArchiveName, (long?)null)), server.Requests);   // each file once
            Assert.All(MnistFile.Official, file => Assert.Equal(Archive(file.ArchiveName).Length, server.Sent(file.ArchiveName)));
            waited += one.Waited || other.Waited ? 1 : 0;
        }

        Campaign.Record(
            $"downloads: {trials} times two processes into one empty cache, the second up to 0.6 s later",
            $"both end well, each file is sent once and is right; in {waited} one waited");
    }

    [MnistFact]
    public void Where_the_first_is_killed_the_second_takes_over_and_only_the_rest_is_sent()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var random = new Random(Campaign.Seed);
        var trials = Campaign.Trials(2, 20);
        var length = Archive(First).Length;
        for (var trial = 0; trial < trials; trial++)
        {
            var cut = random.Next(1, length);
            using var home = new TemporaryFolder();
            using var server = new LoopbackServer((name, from) =>
                from is { } start ? Reply.Part(Archive(name), start)
                : name == First ? new Reply(200, Archive(name)[..cut]) { ClaimedLength = length, FallSilent = true }
                : new Reply(200, Archive(name)));

            using var first = new FetchProcess(home.FullPath, server.Address);
            first.Until(() => new FileInfo(Path.Combine(Cache(home), First + ".part")) is { Exists: true } part && part.Length == cut);
            using var second = new FetchProcess(home.FullPath, server.Address);
            second.Until(() => second.Waited);
            first.Kill();

            Assert.True(second.ExitCode() == 0, second.Text);
            RequireRight(home);
            Assert.Equal([(First, null), (First, cut)], server.Requests.Take(2));
            Assert.Equal(length, server.Sent(First));                  // by both together: no byte twice
        }

        Campaign.Record(
            $"downloads: {trials} times the first of two processes killed (SIGKILL) after a random number of bytes, the second waiting",
            "the second takes over and is sent the rest only; all files right");
    }

    [MnistFact]
    public void Killed_at_any_time_a_download_leaves_no_bad_file_and_the_next_one_completes_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var random = new Random(Campaign.Seed);
        var trials = Campaign.Trials(2, 20);
        var kills = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            using var home = new TemporaryFolder();
            using var server = new LoopbackServer((name, from) =>
                (from is { } start ? Reply.Part(Archive(name), start) : new Reply(200, Archive(name))) with { Pace = Slowly });

            for (var attempt = 0; attempt < 3; attempt++)
            {
                using var process = new FetchProcess(home.FullPath, server.Address);
                Thread.Sleep(random.Next(300, 2500));
                process.Kill();
                kills++;
                RequireNoBadFile(home);
            }

            using var last = new FetchProcess(home.FullPath, server.Address);
            Assert.True(last.ExitCode() == 0, last.Text);
            RequireRight(home);
        }

        Campaign.Record(
            $"downloads: killed (SIGKILL) {kills} times at a random moment, three times each before one that may end",
            "never a bad file under its own name; the last one completes what is there");
    }

    private static byte[] Archive(string name) => File.ReadAllBytes(Path.Combine(MnistFactAttribute.Folder!, name));

    private static string Cache(TemporaryFolder home) => Path.Combine(home.FullPath, "vaecore", "mnist");

    private static void RequireRight(TemporaryFolder home)
    {
        Assert.All(MnistFile.Official, file => Assert.Null(file.FindProblem(Path.Combine(Cache(home), file.ArchiveName))));
        Assert.Equal(5, Directory.GetFiles(Cache(home)).Length);       // and the lock; no part
    }

    private static void RequireNoBadFile(TemporaryFolder home) => Assert.All(
        MnistFile.Official.Select(file => (File: file, Path: Path.Combine(Cache(home), file.ArchiveName))).Where(pair => File.Exists(pair.Path)),
        pair => Assert.Null(pair.File.FindProblem(pair.Path)));
}
