using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Prints how the cost of a training step grows with the batch, the hidden layer, the latents, the images and the threads.
/// </summary>
/// <remarks>Arguments: rounds, such as <c>5</c>: each figure is the median of so many turns of a quarter of a second.</remarks>
internal static class Scaling
{
    private const int Turn = 250;

    public static int Run(string[] arguments)
    {
        var rounds = arguments is [var word] ? int.Parse(word, CultureInfo.InvariantCulture) : 5;
        var images = Digits.Load().Train.Samples;
        Header("batch");
        foreach (var batch in new[] { 1, 4, 16, 64, 128, 256, 1024, 4096 })
        {
            Row($"{batch}", images, [400], 20, batch, rounds);
        }

        Header("hidden layer");
        foreach (var hidden in new[] { 64, 128, 256, 400, 512, 1024, 2048, 4096 })
        {
            Row($"{hidden}", images, [hidden], 20, 128, rounds);
        }

        Header("hidden layers");
        foreach (var hidden in new int[][] { [400], [400, 400], [400, 400, 400], [400, 400, 400, 400] })
        {
            Row(string.Join(',', hidden), images, hidden, 20, 128, rounds);
        }

        Header("latents");
        foreach (var latent in new[] { 1, 2, 5, 10, 20, 50, 100, 400 })
        {
            Row($"{latent}", images, [400], latent, 128, rounds);
        }

        Header("images");
        foreach (var count in new[] { 1_000, 10_000, 100_000, 1_000_000, 10_000_000 })
        {
            Row($"{count}", new Repeated(images, count), [400], 20, 128, rounds);
        }

        return 0;
    }

    private static void Header(string what)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"| {what} | ready after, ms | step on 1 thread, us | on 2, us | 2 against 1 "
                + "| images/s on 2 | GFLOP/s on 2 | process, MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
    }

    private static void Row(string label, ISampleSource data, int[] hidden, int latent, int batch, int rounds)
    {
        using var two = new WorkerTeam(2);
        var clock = Stopwatch.StartNew();
        var alone = Trainer(data, hidden, latent, batch, WorkerTeam.OfOne);
        alone.Step();                                                 // shuffles the whole epoch
        var ready = clock.Elapsed.TotalMilliseconds;
        var together = Trainer(data, hidden, latent, batch, two);
        var times = Alternation.Run(rounds, TimeSpan.FromMilliseconds(Turn), () => alone.Step(), () => together.Step());
        var (one, both) = (Alternation.Median(times[0]), Alternation.Median(times[1]));
        var operations = StepProduct.OperationsOf(hidden, latent, batch);
        var memory = Process.GetCurrentProcess().WorkingSet64 / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {label} | {ready:F0} | {one * 1e6:F0} | {both * 1e6:F0} | {Alternation.Ratio(times[0], times[1]):F2} | "
                + $"{batch / both:F0} | {operations / both / 1e9:F0} | {memory:F0} |"));
        GC.Collect();
    }

    private static Trainer<float> Trainer(ISampleSource data, int[] hidden, int latent, int batch, WorkerTeam team)
    {
        var options = new VaeOptions { Features = data.Features, Hidden = hidden, Latent = latent };
        var model = new VariationalAutoencoder<float>(options, new SimdProduct<float>(team)).Initialise(seed: 1);
        return new Trainer<float>(
            model,
            data,
            new TrainingOptions { Epochs = int.MaxValue, ValidationSamples = 0, BatchSize = int.Min(batch, data.Count) });
    }

    // As many images as wanted, from few: the step sees other indices, the memory holds no more.
    private sealed class Repeated(ISampleSource images, int count) : ISampleSource
    {
        public int Count => count;

        public int Features => images.Features;

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Span<int> inner = stackalloc int[samples.Length];
            for (var i = 0; i < inner.Length; i++)
            {
                inner[i] = samples[i] % images.Count;
            }

            images.Gather(inner, batch);
        }
    }
}
