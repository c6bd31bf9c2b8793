using System.Diagnostics;

namespace Vae.Faults.Tests;

/// <summary>A file that must be refused, with little memory and at once.</summary>
internal static class Refusal
{
    private const long MostAllocated = 64 << 20;

    /// <summary>
    /// Reads a file that must be refused, and returns the message. Readers work on the calling thread, which allows to count
    /// their allocations.
    /// </summary>
    /// <param name="read">Reads the file.</param>
    /// <param name="words">Parts of the message.</param>
    public static string Of<TException>(Action read, params string[] words)
        where TException : IOException
    {
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<TException>(read).Message;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.True(allocated < MostAllocated, $"{allocated} bytes were allocated");
        // The bound finds endless reading. It is far above the time of a refusal, because the machine may be busy.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
        Assert.True(message.Length < 2000, $"{message.Length} characters");
        Assert.False(message.Any(char.IsControl), "control characters");
        return message;
    }
}
