using System.Collections.Concurrent;
using System.Diagnostics;

namespace Vae.Faults.Tests;

/// <summary><c>vae data --fetch</c> as a process of its own, with a cache and a mirror of its own. Killed at the end, if it still runs.</summary>
internal sealed class FetchProcess : IDisposable
{
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = [];

    public FetchProcess(string cacheHome, Uri mirror)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "vae.dll"), "data", "--fetch"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var proxy in start.Environment.Keys.Where(name => name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(proxy);
        }

        start.Environment["HTTPS_PROXY"] = "http://127.0.0.1:9";      // nobody there: the public mirrors are not asked
        start.Environment["XDG_CACHE_HOME"] = cacheHome;
        start.Environment["VAE_MNIST_MIRROR"] = mirror.AbsoluteUri;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has written, to standard output and error.</summary>
    public string Text => string.Join('\n', lines);

    public bool Waited => Text.Contains("waiting for another process", StringComparison.Ordinal);

    /// <summary>Waits for what this process brings about.</summary>
    public void Until(Func<bool> isSo)
    {
        for (var clock = Stopwatch.StartNew(); !isSo(); Thread.Sleep(5))
        {
            Assert.True(clock.Elapsed < Patient && !process.HasExited, $"waited in vain: {Text}");
        }
    }

    /// <summary>SIGKILL: no handler of its own runs.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public int ExitCode()
    {
        Assert.True(process.WaitForExit(Patient), $"did not end: {Text}");
        process.WaitForExit();                                        // and its last lines
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
