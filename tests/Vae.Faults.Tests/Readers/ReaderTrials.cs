using System.Diagnostics;
using System.Globalization;

namespace Vae.Faults.Tests;

/// <summary>
/// Gives files to a reader and counts the outcomes. Each file must be read or refused, within the limits of memory and time.
/// </summary>
/// <param name="reader">The reader.</param>
internal sealed class ReaderTrials(HostileReader reader)
{
    private const long MostAllocated = 64 << 20;
    private const int LongestMessage = 2000;                          // a path, and what is said of it

    private int _read;
    private int _refused;
    private long _allocated;
    private TimeSpan _longest;
    private Trial _underWay = new("", 0);

    /// <summary>The most time that a read may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time after which a read counts as endless.</summary>
    public TimeSpan Hang { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The outcomes of the trials, for the campaign's table.</summary>
    public string Outcome => string.Create(
        CultureInfo.InvariantCulture,
        $"{_read:N0} read, {_refused:N0} refused, none otherwise; most allocated {_allocated / 1e6:F1} MB, "
            + $"longest {_longest.TotalMilliseconds:F0} ms");

    /// <summary>Whether some files were read and some refused; a campaign with one outcome alone shows little.</summary>
    public bool SawBoth => _read > 0 && _refused > 0;

    /// <summary>
    /// Reads the seeds, each of which must be accepted. This also warms the reader up, so that trials measure the reader alone.
    /// </summary>
    public void ReadSeeds()
    {
        foreach (var seed in reader.Seeds)
        {
            File.WriteAllBytes(reader.Path, seed);
            Assert.True(reader.Read(), $"a good file of {reader.Name} is refused");
        }
    }

    /// <summary>Runs trials with files made from random numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed of them all.</param>
    /// <param name="fileOf">The file of a trial.</param>
    public void Run(int count, int seed, Func<Random, byte[]> fileOf) => Watched(() =>
    {
        for (var trial = 0; trial < count; trial++)
        {
            Try(
                fileOf(new Random(unchecked((seed * 1_000_003) + trial))),
                $"{reader.Name}, VAE_FAULTS_SEED={seed}, trial {trial}");
        }
    });

    /// <summary>Runs trials on a separate thread, and fails where one of them does not end.</summary>
    /// <param name="trials">Calls <see cref="Try"/>.</param>
    public void Watched(Action trials)
    {
        Exception? failure = null;
        _underWay = new Trial(reader.Name, Stopwatch.GetTimestamp());
        var thread = new Thread(() => failure = Record.Exception(trials)) { IsBackground = true };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            var (name, since) = Volatile.Read(ref _underWay);
            Assert.True(Stopwatch.GetElapsedTime(since) < Hang, $"{name}: no end after {Hang.TotalSeconds} s");
        }

        Assert.True(failure is null, failure?.Message);
    }

    /// <summary>Runs one trial.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The trial's name in a failure.</param>
    public void Try(byte[] file, string name)
    {
        Volatile.Write(ref _underWay, new Trial(name, Stopwatch.GetTimestamp()));
        File.WriteAllBytes(reader.Path, file);
        var time = TryOnce(name, count: true);
        for (var repeat = 0; repeat < 5 && time > Limit && reader.IsBounded; repeat++)   // other work may have been in the way
        {
            File.WriteAllBytes(reader.Path, file);
            var again = TryOnce(name, count: false);
            time = again < time ? again : time;
        }

        Assert.True(time <= Limit || !reader.IsBounded, $"{name}: took {time.TotalMilliseconds:F0} ms");
        _longest = time > _longest ? time : _longest;
    }

    private TimeSpan TryOnce(string name, bool count)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var isRead = false;
        try
        {
            isRead = reader.Read();
        }
        catch (IOException refusal) when (refusal.GetType() == reader.Refusal)
        {
            RequireHarmless(refusal.Message, name);
        }
#pragma warning disable CA1031 // Whatever it is: it is what the campaign looks for.
        catch (Exception other)
#pragma warning restore CA1031
        {
            Assert.Fail($"{name}: {other}");
        }

        var (time, allocated) = (clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(allocated <= MostAllocated, $"{name}: allocated {allocated} bytes");
        _allocated = long.Max(_allocated, allocated);
        _read += count && isRead ? 1 : 0;
        _refused += count && !isRead ? 1 : 0;
        return time;
    }

    private void RequireHarmless(string message, string name)
    {
        Assert.True(message.Length < LongestMessage, $"{name}: a message of {message.Length} characters");
        Assert.False(message.Any(char.IsControl), $"{name}: a message with control characters");
        Assert.True(
            message.Contains(Path.GetDirectoryName(reader.Path)!, StringComparison.Ordinal),
            $"{name}: does not say which file: {message}");
    }

    private sealed record Trial(string Name, long Since);
}
