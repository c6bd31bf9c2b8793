using static System.FormattableString;

namespace Vae.Faults.Tests;

/// <summary>Trainings on tables, from a file or from standard input.</summary>
internal sealed class TinyTable
{
    private readonly string[] _options;

    private TinyTable(string path, bool isPiped, params string[] options)
    {
        (Path, IsPiped, _options) = (path, isPiped, options);
    }

    /// <summary>The CSV file.</summary>
    public string Path { get; }

    /// <summary>Whether the file comes through standard input.</summary>
    public bool IsPiped { get; }

    /// <summary>A table of 60 rows of two numbers, a day and a city; two epochs.</summary>
    public static TinyTable Small(string folder, bool isPiped = false, int seed = 1)
        => new(
            Written(System.IO.Path.Combine(folder, $"small-{seed}.csv"), "price,size,day,city", 60, i
                => Invariant($"{((i + seed) * 37 % 60) + 0.5},{(i * 7) + seed}e-3,2026-01-{(i % 28) + 1:D2},")
                    + (i % 3 == 0 ? "Oslo" : "Bern")),
            isPiped,
            "--hidden", "8", "--epochs", "2", "--batch-size", "16", "--checkpoint-steps", "3", "--threads", "1");

    /// <summary>A table of more cells than are kept in memory; one epoch of a model of plain numbers, which is the
    /// fastest.</summary>
    public static TinyTable Large(string folder, bool isPiped = false)
    {
        const int columns = 30;
        var names = string.Join(',', Enumerable.Range(0, columns).Select(column => $"x{column}"));
        return new(
            Written(System.IO.Path.Combine(folder, "large.csv"), names, 300_000, i
                => string.Join(',', Enumerable.Range(0, columns).Select(column => (i + (column * (i & 7))) % 10))),
            isPiped,
            "--likelihood", "gaussian-variance",
            "--hidden", "2", "--latent", "1", "--epochs", "1", "--batch-size", "10000", "--validation-images", "100",
            "--threads", "1");
    }

    /// <summary>The command that begins the training, or resumes it where the folder holds one.</summary>
    public string[] Command(string folder)
        => File.Exists(System.IO.Path.Combine(folder, "run.json")) ? ["train", "--resume", folder]
            : ["train", "--data", IsPiped ? "-" : Path, "--out", folder, .. _options];

    /// <summary>Starts the command, with the file at its standard input.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="under">Another command to start it under.</param>
    public VaeProcess Start(string folder, params string[] under)
        => VaeProcess.StartUnder([.. under, "bash", "-c", $"exec \"$@\" < '{Path}'", "piped"], Command(folder));

    /// <summary>Runs the command to its end, which must be a success.</summary>
    public RunEnd Run(string folder)
    {
        using var process = Start(folder);
        var (code, error) = process.End();
        Assert.True(code == 0, $"exit code {code}: {error}");
        return RunEnd.Of(folder);
    }

    private static string Written(string path, string names, int rows, Func<int, string> row)
    {
        if (!File.Exists(path))
        {
            File.WriteAllLines(path, [names, .. Enumerable.Range(0, rows).Select(row)]);
        }

        return path;
    }
}
