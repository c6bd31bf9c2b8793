using System.Globalization;

namespace Vae.Faults.Tests;

/// <summary>
/// How much of the fault campaign runs: a short one with every <c>dotnet test</c>, the long one with <c>tests/faults.sh</c>.
/// </summary>
/// <remarks>
/// The same tests either way; only their number of trials differs. The long one also writes what it did, a line for each test, to
/// the file that <c>VAE_FAULTS_RESULTS</c> names.
/// </remarks>
internal static class Campaign
{
    private static readonly Lock Results = new();

    /// <summary>Whether this is the long campaign.</summary>
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("VAE_FAULTS") == "long";

    /// <summary>The seed of everything random in it; another one is given by <c>VAE_FAULTS_SEED</c>.</summary>
    public static int Seed { get; } = int.Parse(
        Environment.GetEnvironmentVariable("VAE_FAULTS_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>The number of trials of a test.</summary>
    public static int Trials(int inShort, int inLong) => IsLong ? inLong : inShort;

    /// <summary>Writes a test's row of a Markdown table: its trials and their outcome.</summary>
    public static void Record(string what, string outcome)
    {
        if (Environment.GetEnvironmentVariable("VAE_FAULTS_RESULTS") is { Length: > 0 } file)
        {
            lock (Results)
            {
                File.AppendAllText(file, $"| {what} | {outcome} |\n");
            }
        }
    }
}
