using System.Collections.Concurrent;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Data, models and comparisons that many tests need.</summary>
internal static class Some
{
    /// <summary>
    /// Bytes in two blobs: a sample is bright in the first or in the second half of its features, with some noise.
    /// </summary>
    public static ByteSamples Blobs(int samples, int features, int seed = 1)
    {
        var random = new Random(seed);
        var bytes = new byte[samples * features];
        for (var i = 0; i < bytes.Length; i++)
        {
            var bright = i / features % 2 == (i % features < features / 2 ? 0 : 1);
            bytes[i] = (byte)((bright ? 190 : 20) + random.Next(40));
        }

        return new ByteSamples(bytes, features);
    }

    /// <summary>The same samples in a file, behind as many other bytes as an IDX file of images has.</summary>
    public static FileSamples InFile(string path, IByteSamples samples, int start = 16)
    {
        using (var file = File.Create(path))
        {
            file.Write(new byte[start]);
            foreach (var piece in samples.Pieces())
            {
                file.Write(piece.Span);
            }
        }

        return new FileSamples(path, samples.Features, start, samples.Count);
    }

    /// <summary>Truncates a file that is open for reading, as another program might.</summary>
    public static void Shorten(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    /// <summary>Rows of uniform numbers from 0 to 1.</summary>
    public static ArraySamples Rows(int samples, int features, int seed = 1)
    {
        var random = new Random(seed);
        return new ArraySamples([.. Enumerable.Range(0, samples).Select(_ => Numbers(random, features))]);
    }

    /// <summary>Options of a small model; a test names only the options that it is about.</summary>
    public static VaeOptions Shape(
        int features = 12,
        int[]? hidden = null,
        int latent = 2,
        Likelihood likelihood = Likelihood.Bernoulli,
        double klWeight = 1)
        => new() { Features = features, Hidden = hidden ?? [8], Latent = latent, Likelihood = likelihood, KlWeight = klWeight };

    /// <summary>The likelihoods of plain numbers: a table's columns have tests of their own.</summary>
    public static IReadOnlyList<Likelihood> Likelihoods { get; }
        = [.. Enum.GetValues<Likelihood>().Where(likelihood => likelihood != Likelihood.Columns)];

    /// <summary>The names of the objectives that a model can be trained for.</summary>
    public static IReadOnlyList<string> Bounds { get; } = ["ELBO", "ELBO of three draws", "free bits", "IWAE", "DReG"];

    /// <summary>Options with the objective of the given name.</summary>
    public static VaeOptions With(string bound, VaeOptions options) => bound switch
    {
        "ELBO" => options,
        "ELBO of three draws" => options with { Draws = 3 },
        "free bits" => options with { FreeBits = 0.05, Draws = 2 },
        "IWAE" => options with { Bound = Bound.ImportanceWeighted, Draws = 4 },
        "DReG" => options with { Bound = Bound.DoublyReparameterised, Draws = 4 },
        _ => throw new ArgumentOutOfRangeException(nameof(bound), bound, "There is no such bound."),
    };

    /// <summary>An initialised model on one thread.</summary>
    public static VariationalAutoencoder<T> Model<T>(VaeOptions options, ulong seed = 1, WorkerTeam? team = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new VariationalAutoencoder<T>(options, new SimdProduct<T>(team ?? WorkerTeam.OfOne)).Initialise(seed);

    /// <summary>
    /// A batch with uniform inputs from 0 to 1, normal noise and, where the model has labels, one after another.
    /// </summary>
    public static Activations<T> Batch<T>(VaeOptions options, int samples, ulong seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var activations = new Activations<T>(options, samples);
        new RandomDraws(seed, (uint)Purpose.Check, 0).FillUniform(activations.Input.AsSpan());
        new RandomDraws(seed, (uint)Purpose.Check, 1).FillNormal(activations.Noise.AsSpan());
        for (var i = 0; i < activations.Labels.Length; i++)
        {
            activations.Labels[i] = i % options.Classes;
        }

        return activations;
    }

    /// <summary>All weights as they are now, in one list of exact numbers: equal lists are equal bits (but for -0).</summary>
    public static double[] Weights<T>(VariationalAutoencoder<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Numbers(model.Parameters.Select(parameter => parameter.Value));

    public static double[] Numbers<T>(IEnumerable<Matrix<T>> matrices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. matrices.SelectMany(matrix => matrix.AsSpan().ToArray()).Select(double.CreateChecked)];

    public static double[] Numbers<T>(Matrix<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Numbers([matrix]);

    /// <summary>The results of the same computation by teams of 1, 2 and 3 threads.</summary>
    public static TResult[] ByTeamsOfOneTwoAndThree<TResult>(Func<WorkerTeam, TResult> work)
    {
        using var two = new WorkerTeam(2);
        using var three = new WorkerTeam(3);
        return [work(WorkerTeam.OfOne), work(two), work(three)];
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
}

/// <summary>A source that records which samples were gathered.</summary>
internal sealed class RecordingSamples(ISampleSource samples) : ISampleSource
{
    public ConcurrentQueue<int> Gathered { get; } = new();

    public int Count => samples.Count;

    public int Features => samples.Features;

    public void Gather<T>(ReadOnlySpan<int> numbers, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var number in numbers)
        {
            Gathered.Enqueue(number);
        }

        samples.Gather(numbers, batch);
    }
}

/// <summary>
/// A receiver of progress that is called at once on the thread of the
/// training; <see cref="Progress{T}"/> posts to another thread.
/// </summary>
internal sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => tell(value);
}

/// <summary>A checkpoint in memory that records each save.</summary>
internal sealed class Remembered<T> : ICheckpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public List<EpochMetrics> Epochs { get; } = [];

    /// <summary>The weights after each epoch.</summary>
    public List<double[]> Weights { get; } = [];

    public int Saves { get; private set; }

    public void Save(Trainer<T> trainer, EpochMetrics? finished)
    {
        Saves++;
        if (finished is not null)
        {
            Epochs.Add(finished);
            Weights.Add(Some.Weights(trainer.Model));
        }
    }
}

/// <summary>A checkpoint that saves to two others.</summary>
internal sealed class Both<T>(ICheckpoint<T> first, ICheckpoint<T> second) : ICheckpoint<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Save(Trainer<T> trainer, EpochMetrics? finished)
    {
        first.Save(trainer, finished);
        second.Save(trainer, finished);
    }
}
