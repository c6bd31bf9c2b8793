using System.Diagnostics;

namespace Vae.Math.Tests;

/// <summary>Tests that no other test runs beside: they measure the processor time or the allocations of the whole
/// process.</summary>
[CollectionDefinition(nameof(WorkerTeamTests), DisableParallelization = true)]
public class RunsAlone;

[Collection(nameof(WorkerTeamTests))]
public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_part_is_done_exactly_once(int threads)
    {
        using var team = new WorkerTeam(threads);
        foreach (var parts in new[] { 0, 1, 2, 3, 7, 64, 1000 })
        {
            for (var round = 0; round < 200; round++)
            {
                var done = new int[parts];
                team.Run(new Count(done), parts);
                Assert.All(done, times => Assert.Equal(1, times));
            }
        }
    }

    [Fact]
    public void A_thread_does_the_same_parts_every_time()
    {
        using var team = new WorkerTeam(2);
        for (var round = 0; round < 200; round++)
        {
            var threads = new int[2];
            // no thread can do both: each part waits until the other has begun
            team.Run(new MeetingOf(new int[2], threads), 2);

            Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
            Assert.NotEqual(Environment.CurrentManagedThreadId, threads[1]);
        }
    }

    [Fact]
    public void A_thread_that_has_finished_its_own_parts_does_others()
    {
        const int Parts = 64;
        using var team = new WorkerTeam(2);
        var threads = new int[Parts];

        // the caller's first part waits until all the other parts are begun
        team.Run(new Late(threads), Parts);

        Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
        Assert.All(threads[1..], thread => Assert.Equal(threads[^1], thread));
        Assert.NotEqual(threads[0], threads[^1]);
    }

    [Fact]
    public void Two_pieces_of_work_in_one_go_are_each_done_once()
    {
        using var team = new WorkerTeam(3);
        foreach (var (first, second) in new[] { (0, 0), (0, 5), (5, 0), (1, 1), (7, 30), (64, 3) })
        {
            var (one, other) = (new int[first], new int[second]);
            team.Run(new Count(one), first, new Count(other), second);

            Assert.All(one, times => Assert.Equal(1, times));
            Assert.All(other, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Parts_that_take_long_are_done_by_several_threads()
    {
        using var team = new WorkerTeam(2);
        var seen = new int[2];
        var meeting = new Meeting(seen);

        team.Run(meeting, 2);                                         // each part waits until it has seen the other begin

        Assert.Equal([1, 1], seen);
    }

    [Fact]
    public void Parked_workers_wake_for_new_work()
    {
        using var team = new WorkerTeam(2);
        for (var round = 0; round < 5; round++)
        {
            Thread.Sleep(50);
            team.Run(new Meeting(new int[2]), 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_in_a_part_surfaces_and_the_team_lives_on(int threads)
    {
        using var team = new WorkerTeam(threads);
        for (var round = 0; round < 20; round++)
        {
            var failure = Assert.Throws<InvalidOperationException>(() => team.Run(new Failure(at: round), 20));
            Assert.Equal($"part {round}", failure.Message);

            var done = new int[20];
            team.Run(new Count(done), 20);
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Work_may_fork_again()
    {
        using var team = new WorkerTeam(3);
        var done = new int[10 * 10];

        team.Run(new Nested(team, done), 10);

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void Several_threads_may_use_one_team_at_once()
    {
        using var team = new WorkerTeam(2);
        var wrong = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var done = new int[16];
                team.Run(new Count(done), done.Length);
                if (done.Any(times => times != 1))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_team_that_was_disposed_of_works_on_the_callers_thread()
    {
        var team = new WorkerTeam(3);
        team.Dispose();
        var done = new int[20];

        team.Run(new Count(done), 20);

        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_team_of_no_thread_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));

    [Fact]
    public void An_idle_team_uses_no_processor()
    {
        using var team = new WorkerTeam(4);
        for (var round = 0; round < 1000; round++)
        {
            team.Run(new Count(new int[16]), 16);
        }

        Thread.Sleep(300);                                            // they look for work for a few milliseconds
        var least = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 20 && least > TimeSpan.FromMilliseconds(30); attempt++)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            Thread.Sleep(300);
            var used = Process.GetCurrentProcess().TotalProcessorTime - before;
            least = used < least ? used : least;
        }

        // Three spinning workers would use 300 ms or more of any 300 ms; the test host is quiet in one of twenty stretches.
        Assert.True(least <= TimeSpan.FromMilliseconds(30), $"{least.TotalMilliseconds} ms of processor time in 300 ms");
    }

    [Fact]
    public void A_fork_allocates_nothing()
    {
        using var team = new WorkerTeam(3);
        var done = new int[64];

        Assert.Equal(0, Some.AllocatedBytes(() => team.Run(new Count(done), done.Length)));
    }

    [Fact]
    public void The_workers_of_a_warm_product_allocate_nothing()
    {
        using var team = new WorkerTeam(2);
        var product = new SimdProduct<float>(team);
        var (left, right) = (Some.Matrix<float>(784, 400, seed: 1), Some.Matrix<float>(784, 128, seed: 2));
        var result = Some.Zeros<float>(400, 128);
        Action work = () => product.Multiply(left, right, result, Transposed.Left);
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < 10; i++)
            {
                work();
            }

            least = long.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // Counted over the whole process, hence among the tests that run alone; what the runtime allocates does not fall into all
        // of twenty stretches of a few milliseconds. A product that allocated a byte a call would show in every one.
        Assert.Equal(0, least);
    }

    private readonly struct Count(int[] done) : IParallelWork
    {
        public void DoPart(int part) => Interlocked.Increment(ref done[part]);
    }

    private readonly struct Failure(int at) : IParallelWork
    {
        public void DoPart(int part)
        {
            if (part == at)
            {
                throw new InvalidOperationException($"part {part}");
            }
        }
    }

    private readonly struct Meeting(int[] begun) : IParallelWork
    {
        public void DoPart(int part)
        {
            Volatile.Write(ref begun[part], 1);
            var all = begun;
            var met = SpinWait.SpinUntil(() => Volatile.Read(ref all[1 - part]) == 1, TimeSpan.FromSeconds(30));
            Assert.True(met, "nobody took the other part");
        }
    }

    private readonly struct MeetingOf(int[] begun, int[] threads) : IParallelWork
    {
        public void DoPart(int part)
        {
            threads[part] = Environment.CurrentManagedThreadId;
            new Meeting(begun).DoPart(part);
        }
    }

    // The first part waits for all others to begin, and the others for the first.
    private readonly struct Late(int[] threads) : IParallelWork
    {
        public void DoPart(int part)
        {
            Volatile.Write(ref threads[part], Environment.CurrentManagedThreadId);
            var all = threads;
            var met = SpinWait.SpinUntil(
                () => part == 0 ? Array.TrueForAll(all, thread => thread != 0) : Volatile.Read(ref all[0]) != 0,
                TimeSpan.FromSeconds(30));
            Assert.True(met, "nobody took the other parts");
        }
    }

    private readonly struct Nested(WorkerTeam team, int[] done) : IParallelWork
    {
        public void DoPart(int part) => team.Run(new Inner(done, part), 10);

        private readonly struct Inner(int[] done, int outer) : IParallelWork
        {
            public void DoPart(int part) => Interlocked.Increment(ref done[(10 * outer) + part]);
        }
    }
}
