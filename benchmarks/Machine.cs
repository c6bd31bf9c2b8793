using System.Runtime.InteropServices;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>What figures were measured on: printed before every run.</summary>
internal static class Machine
{
    private const string LinuxFacts = "/proc/cpuinfo";

    /// <summary>Processor, cores, vectors, runtime, system.</summary>
    public static string Description
        => $"{Processor}, {Environment.ProcessorCount} logical processors, vectors of {SimdWidth.Bits} bits, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";

    private static string Processor
        => File.Exists(LinuxFacts)
            ? File.ReadLines(LinuxFacts)
                .First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
}
