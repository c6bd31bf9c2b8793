using System.Diagnostics;

namespace Vae.Model.Tests;

/// <summary>
/// A <see cref="VaeModel"/> can be used by any number of threads at once,
/// and allocates nothing where the caller passes the memory.
/// </summary>
[Collection(nameof(StepAllocationTests.Alone))]
public class VaeModelThreadsTests
{
    private const int Threads = 8;

    [Fact]
    public void A_model_used_by_eight_threads_at_once_has_the_results_of_one_thread()
    {
        var options = Some.Shape(30, [20, 10], latent: 4) with { Classes = 3 };
        var model = new VaeModel(SomeModel.Of(options), SomeModel.Units(30));
        var rows = Enumerable.Range(0, 40).Select(i => Raw(model, i)).ToArray();
        var expected = rows.Select((_, i) => All(model, rows[i], i)).ToArray();
        var wrong = 0;
        using var begin = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            begin.SignalAndWait();
            for (var call = 0; call < 600; call++)
            {
                var i = (call * (number + 3)) % rows.Length;
                if (!All(model, rows[i], i).SequenceEqual(expected[i]))
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
    public void Threads_that_score_one_data_set_at_once_do_not_disturb_each_other()
    {
        var model = new VaeModel(SomeModel.Of(Some.Shape()));
        var data = Some.Rows(300, 12);
        var expected = model.AnomalyScores(data, draws: 4);
        var results = new double[4][];

        Parallel.For(
            0,
            results.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i => results[i] = model.AnomalyScores(data, draws: 4));

        Assert.All(results, scores => Assert.Equal(expected, scores));
    }

    // Warm means, as in StepAllocationTests, three windows in a row without an allocation before the patience ends.
    [Theory]
    [InlineData(Likelihood.Bernoulli, Pixels.Dynamic, 0)]
    [InlineData(Likelihood.Gaussian, Pixels.Grey, 0)]
    [InlineData(Likelihood.GaussianWithVariance, Pixels.Grey, 3)]
    [InlineData(Likelihood.GaussianPixelVariance, Pixels.Threshold, 0)]
    [InlineData(Likelihood.ContinuousBernoulli, Pixels.Grey, 3)]
    public void A_hundred_warm_calls_of_a_model_allocate_nothing(Likelihood likelihood, Pixels pixels, int classes)
    {
        var options = Some.Shape(30, [20, 10], likelihood: likelihood) with { Classes = classes, Pixels = pixels };
        var model = new VaeModel(SomeModel.Of(options), SomeModel.Units(30));
        int? label = classes > 0 ? 1 : null;
        var (row, mean, logVariance, result) = (Raw(model, 0), new float[2], new float[2], new float[30]);
        var windows = new List<long>();
        for (var clock = Stopwatch.StartNew(); !IsSettled() && clock.Elapsed < TimeSpan.FromSeconds(10); Thread.Sleep(30))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var call = 0; call < 100; call++)
            {
                model.Encode(row, mean, logVariance, label);
                model.Decode(mean, result, label);
                model.Reconstruct(row, result, label);
                model.Sample(result, seed: 2, call, label);
                model.AnomalyScore(row, draws: 16, seed: 1, label);
                model.AnomalyScore(row, draws: 70, seed: 1, label);
            }

            windows.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(IsSettled(), $"bytes in each hundred calls: {string.Join(", ", windows)}");

        bool IsSettled() => windows.TakeLast(3).Count(bytes => bytes == 0) == 3;
    }

    // In the data's units, so that it is from 0 to 1 scaled.
    private static float[] Raw(VaeModel model, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, model.Features)
                .Select(i => (float)(model.Preparation!.Offset[i] + (model.Preparation.Scale[i] * (random.Next(1, 16) / 16.0)))),
        ];
    }

    private static float[] All(VaeModel model, float[] row, int number)
    {
        var label = number % 3;
        var (mean, logVariance, sample) = (new float[model.Latent], new float[model.Latent], new float[model.Features]);
        model.Encode(row, mean, logVariance, label);
        model.Sample(sample, seed: 5, number, label);
        var score = model.AnomalyScore(row, draws: 1 + (number * 5), seed: (ulong)number, label);
        return [.. mean, .. logVariance, .. model.Decode(mean, label), .. model.Reconstruct(row, label), .. sample, (float)score];
    }
}
