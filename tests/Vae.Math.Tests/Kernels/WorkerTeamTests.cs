using System.Diagnostics;

namespace Vae.Math.Tests;

/// <summary>Tests that no other test runs beside: they measure the processor time of the whole process.</summary>
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

    private readonly struct Nested(WorkerTeam team, int[] done) : IParallelWork
    {
        public void DoPart(int part) => team.Run(new Inner(done, part), 10);

        private readonly struct Inner(int[] done, int outer) : IParallelWork
        {
            public void DoPart(int part) => Interlocked.Increment(ref done[(10 * outer) + part]);
        }
    }
}
