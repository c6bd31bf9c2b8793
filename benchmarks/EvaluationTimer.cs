using System.Diagnostics;
using System.Globalization;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Estimates log p(x) of a run by importance sampling and prints samples per second: our side of <c>peers/compare.py
/// evaluation</c>.
/// </summary>
/// <remarks>Arguments: RUN IMAGES SAMPLES THREADS, such as <c>run 100 5000 2</c>; the first images of MNIST's test set.</remarks>
internal static class EvaluationTimer
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length != 4)
        {
            Console.Error.WriteLine("evaluation wants: RUN IMAGES SAMPLES THREADS, such as run 100 5000 2");
            return 2;
        }

        int[] numbers = [.. arguments[1..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        var images = Digits.Load().Test.Take(numbers[0]);
        using var team = new WorkerTeam(numbers[2]);
        var (folder, record) = RunFolder.Open(arguments[0]);
        var model = folder.LoadModel(record.Model, new SimdProduct<float>(team));
        Console.WriteLine($"{record.Model.Architecture}, {model.Product.Description}");

        var sampler = new ImportanceSampler<float>(model);
        sampler.Estimate(images.Samples, 500, seed: 2);               // warm
        var clock = Stopwatch.StartNew();
        var estimate = sampler.Estimate(images.Samples, numbers[1], seed: 1);
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine(
            $"seconds {seconds:F3} samples/s {(double)numbers[0] * numbers[1] / seconds:F0} "
                + $"nll {estimate.NegativeLogLikelihood:F2}");
        Console.WriteLine($"peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000} MB");
        return 0;
    }
}
