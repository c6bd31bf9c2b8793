namespace Vae.Faults.Tests;

/// <summary>Results that go to the standard output, to a FIFO or through a link, as the command writes them.</summary>
public sealed class OutputTests : IDisposable
{
    private const int Rows = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("vae-faults-").FullName;

    public OutputTests()
    {
        File.WriteAllLines(this["data.csv"], ["a,b", .. Enumerable.Range(0, Rows).Select(i => $"{i % 7},{i % 5}.5")]);
        VaeProcess.Run("train", "--data", this["data.csv"], "--epochs", "1", "--out", this["run"]);
    }

    private string this[string name] => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnixFact]
    public void The_standard_output_is_appended_to_and_shared_with_the_shell()
    {
        End("{ echo before; \"$@\"; echo after; } > out", "/dev/stdout");
        var lines = File.ReadAllLines(this["out"]);
        Assert.Equal(("before", "after"), (lines[0], lines[^1]));
        Assert.Equal(Rows, RowsOf(lines));

        End("\"$@\" >> out", "/proc/self/fd/1");
        var longer = File.ReadAllLines(this["out"]);
        Assert.Equal(lines, longer[..lines.Length]);
        Assert.Equal(2 * Rows, RowsOf(longer));
    }

    [UnixFact]
    public void A_reader_that_takes_only_the_first_lines_of_the_standard_output_is_no_failure()
        => Assert.Equal("", End("\"$@\" | head -n 1 > out", "/dev/stdout"));

    [UnixFact]
    public void A_FIFO_and_a_link_receive_the_rows_and_stay()
    {
        End("mkfifo fifo; timeout 60 cat fifo > read & \"$@\"; wait; test -p fifo", this["fifo"]);
        Assert.Equal(Rows, RowsOf(File.ReadAllLines(this["read"])));

        End("echo old > target; chmod 600 target; ln -s target link; \"$@\"; test -L link", this["link"]);
        Assert.Equal(Rows, RowsOf(File.ReadAllLines(this["target"])));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(this["target"]));
        }
    }

    [UnixFact]
    public void A_FIFO_that_nobody_reads_ends_with_the_signal_to_stop()
    {
        using var process = VaeProcess.StartUnder(
            ["sh", "-ec", $"cd {_folder}; mkfifo alone; exec \"$@\"", "sh"], Score(this["alone"]));
        Thread.Sleep(TimeSpan.FromSeconds(3));
        process.Send(VaeProcess.Terminate);
        var (code, error) = process.End();
        Assert.Equal((128 + VaeProcess.Terminate, "stopped."), (code, error.Trim()[^8..]));
    }

    // The lines after the header that are three numbers; the command's own lines may stand between.
    private static int RowsOf(string[] lines)
    {
        Assert.Contains("line,score,score_error", lines);
        return lines.Select(line => line.Split(',')).Count(fields =>
            fields.Length == 3 && Array.TrueForAll(fields, field => float.TryParse(field, out _)));
    }

    private string[] Score(string output) => ["score", this["run"], "--data", this["data.csv"], "--top", "0", "--out", output];

    private string End(string script, string output)
    {
        using var process = VaeProcess.StartUnder(
            ["sh", "-ec", $"cd {_folder}; {script}", "sh"], Score(output));
        var (code, error) = process.End();
        Assert.True(code == 0, $"exit code {code}: {error}");
        return error;
    }
}

/// <summary>A test of the shell and of FIFOs, which Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Needs sh and FIFOs." : null;
}
