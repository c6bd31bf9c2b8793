using System.Runtime.InteropServices;

namespace Vae.Cli;

/// <summary>What the machine says of itself.</summary>
internal static class Machine
{
    private const string LinuxFacts = "/proc/cpuinfo";

    /// <summary>The processor's name, or at least its kind.</summary>
    public static string Processor
        => (OperatingSystem.IsLinux() && File.Exists(LinuxFacts) ? LinuxName() : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"))
            ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? LinuxName()
        => File.ReadLines(LinuxFacts).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
