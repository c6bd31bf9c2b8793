using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A warm step allocates nothing, on any thread of its team.</summary>
/// <remarks>
/// Each thread of the team is asked for what it itself has allocated, so nothing that the test host does at the same time
/// counts. "Warm" means that the just-in-time compiler has settled, which it does in the background: code that it has not yet
/// optimised may allocate a little. So three windows in a row must be free of any before the patience ends; and
/// nothing else runs meanwhile, as the compiler puts optimising off for as long as new code comes.
/// </remarks>
[Collection(nameof(Alone))]
public class StepAllocationTests
{
    private const int StepsInWindow = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_warm_step_allocates_nothing_on_any_thread(int threads)
    {
        Require<float>(threads);
        Require<double>(threads);
    }

    [Theory]
    [InlineData("ELBO of three draws", Likelihood.GaussianWithVariance)]
    [InlineData("free bits", Likelihood.ContinuousBernoulli)]
    [InlineData("IWAE", Likelihood.GaussianPixelVariance)]
    [InlineData("DReG", Likelihood.GaussianWithVariance)]
    public void A_warm_step_of_every_bound_and_likelihood_allocates_nothing(string bound, Likelihood likelihood)
        => Require<float>(2, options => Some.With(bound, options) with { Likelihood = likelihood });

    [Fact]
    public void A_warm_step_with_labels_and_dynamic_pixels_allocates_nothing()
        => Require<float>(2, options => options with { Classes = 10, Pixels = Pixels.Dynamic });

    [Fact]
    public void A_warm_step_with_clipping_decay_schedule_and_warm_up_allocates_nothing()
        => Require<float>(2, training: training => training with
        {
            Adam = new AdamOptions { ClipNorm = 0.1, WeightDecay = 0.01 },
            Schedule = new ScheduleOptions { Kind = LearningRateSchedule.Burda },
            KlWarmUpEpochs = 5,
        });

    [Theory]
    [InlineData("ELBO", Likelihood.GaussianWithVariance)]
    [InlineData("free bits", Likelihood.Bernoulli)]
    [InlineData("IWAE", Likelihood.GaussianPixelVariance)]
    [InlineData("DReG", Likelihood.Gaussian)]
    public void A_warm_step_on_prepared_rows_with_missing_numbers_allocates_nothing(string bound, Likelihood likelihood)
    {
        var random = new Random(2);
        var rows = new DoubleSamples(
            [.. Enumerable.Range(0, 150).Select(_ => Enumerable.Range(0, 200)
                .Select(_ => random.Next(5) == 0 ? double.NaN : random.NextDouble())
                .ToArray())]);
        var prepared = Preparation.Fit(rows, Scaling.MinMax, new TrainingOptions { ValidationSamples = 0 }).Apply(rows);
        Require<float>(2, options => Some.With(bound, options) with { Likelihood = likelihood }, samples: prepared);
        Require<double>(1, options => Some.With(bound, options) with { Likelihood = likelihood }, samples: prepared);
    }

    [Fact]
    public void A_warm_step_on_a_file_in_an_order_without_lists_allocates_nothing()
    {
        using var folder = new TemporaryFolder();
        using var samples = Some.InFile(folder.File("samples"), Some.Blobs(150, 200));
        Require<float>(2, samples: samples, mostListed: 0);
        Require<double>(1, samples: samples, mostListed: 0);
    }

    [Fact]
    public void A_warm_step_allocates_nothing_while_a_listener_reads_the_meter()
    {
        using var listener = new MeterListener();
        var told = 0L;
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Vae.Model")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => told++);
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => told++);
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => told++);
        listener.Start();
        Require<float>(2, name: "listened to");
        Assert.True(told >= 6 * 3 * StepsInWindow, $"{told}");       // six instruments a step, three windows at least
    }

    [Fact]
    public void An_allocation_on_any_thread_of_the_team_is_detected()
    {
        using var team = new WorkerTeam(2);
        Assert.True(Bytes(team, () => team.Run(new Allocating(), parts: 64)) > 0);
    }

    // 150 samples in batches of 64, 64 and 22: every third step is a short last batch, and an epoch ends.
    private static void Require<T>(
        int threads, Func<VaeOptions, VaeOptions>? model = null, Func<TrainingOptions, TrainingOptions>? training = null,
        ISampleSource? samples = null, int mostListed = SampleOrder.MostListed, string? name = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var team = new WorkerTeam(threads);
        var data = new LabelledSamples(
            samples ?? Some.Blobs(150, 200), [.. Enumerable.Range(0, 150).Select(i => (byte)(i % 10))], classes: 10);
        var options = new TrainingOptions { BatchSize = 64, ValidationSamples = 0 };
        var shape = Some.Shape(200, [150, 60]);
        var trainer = TrainerTests.Trainer<T>(
            data,
            training?.Invoke(options) ?? options,
            model?.Invoke(shape) ?? shape,
            team: team,
            mostListed: mostListed,
            name: name);
        var bytes = new List<long>();
        var clock = Stopwatch.StartNew();
        while (!Settled(bytes) && clock.Elapsed < Patience)
        {
            bytes.Add(Bytes(team, () =>
            {
                for (var step = 0; step < StepsInWindow; step++)
                {
                    trainer.Step();
                }
            }));
            Thread.Sleep(50);                                         // the compiler's background thread
        }

        Assert.True(
            Settled(bytes),
            $"{typeof(T).Name}, {threads} threads, bytes in each {StepsInWindow} steps: {string.Join(", ", bytes)}");
    }

    // Three windows one after another: an allocation that comes only now and then does not slip through.
    private static bool Settled(List<long> bytes) => bytes.TakeLast(3).Count(count => count == 0) == 3;

    private static long Bytes(WorkerTeam team, Action work)
    {
        var (before, after) = (new long[team.Threads], new long[team.Threads]);
        var threads = new int[team.Threads];
        var threadsAfter = new int[team.Threads];
        var (begunBefore, begunAfter) = (new int[1], new int[1]);     // all made before the count begins
        Ask(team, before, threads, begunBefore);
        work();
        Ask(team, after, threadsAfter, begunAfter);
        Assert.Equal(threads.Length, threads.Union(threadsAfter).Count()); // each thread had one part, then and now
        return after.Sum() - before.Sum();
    }

    // A part for each thread, and none ends before all have begun: so each thread has exactly one.
    private static void Ask(WorkerTeam team, long[] bytes, int[] threads, int[] begun)
    {
        team.Run(new Asking(bytes, threads, begun), team.Threads);
    }

    private readonly struct Asking(long[] bytes, int[] threads, int[] begun) : IParallelWork
    {
        public void DoPart(int part)
        {
            bytes[part] = GC.GetAllocatedBytesForCurrentThread();
            threads[part] = Environment.CurrentManagedThreadId;
            Interlocked.Increment(ref begun[0]);
            while (Volatile.Read(ref begun[0]) < threads.Length)
            {
                Thread.Yield();
            }
        }
    }

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    private readonly struct Allocating : IParallelWork
    {
        public void DoPart(int part) => GC.KeepAlive(new byte[100]);
    }
}
