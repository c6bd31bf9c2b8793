using System.Runtime.InteropServices;

namespace Vae.Cli;

/// <summary>Facts about this machine.</summary>
internal static class Machine
{
    private const string LinuxFacts = "/proc/cpuinfo";

    /// <summary>The processor's name, or at least its kind.</summary>
    public static string Processor
    {
        get
        {
            var name = OperatingSystem.IsLinux() && File.Exists(LinuxFacts)
                ? LinuxName()
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
            return name ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
    }

    private static string? LinuxName()
    {
        var line = File.ReadLines(LinuxFacts).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':', 2)[1].Trim();
    }
}
