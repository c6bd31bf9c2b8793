using System.Numerics;
using MathNet.Numerics;
using Vae.Math;

namespace Vae.Cli;

/// <summary>What multiplies, chosen once when the command starts, and why.</summary>
/// <param name="Value">The product.</param>
/// <param name="Reason">Why this one, for a person.</param>
internal sealed record ChosenProduct(IMatrixProduct<float> Value, string Reason)
{
    /// <summary>The choices of <c>--product</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["simd", "mathnet", "mkl", "reference"];

    /// <summary>Chooses by name. Where MKL is asked for and is not to be had, says so in one line and takes the default.</summary>
    public static ChosenProduct ByName(string name, int? threads, TextWriter error)
    {
        var team = TeamOf(threads);
        switch (name)
        {
            case "mathnet":
                return new ChosenProduct(new MathNetProduct<float>(team), "asked for with --product mathnet");
            case "reference":
                return new ChosenProduct(new ReferenceProduct<float>(), "asked for with --product reference: slow, for comparison only");
            case "mkl" when FindMkl() is { } problem:
                error.WriteLine($"vae: {problem}");
                return new ChosenProduct(new SimdProduct<float>(team), "--product mkl was asked for, but MKL is not to be had");
            case "mkl":
                return new ChosenProduct(new MathNetProduct<float>(team), "asked for with --product mkl");
            default:
                return new ChosenProduct(new SimdProduct<float>(team), "the default");
        }
    }

    /// <summary>The team of so many threads; the shared one, a thread for each processor, where no number was given.</summary>
    public static WorkerTeam TeamOf(int? threads) => threads is { } count ? new WorkerTeam(count) : WorkerTeam.Shared;

    /// <summary>Loads MathNet's MKL provider into this process.</summary>
    /// <returns>Null where it worked; else what was looked for, what failed and what to add.</returns>
    private static string? FindMkl()
    {
        try
        {
            Control.UseNativeMKL();
            return null;
        }
        catch (Exception failure) when (failure is NotSupportedException or DllNotFoundException or FileNotFoundException or TypeLoadException or BadImageFormatException)
        {
            return "MKL: looked for MathNet.Numerics.Providers.MKL and its native library beside the program, but "
                + $"that failed ({failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Build with -p:UseMkl=true from a package source that has them; going on with the SIMD product.";
        }
    }
}
