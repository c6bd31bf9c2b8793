using System.Diagnostics;
using System.Globalization;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Trains the reference net and prints each epoch's seconds and images per second: our side of <c>peers/compare.py</c>.
/// </summary>
/// <remarks>
/// Arguments: hidden sizes, latent, epochs, threads and perhaps a seed, such as <c>400 20 3 2</c> or <c>400,400 2 3 2</c>.
/// </remarks>
internal static class EpochTimer
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length is not (4 or 5))
        {
            Console.Error.WriteLine("epochs wants: HIDDEN LATENT EPOCHS THREADS [SEED], such as 400 20 3 2");
            return 2;
        }

        int[] hidden = [.. arguments[0].Split(',').Select(Parse)];
        var seed = arguments.Length == 5 ? (ulong)Parse(arguments[4]) : 1;
        var data = Digits.Load();
        using var team = new WorkerTeam(Parse(arguments[3]));
        var options = new VaeOptions { Features = data.Train.Samples.Features, Hidden = hidden, Latent = Parse(arguments[1]) };
        var model = new VariationalAutoencoder<float>(options, new SimdProduct<float>(team)).Initialise(seed);
        Console.WriteLine($"{options.Architecture}, {model.Product.Description}");

        var training = new TrainingOptions { Epochs = Parse(arguments[2]), ValidationSamples = 0, Seed = seed };
        new Trainer<float>(model, data.Train.Samples, training).Train(progress: new Lines(data.Train.Count));
        var test = new Evaluator<float>(model).Evaluate(data.Test.Samples, seed: 1);
        Console.WriteLine($"test {test.Loss:F2} ({test.Reconstruction:F2} + {test.Kl:F2})");
        Console.WriteLine($"peak memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000} MB");
        return 0;
    }

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Lines(int images) : IProgress<TrainingProgress>
    {
        private bool _hasBegun;

        public void Report(TrainingProgress value)
        {
            if (!_hasBegun)
            {
                _hasBegun = true;
                var sinceStart = DateTime.Now - Process.GetCurrentProcess().StartTime;
                Console.WriteLine($"first step {sinceStart.TotalSeconds:F2} s after the process began");
            }

            if (value.Finished is { } epoch)
            {
                Console.WriteLine(
                    $"epoch {epoch.Epoch} seconds {epoch.Seconds:F3} images/s {images / epoch.Seconds:F0} "
                        + $"loss {epoch.Training.Loss:F2}");
            }
        }
    }
}
