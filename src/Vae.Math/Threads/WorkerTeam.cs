using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Vae.Math;

/// <summary>Work in numbered parts, each of which writes outputs of its own.</summary>
internal interface IParallelWork
{
    /// <summary>Does one part. Called once for each part, in any order, from any thread of the team.</summary>
    /// <param name="part">0 to the number of parts less one.</param>
    void DoPart(int part);
}

/// <summary>
/// A few threads that share out the parts of a piece of work and wait for it to be finished.
/// </summary>
/// <remarks>
/// <para>A training step forks and joins some fifty times, so the fork must be cheap and free of allocation:
/// <c>Parallel.For</c> costs about 4 us and 1.5 KB a call, this costs below 1 us and nothing. The workers spin for a
/// moment after each piece of work and then park, so an idle process uses no processor.</para>
/// <para>Each thread has parts of its own that follow one another, the same whenever work falls into as many, and takes the
/// others' when it has done them: what it wrote last is still in its cache, and no other thread writes into the lines between
/// them. A number that comes from the other core's cache takes three times as long as one of its own.</para>
/// <para>No two parts write the same output, and no number depends on how work falls into parts: that is why results are
/// bit-identical for any team.</para>
/// <para>A team may be used from several threads at once: a caller that finds it busy does its work on its own thread. Work
/// may fork again: the inner fork always finds the team busy.</para>
/// </remarks>
public sealed unsafe class WorkerTeam : IDisposable
{
    // The gate is open while it is not negative; then it counts the workers that have come in. A worker that comes too
    // late, because it was asleep, finds the gate closed: nobody ever waits for a worker that holds no part.
    private const int Closed = int.MinValue;

    // From a thread's place in an array to the next: two cache lines, as processors fetch them in pairs.
    private const int Apart = 32;

    // Below a microsecond of pauses between looks; long enough to bridge the serial stretches of a training step.
    private const int LooksBeforeParking = 2_000;

    private static readonly Lazy<WorkerTeam> LazyShared = new(() => new WorkerTeam(Environment.ProcessorCount));

    private readonly SemaphoreSlim _wake = new(0);
    private readonly int[] _next;                                     // the next of each thread's own parts
    private int _gate = Closed;
    private int _busy;
    private int _parked;
    private int _parts;
    private void* _work;
    private delegate*<void*, int, void> _do;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _disposed;

    /// <summary>Makes a team of this many threads, the caller's own among them.</summary>
    /// <param name="threads">At least 1; with 1 the team starts no thread at all.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _next = new int[(threads + 1) * Apart];
        for (var worker = 1; worker < threads; worker++)
        {
            var thread = worker;
            new Thread(() => Serve(thread)) { IsBackground = true, Name = $"vae worker {worker}" }.Start();
        }
    }

    /// <summary>The team of one: everything runs on the caller's thread.</summary>
    public static WorkerTeam OfOne { get; } = new(1);

    /// <summary>The default team, with a thread for each processor. Never dispose of it.</summary>
    public static WorkerTeam Shared => LazyShared.Value;

    /// <summary>The number of threads, the caller's own among them.</summary>
    public int Threads { get; }

    /// <summary>Does all parts of a piece of work and returns when they are done.</summary>
    /// <param name="work">The work; a copy of it stands on the caller's stack until all is done.</param>
    /// <param name="parts">The number of parts.</param>
    /// <typeparam name="TWork">A struct, which may hold spans.</typeparam>
    /// <remarks>An exception in a part surfaces here, after the other threads have finished their parts.</remarks>
    internal void Run<TWork>(TWork work, int parts)
        where TWork : struct, IParallelWork, allows ref struct
    {
        if (Threads == 1 || parts <= 1 || _disposed || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (var part = 0; part < parts; part++)
            {
                work.DoPart(part);
            }

            return;
        }

        try
        {
            Share(Unsafe.AsPointer(ref work), &Invoke<TWork>, parts);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Does two independent pieces of work in one go: a thread that is done with the first
    /// begins with the second.</summary>
    internal void Run<TFirst, TSecond>(TFirst first, int firstParts, TSecond second, int secondParts)
        where TFirst : struct, IParallelWork
        where TSecond : struct, IParallelWork
        => Run(new Both<TFirst, TSecond>(first, firstParts, second), firstParts + secondParts);

    /// <summary>Releases the threads. Work given to the team afterwards runs on the caller's thread.</summary>
    public void Dispose()
    {
        _disposed = true;
        _wake.Release(Threads);
    }

    /// <summary>The first of a thread's own parts; they end where the next thread's begin.</summary>
    internal static int FirstPart(int thread, int threads, int parts) => (int)((long)thread * parts / threads);

    private readonly struct Both<TFirst, TSecond>(TFirst first, int firstParts, TSecond second) : IParallelWork
        where TFirst : struct, IParallelWork
        where TSecond : struct, IParallelWork
    {
        public void DoPart(int part)
        {
            if (part < firstParts)
            {
                first.DoPart(part);
            }
            else
            {
                second.DoPart(part - firstParts);
            }
        }
    }

    private static void Invoke<TWork>(void* work, int part)
        where TWork : struct, IParallelWork, allows ref struct
        => Unsafe.AsRef<TWork>(work).DoPart(part);

    private void Share(void* work, delegate*<void*, int, void> invoke, int parts)
    {
        _work = work;
        _do = invoke;
        _parts = parts;
        for (var thread = 0; thread < Threads; thread++)
        {
            Next(thread) = FirstPart(thread, Threads, _parts);
        }

        _failure = null;
        Interlocked.Exchange(ref _gate, 0);                           // open: from here on workers come in
        var woken = TakeParked(parts - 1);
        if (woken > 0)
        {
            _wake.Release(woken);
        }

        TakeParts(thread: 0);
        Interlocked.Or(ref _gate, Closed);                            // nobody comes in any more
        var spinner = new SpinWait();
        while (Volatile.Read(ref _gate) != Closed)
        {
            spinner.SpinOnce(sleep1Threshold: -1);                    // those inside finish their parts
        }

        _failure?.Throw();
    }

    private ref int Next(int thread) => ref _next[(thread + 1) * Apart];

    private void TakeParts(int thread)
    {
        try
        {
            for (var i = 0; i < Threads; i++)                         // one's own first, then the others'
            {
                var whose = (thread + i) % Threads;
                var end = FirstPart(whose + 1, Threads, _parts);
                for (int part; (part = Interlocked.Increment(ref Next(whose)) - 1) < end;)
                {
                    _do(_work, part);
                }
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            for (var i = 0; i < Threads; i++)
            {
                Volatile.Write(ref Next(i), _parts);                  // no further part is begun
            }
        }
    }

    private bool HasPartsLeft()
    {
        for (var thread = 0; thread < Threads; thread++)
        {
            if (Volatile.Read(ref Next(thread)) < FirstPart(thread + 1, Threads, _parts))
            {
                return true;
            }
        }

        return false;
    }

    private void Serve(int thread)
    {
        var looks = 0;
        while (!_disposed)
        {
            if (ComeIn())
            {
                TakeParts(thread);
                Interlocked.Decrement(ref _gate);
                looks = 0;
            }
            else if (++looks < LooksBeforeParking)
            {
                Thread.SpinWait(8);
            }
            else
            {
                Park();
                looks = 0;
            }
        }
    }

    private bool ComeIn()
    {
        var inside = Volatile.Read(ref _gate);
        return inside >= 0
            && HasPartsLeft()
            && Interlocked.CompareExchange(ref _gate, inside + 1, inside) == inside;
    }

    private void Park()
    {
        Interlocked.Increment(ref _parked);
        var mayWork = Volatile.Read(ref _gate) >= 0 || _disposed;     // asked again after the increment: no wake-up is lost
        if (!mayWork || TakeParked(1) == 0)                           // 0: somebody has already taken this one to be woken
        {
            _wake.Wait();
        }
    }

    // Whoever is taken from the parked is released exactly once. Were they counted until they are awake, each piece of
    // work that comes while one is waking would release it again, and it would look for work that often in vain.
    private int TakeParked(int most)
    {
        while (true)
        {
            var parked = Volatile.Read(ref _parked);
            var taken = int.Min(parked, most);
            if (taken == 0 || Interlocked.CompareExchange(ref _parked, parked - taken, parked) == parked)
            {
                return taken;
            }
        }
    }
}
