using Vae.Math;

namespace Vae.Model.Tests;

public class SampleOrderTests
{
    private const int Samples = 1001;
    private const int Held = 100;

    [Theory, InlineData(Samples), InlineData(0)]
    public void Each_epoch_has_every_sample_once_that_is_not_held_out(int mostListed)
    {
        var order = new SampleOrder(Samples, Held, seed: 3, mostListed);

        Assert.Equal(Samples - Held, order.TrainingCount);
        Assert.Equal(Held, order.Validation.Length);
        Assert.Equal(order.Validation.ToArray().Order(), order.Validation.ToArray());
        foreach (var epoch in new[] { 0, 1, 5 })
        {
            Assert.Equal(Enumerable.Range(0, Samples), Epoch(order, epoch).Concat(order.Validation.ToArray()).Order());
        }
    }

    // Two unrelated orders agree in one place on average; a few are left to chance.
    [Theory, InlineData(Samples), InlineData(0)]
    public void Epochs_and_seeds_have_different_orders(int mostListed)
    {
        var order = new SampleOrder(Samples, Held, seed: 3, mostListed);
        var other = new SampleOrder(Samples, Held, seed: 4, mostListed);
        var first = Epoch(order, 0);

        Assert.Equal(first, Epoch(order, 0));
        Assert.InRange(first.Zip(Epoch(order, 1)).Count(pair => pair.First == pair.Second), 0, 10);
        Assert.InRange(first.Zip(Epoch(other, 0)).Count(pair => pair.First == pair.Second), 0, 10);
        Assert.InRange(order.Validation.ToArray().Intersect(other.Validation.ToArray()).Count(), 0, Held / 3); // 10 are expected
    }

    [Theory, InlineData(Samples), InlineData(0)]
    public void A_batch_does_not_depend_on_earlier_batches(int mostListed)
    {
        var whole = Epoch(new SampleOrder(Samples, Held, seed: 3, mostListed), 4);

        Assert.Equal(whole[700..730], new SampleOrder(Samples, Held, seed: 3, mostListed).Batch(4, 700, 30).ToArray());
        var order = new SampleOrder(Samples, Held, seed: 3, mostListed);
        order.Batch(9, 5, 50);
        Assert.Equal(whole[..20], order.Batch(4, 0, 20).ToArray());
    }

    // All published figures are of these bits.
    [Fact]
    public void A_listed_order_is_that_of_Fisher_and_Yates()
    {
        var all = new int[Samples];
        new RandomDraws(3, (uint)Purpose.ValidationSplit, 0).FillPermutation(all);
        var places = new int[Samples - Held];
        new RandomDraws(3, (uint)Purpose.Shuffle, 2).FillPermutation(places);

        var order = new SampleOrder(Samples, Held, seed: 3);

        Assert.Equal(all[..Held].Order(), order.Validation.ToArray());
        Assert.Equal(places.Select(place => all[Held + place]), Epoch(order, 2));
        Assert.Equal(all[Held..(Held + 7)], order.SomeTraining(7));
    }

    [Fact]
    public void An_order_of_over_a_million_samples_needs_memory_that_does_not_grow_with_their_number()
    {
        _ = new SampleOrder(SampleOrder.MostListed + 1, Held, seed: 1).Batch(0, 0, 64).Length; // warm
        var before = GC.GetAllocatedBytesForCurrentThread();

        var order = new SampleOrder(int.MaxValue, Held, seed: 1);
        var last = order.Batch(3, order.TrainingCount - 64, 64).ToArray();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000); // two short lists, not 8 GB
        Assert.Equal(64, last.Distinct().Count());
        Assert.All(last, sample => Assert.InRange(sample, 0, int.MaxValue - 1));
        Assert.Empty(last.Intersect(order.Validation.ToArray()));
    }

    [Fact]
    public void A_training_in_an_order_without_lists_is_interrupted_anywhere_and_ends_with_the_same_bits()
    {
        var options = new TrainingOptions { Epochs = 3, BatchSize = 16, ValidationSamples = 30, Seed = 3 };
        var data = Some.Blobs(100, 12);
        var whole = TrainerTests.Trainer<float>(data, options, mostListed: 0);
        whole.Train();
        var listed = TrainerTests.Trainer<float>(data, options);
        listed.Train();
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.File("run"), new RunRecord(Some.Shape(), options, new DataRecord("test", 100, "ab")));
        using var cancel = new CancellationTokenSource();
        TrainerTests.Trainer<float>(data, options, mostListed: 0).Train(
            run.Checkpoint<float>(),
            new Told(progress => { if (progress is { Epoch: 2, Samples: 32 }) { cancel.Cancel(); } }),
            cancel.Token);

        var resumed = TrainerTests.Trainer<float>(data, options, mostListed: 0);
        run.Restore(resumed);
        Assert.Equal((1, 32), (resumed.State.Epoch, resumed.State.Samples));
        resumed.Train();

        Assert.Equal(Some.Weights(whole.Model), Some.Weights(resumed.Model));
        Assert.NotEqual(Some.Weights(listed.Model), Some.Weights(whole.Model)); // another order, as documented
    }

    private static int[] Epoch(SampleOrder order, int epoch)
    {
        var samples = new List<int>();
        for (var place = 0; place < order.TrainingCount; place += 64)
        {
            samples.AddRange(order.Batch(epoch, place, int.Min(64, order.TrainingCount - place)));
        }

        return [.. samples];
    }
}
