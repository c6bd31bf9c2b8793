using System.Numerics;
using MathNet.Numerics;
using Vae.Math;

namespace Vae.Cli;

/// <summary>The matrix product of a command, chosen once when it starts.</summary>
/// <param name="Value">The product.</param>
/// <param name="Reason">The reason for the choice.</param>
internal sealed record ChosenProduct(IMatrixProduct<float> Value, string Reason)
{
    /// <summary>The names for <c>--product</c>, the default first; it also takes the path of a CBLAS library.</summary>
    public static IReadOnlyList<string> Names { get; } = ["simd", "mathnet", .. CblasProduct<float>.LibraryNames, "reference"];

    /// <summary>Chooses by name. Where a library is not available, reports it in one line and takes the default.</summary>
    public static ChosenProduct ByName(string name, int? threads, TextWriter error)
    {
        var team = TeamOf(threads);
        var asked = $"asked for with --product {name}";
        switch (name)
        {
            case "simd":
                return new ChosenProduct(new SimdProduct<float>(team), "the default");
            case "mathnet":
                return new ChosenProduct(new MathNetProduct<float>(team), asked);
            case "reference":
                return new ChosenProduct(new ReferenceProduct<float>(), $"{asked}: slow, for comparison only");
            default:
                if (CblasProduct<float>.TryLoad(name, team, out var product, out var problem))
                {
                    return new ChosenProduct(product, asked);
                }

                if (name == "mkl" && FindMathNetsMkl())
                {
                    return new ChosenProduct(new MathNetProduct<float>(team), asked);
                }

                var also = name == "mkl" ? ", nor is MathNet.Numerics.Providers.MKL (a build with -p:UseMkl=true adds it)" : "";
                error.WriteLine($"vae: --product {name}: {problem}{also}; going on with the SIMD product.");
                return new ChosenProduct(new SimdProduct<float>(team), $"--product {name} was asked for, but is not available");
        }
    }

    /// <summary>Whether a text is the path of a library rather than a name.</summary>
    public static bool IsPath(string name)
        => File.Exists(name) || name.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar)
            || name.Contains(".so", StringComparison.Ordinal) || name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".dylib", StringComparison.Ordinal);

    /// <summary>A team with a number of threads; without a number the shared team, which has one
    /// thread for each processor.</summary>
    public static WorkerTeam TeamOf(int? threads) => threads is { } count ? new WorkerTeam(count) : WorkerTeam.Shared;

    // Loads MathNet's MKL provider into this process, if the application was built with it.
    private static bool FindMathNetsMkl()
    {
        try
        {
            Control.UseNativeMKL();
            return true;
        }
        catch (Exception failure) when (failure
            is NotSupportedException or DllNotFoundException or FileNotFoundException
            or TypeLoadException or BadImageFormatException)
        {
            return false;
        }
    }
}
