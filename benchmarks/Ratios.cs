using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Prints our speed as ratios of alternated turns in one process: each product of a step and the whole step against a CBLAS
/// library's products, and two threads against one.
/// </summary>
/// <remarks>Arguments: hidden sizes, latent, rounds and the library, such as <c>400 20 10 openblas</c>.</remarks>
internal static partial class Ratios
{
    private const int Samples = 128;
    private static readonly TimeSpan ShortTurn = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan FineTurn = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(500);

    public static int Run(string[] arguments)
    {
        string[] words = [.. arguments, .. new[] { "400", "20", "10", "openblas" }[arguments.Length..]];
        int[] hidden = [.. words[0].Split(',').Select(Parse)];
        var (latent, rounds) = (Parse(words[1]), Parse(words[2]));
        UseTheRightKernels();
        foreach (var threads in (int[])[1, 2])
        {
            using var team = new WorkerTeam(threads);
            if (!CblasProduct<float>.TryLoad(words[3], team, out var peer, out var problem))
            {
                Console.Error.WriteLine(problem);
                return 1;
            }

            Console.WriteLine($"{Environment.NewLine}{peer.Description}");
            Products(hidden, latent, rounds, new SimdProduct<float>(team), peer);
            Steps(hidden, latent, rounds, new SimdProduct<float>(team), peer);
        }

        Threads(hidden, latent, rounds);
        Peak(rounds);
        Provider(rounds);
        return 0;
    }

    /// <summary>Tells libraries that do not know this processor which kernels it can run: Debian's OpenBLAS and BLIS would
    /// otherwise take kernels a third as fast, and every comparison would flatter us.</summary>
    public static void UseTheRightKernels()
    {
        if (Vector512.IsHardwareAccelerated && OperatingSystem.IsLinux())
        {
            _ = SetEnvironment("OPENBLAS_CORETYPE", "SKYLAKEX", overwrite: 0);
            _ = SetEnvironment("BLIS_ARCH_TYPE", "skx", overwrite: 0);
        }
    }

    private static void Products(int[] hidden, int latent, int rounds, SimdProduct<float> ours, CblasProduct<float> peer)
    {
        Console.WriteLine(
            $"| product, threads: {ours.Team.Threads} | ours, us | GFLOP/s | {peer.Name}, us | {peer.Name} / ours |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var product in StepProduct.Of(hidden, latent, Samples, stacked: false).DistinctBy(product => product.Name))
        {
            var times = Alternation.Run(rounds, ShortTurn, () => product.Do(ours), () => product.Do(peer));
            var (mine, other) = (Alternation.Median(times[0]), Alternation.Median(times[1]));
            var (speed, ratio) = (product.Operations / mine / 1e9, Alternation.Ratio(times[1], times[0]));
            Write($"| {product.Name} | {mine * 1e6:F1} | {speed:F0} | {other * 1e6:F1} | {ratio:F2} |");
        }
    }

    private static void Steps(int[] hidden, int latent, int rounds, SimdProduct<float> ours, CblasProduct<float> peer)
    {
        var products = StepProduct.Of(hidden, latent, Samples, stacked: true);
        var (sparse, dense) = (Trainer(hidden, latent, ours), Trainer(hidden, latent, new DenseOnly(ours)));
        var times = Alternation.Run(
            rounds, LongTurn, () => DoAll(products, peer), () => DoAll(products, ours), () => dense.Step(), () => sparse.Step());
        Console.WriteLine();
        Console.WriteLine($"| threads: {ours.Team.Threads} | us | / {peer.Name}'s {products.Length} products |");
        Console.WriteLine("|---|---|---|");
        var names = new[] { $"{peer.Name}'s products", "our products", "dense step", "sparse step" };
        for (var i = 0; i < names.Length; i++)
        {
            Write($"| {names[i]} | {Alternation.Median(times[i]) * 1e6:F0} | {Alternation.Ratio(times[i], times[0]):F2} |");
        }
    }

    private static void DoAll(StepProduct[] products, IMatrixProduct<float> by)
    {
        foreach (var product in products)
        {
            product.Do(by);
        }
    }

    // The kernel alone shows what a second thread can bring at all: here both cores together run at a lower clock than one.
    private static void Threads(int[] hidden, int latent, int rounds)
    {
        using var two = new WorkerTeam(2);
        var (alone, together) = (
            Trainer(hidden, latent, new SimdProduct<float>(WorkerTeam.OfOne)),
            Trainer(hidden, latent, new SimdProduct<float>(two)));
        var times = Alternation.Run(
            rounds,
            LongTurn,
            () => alone.Step(),
            () => together.Step(),
            () => KernelPeak.DoOn(WorkerTeam.OfOne),
            () => KernelPeak.DoOn(two));
        double one = Alternation.Median(times[0]) * 1e6, both = Alternation.Median(times[1]) * 1e6;
        var ratio = Alternation.Ratio(times[0], times[1]);
        Console.WriteLine();
        Write($"step on 1 thread {one:F0} us, on 2 {both:F0} us; 2 threads against 1: {ratio:F2}");
        Write($"the kernel alone, nothing shared: 2 threads against 1: {Alternation.Ratio(times[2], times[3]):F2}");
    }

    public static void Peak(int rounds)
    {
        var product = new SimdProduct<float>(WorkerTeam.OfOne);
        StepProduct[] shapes =
        [
            StepProduct.Plain(400, 784, 128),
            StepProduct.Plain(784, 400, 128),
            StepProduct.Plain(480, 480, 480),
            StepProduct.Plain(960, 960, 960),
        ];
        foreach (var shape in shapes)
        {
            var times = Alternation.RunFinely(10 * rounds, FineTurn, KernelPeak.Do, () => shape.Do(product));
            var peak = KernelPeak.Operations / Alternation.Median(times[0]);
            var reached = shape.Operations / Alternation.Median(times[1]);
            var ratio = Alternation.Ratio(times[0], times[1]) * shape.Operations / KernelPeak.Operations;
            Write($"kernel alone {peak / 1e9:F0} GFLOP/s; {shape.Name} on 1 thread {reached / 1e9:F0}: {ratio:F2}");
        }
    }

    private static void Provider(int rounds)
    {
        Console.WriteLine();
        Console.WriteLine(
            "| plain MathNet, a.Multiply(b, result) | managed, us | with our provider, us | ratio | bytes a call |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (rows, inner, columns) in new[] { (400, 784, 128), (784, 400, 128), (512, 512, 512) })
        {
            var (a, b, result) = (
                Matrix<float>.Build.Random(rows, inner, 1),
                Matrix<float>.Build.Random(inner, columns, 2),
                Matrix<float>.Build.Dense(rows, columns));
            var times = Alternation.Run(
                rounds,
                ShortTurn,
                () => With(LinearAlgebraControl.UseManaged),
                () => With(() => SimdLinearAlgebraProvider.Use()));
            SimdLinearAlgebraProvider.Use();
            var before = GC.GetAllocatedBytesForCurrentThread();
            a.Multiply(b, result);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            double managed = Alternation.Median(times[0]) * 1e6, ours = Alternation.Median(times[1]) * 1e6;
            var ratio = Alternation.Ratio(times[0], times[1]);
            Write($"| {rows}x{inner}x{columns} | {managed:F0} | {ours:F0} | {ratio:F1} | {bytes} |");

            void With(Action choose)
            {
                choose();
                a.Multiply(b, result);
            }
        }

        LinearAlgebraControl.UseManaged();
    }

    private static Trainer<float> Trainer(int[] hidden, int latent, IMatrixProduct<float> product)
    {
        var data = Images.Value;
        var options = new VaeOptions { Features = data.Features, Hidden = hidden, Latent = latent };
        var model = new VariationalAutoencoder<float>(options, product).Initialise(seed: 1);
        return new Trainer<float>(model, data, new TrainingOptions { Epochs = int.MaxValue, ValidationSamples = 0 });
    }

    // The same product without the interface that leaves out zeros.
    private sealed class DenseOnly(IMatrixProduct<float> product) : IMatrixProduct<float>
    {
        public string Name => product.Name;

        public string Description => product.Description;

        public WorkerTeam Team => product.Team;

        public void Multiply(
            Matrix<float> left,
            Matrix<float> right,
            Matrix<float> result,
            Transposed transposed = Transposed.Neither,
            bool add = false)
            => product.Multiply(left, right, result, transposed, add);
    }

    private static readonly Lazy<ISampleSource> Images = new(() => Digits.Load().Train.Samples);

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Write(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
