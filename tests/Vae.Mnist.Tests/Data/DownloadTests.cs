using System.Diagnostics;

namespace Vae.Mnist.Tests;

/// <summary>What tests of downloads have in common; and at the end of each of them, that the folder holds no bad file.</summary>
public abstract class DownloadTests : IDisposable
{
    private protected const string First = "train-images-idx3-ubyte.gz";
    private protected const string Lock = "download.lock";

    private protected static readonly TimeSpan Patient = TimeSpan.FromMinutes(1);

    private protected readonly TemporaryFolder folder = new();
    private protected readonly TinyMnist tiny = new();
    private protected readonly SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false };
    private protected readonly ProgressList progress = new();

    private protected DownloadTests() => Files = tiny.Files;

    /// <summary>What the folder is to hold; a test with other files says so.</summary>
    private protected IReadOnlyList<MnistFile> Files { get; set; }

    public void Dispose()
    {
        try
        {
            RequireNoBadFile();
        }
        finally
        {
            handler.Dispose();
            folder.Dispose();
            GC.SuppressFinalize(this);
        }
    }

    private protected MnistDownloader From(params Uri[] mirrors) => From(Patient, mirrors);

    private protected MnistDownloader From(TimeSpan stallTimeout, params Uri[] mirrors) => new()
    {
        Mirrors = mirrors,
        Files = Files,
        Handler = handler,
        StallTimeout = stallTimeout,
    };

    /// <summary>Waits for what will be so soon; on a machine with much else to do, less soon.</summary>
    private protected static async Task Until(Func<bool> isSo)
    {
        for (var clock = Stopwatch.StartNew(); !isSo(); await Task.Delay(10))
        {
            Assert.True(clock.Elapsed < Patient, "waited for a minute in vain");
        }
    }

    /// <summary>All four files, right, and nothing else but the lock, which exists once somebody wrote into the folder.</summary>
    private protected void AssertComplete()
    {
        var names = Directory.GetFiles(folder.FullPath).Select(Path.GetFileName).Where(name => name != Lock);
        Assert.Equal(tiny.Files.Select(file => file.ArchiveName).Order(), names.Order());
        RequireNoBadFile();
    }

    /// <summary>
    /// Whatever stands under a file's own name, in the folder or below, is that file; all else is a part, a lock, or whatever the test
    /// itself put there under another name.
    /// </summary>
    private void RequireNoBadFile()
    {
        foreach (var path in Directory.GetFiles(folder.FullPath, "*", SearchOption.AllDirectories))
        {
            if (Files.FirstOrDefault(file => file.ArchiveName == Path.GetFileName(path)) is { } file)
            {
                Assert.Null(file.FindProblem(path));
            }
        }
    }
}
