using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

public sealed class FileSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 5000 and 8192 features take more than one read each.
    [Theory, InlineData(1), InlineData(7), InlineData(784), InlineData(4096), InlineData(5000), InlineData(8192)]
    public void Samples_in_a_file_have_the_bits_of_samples_in_memory(int features)
    {
        RequireSameBits<float>();
        RequireSameBits<double>();

        void RequireSameBits<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var memory = Some.Blobs(20, features);
            using var file = Some.InFile(_folder.File("samples"), memory);
            int[] samples = [19, 0, 7, 7, 3];
            var (expected, found) = (new T[5 * features], new T[5 * features]);
            memory.Gather<T>(samples, expected);
            file.Gather<T>(samples, found);

            Assert.Equal((memory.Count, memory.Features), (file.Count, file.Features));
            Assert.Equal(expected, found);
            Assert.Equal(memory.BytesOf(19), file.BytesOf(19));
            Assert.Equal(Joined(memory), Joined(file));
        }
    }

    [Fact]
    public void A_training_from_a_file_ends_with_the_bits_of_one_from_memory()
    {
        var memory = Some.Blobs(300, 12);
        using var file = Some.InFile(_folder.File("samples"), memory);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 64, ValidationSamples = 40 };

        foreach (var mostListed in new[] { 300, 0 })
        {
            var (one, other) = (Train(memory, mostListed), Train(file, mostListed));
            Assert.Equal(one.Weights, other.Weights);
            Assert.Equal(one.Metrics, other.Metrics);
        }

        (double[] Weights, EpochMetrics[] Metrics) Train(ISampleSource data, int mostListed)
        {
            var trainer = TrainerTests.Trainer<float>(data, options, threads: 2, mostListed: mostListed);
            var run = new Remembered<float>();
            trainer.Train(run);
            return (Some.Weights(trainer.Model), [.. run.Epochs.Select(TrainerTests.Timeless)]);
        }
    }

    // Some megabytes, so that going over the file takes several pieces; each thread reads all of it in another order.
    [Fact]
    public void Many_threads_read_a_file_at_once_and_each_gets_its_own_samples()
    {
        const int count = 3001, features = 784;
        var memory = Some.Blobs(count, features);
        using var file = Some.InFile(_folder.File("samples"), memory);
        var wrong = 0;

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var (expected, found) = (new float[features], new float[features]);
            for (var i = 0; i < count; i++)
            {
                int[] sample = [(int)((i * 1013L + (thread * 379)) % count)];
                memory.Gather<float>(sample, expected);
                file.Gather<float>(sample, found);
                Interlocked.Add(ref wrong, expected.AsSpan().SequenceEqual(found) ? 0 : 1);
            }

            Interlocked.Add(ref wrong, Joined(memory).AsSpan().SequenceEqual(Joined(file)) ? 0 : 1);
        });

        Assert.Equal(0, wrong);
    }

    // Ten thousand million bytes without a byte on the disk: an offset that were an int would wrap around here.
    [Fact]
    public void A_sample_beyond_the_fourth_gigabyte_of_a_file_is_read()
    {
        if (OperatingSystem.IsWindows())
        {
            // On Windows a file with a hole takes its whole length on the disk.
            return;
        }

        const int features = 100_000, count = 100_000;
        var path = _folder.File("sparse");
        using (var stream = File.Create(path))
        {
            stream.SetLength(16 + ((long)features * count));
            stream.Position = 16 + (99_998L * features);
            stream.Write(Enumerable.Repeat((byte)51, features).ToArray());
        }

        using var file = new FileSamples(path, features, 16, count);
        var batch = new float[2 * features];
        file.Gather<float>([99_998, 99_999], batch);

        Assert.All(batch[..features], value => Assert.Equal(0.2f, value));
        Assert.All(batch[features..], value => Assert.Equal(0f, value));
        Assert.Equal(51, file.BytesOf(99_998)[^1]);
    }

    [Fact]
    public void Take_gives_the_first_samples_of_the_same_file()
    {
        using var file = Some.InFile(_folder.File("samples"), Some.Blobs(20, 10));
        var some = file.Take(3);

        Assert.Equal(3, some.Count);
        Assert.Equal(Joined(file)[..30], Joined(some));
        Assert.Throws<ArgumentOutOfRangeException>(() => some.BytesOf(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Take(21));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Take(0));
    }

    [Fact]
    public void A_sample_number_outside_the_file_is_refused()
    {
        using var file = Some.InFile(_folder.File("samples"), Some.Blobs(20, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Gather<float>([20], new float[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Gather<float>([-1], new float[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.BytesOf(-1).Length);
    }

    [Fact]
    public void A_short_or_missing_file_of_samples_is_refused()
    {
        File.WriteAllBytes(_folder.File("short"), new byte[116]);

        var refusal = Assert.Throws<IOException>(
            () => new FileSamples(_folder.File("short"), features: 10, start: 16, count: 11));

        Assert.Equal(
            $"{_folder.File("short")}: at byte 16, expected 110 bytes (11 samples of 10), but found 100. "
                + "The file is incomplete; write it again.",
            refusal.Message);
        Assert.Throws<FileNotFoundException>(() => new FileSamples(_folder.File("none"), features: 10, start: 16, count: 11));
        Assert.Equal(10, new FileSamples(_folder.File("short"), features: 10, start: 16, count: 10).Count);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void A_file_shortened_during_training_ends_it_in_one_line_and_leaves_the_last_checkpoint_whole(int threads)
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // an open file cannot be shortened there
        }

        var path = _folder.File("samples");
        using var file = Some.InFile(path, Some.Blobs(300, 12));
        var options = new TrainingOptions { Epochs = 3, BatchSize = 64, ValidationSamples = 40, Seed = 3 };
        var run = RunFolder.Create(_folder.File("run"), new RunRecord(Some.Shape(), options, new DataRecord("test", 300, "ab")));
        var trainer = TrainerTests.Trainer<float>(file, options, threads: threads);

        var failure = Assert.Throws<IOException>(() => trainer.Train(run.Checkpoint<float>(), new Told(progress =>
        {
            if (progress is { Epoch: 2, Samples: 64, Finished: null })
            {
                Some.Shorten(path, 16 + (100 * 12));
            }
        })));

        Assert.StartsWith($"{path}: at byte ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            "expected 12 bytes of samples, but found the end of the file after ", failure.Message, StringComparison.Ordinal);
        var resumed = TrainerTests.Trainer<float>(Some.Blobs(300, 12), options);
        run.Restore(resumed);
        Assert.Equal((1, 0), (resumed.State.Epoch, resumed.State.Samples));
        var whole = TrainerTests.Trainer<float>(Some.Blobs(300, 12), options);
        whole.Train();
        resumed.Train();
        Assert.Equal(Some.Weights(whole.Model), Some.Weights(resumed.Model));
    }

    [Fact]
    public void A_file_deleted_or_replaced_during_reading_is_read_to_the_end()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // an open file cannot be deleted there
        }

        var (path, memory) = (_folder.File("samples"), Some.Blobs(20, 10));
        using var file = Some.InFile(path, memory);
        File.Delete(path);
        File.WriteAllBytes(path, [1, 2, 3]);

        Assert.Equal(Joined(memory), Joined(file));
    }

    [Fact]
    public void Disposed_samples_are_refused_and_their_file_can_be_deleted()
    {
        var path = _folder.File("samples");
        var file = Some.InFile(path, Some.Blobs(20, 10));
        var some = file.Take(5);
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => some.BytesOf(0).Length);
        File.Delete(path);
    }

    private static byte[] Joined(IByteSamples samples) => [.. samples.Pieces().SelectMany(piece => piece.ToArray())];
}
