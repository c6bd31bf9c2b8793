using System.Diagnostics;
using System.Runtime.InteropServices;
using Vae.Mnist;

namespace Vae.Cli.Tests;

/// <summary>The command as a process of its own: exit codes, and signals in the middle of an epoch.</summary>
[Collection(SharedRuns.Name)]
public sealed partial class ProcessTests(TinyRuns tiny)
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    // Long enough for a signal to come in between: some two thousand steps, a second or two.
    private string[] Long(string folder)
        =>
        [
            "--data", tiny.Data, "--hidden", "128,128", "--epochs", "30", "--batch-size", "4",
            "--validation-images", "40", "--out", folder,
        ];

    [Fact]
    public void The_process_ends_with_the_exit_code_of_the_command()
    {
        Assert.Equal(0, Run("--version").Code);
        Assert.Equal(1, Run("evaluate", tiny["nothing"]).Code);
        var wrong = Run("train", "--epochs", "none");
        Assert.Equal((2, ""), (wrong.Code, wrong.Output));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void A_signal_in_mid_epoch_saves_and_the_resumed_run_ends_with_the_bits_of_an_uninterrupted_one(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // there is no kill(2)
        }

        var (stopped, whole) = (tiny.New(), tiny.New());
        var result = RunUntilSignal(signal, stopped, ["train", .. Long(stopped)]);
        Assert.Equal(128 + signal, result.Code);
        Assert.Contains($"vae train --resume {stopped}", result.Error, StringComparison.Ordinal);

        Assert.Equal(0, CommandLine.Execute("train", "--resume", stopped, "--quiet").Code);
        Assert.Equal(0, CommandLine.Execute(["train", .. Long(whole), "--quiet"]).Code);

        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(stopped, "model.safetensors")));
        Assert.Equal(30, File.ReadAllLines(Path.Combine(stopped, "metrics.jsonl")).Length);
    }

    [Fact]
    public void A_stopped_report_continues_with_the_same_command()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = tiny.New();
        string[] report = ["report", .. Long(folder), "--only", "latent-1"];

        var result = RunUntilSignal(Interrupt, Path.Combine(folder, "runs", "latent-1"), report);
        Assert.Equal(128 + Interrupt, result.Code);
        Assert.Contains("the same command goes on", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "report.md")));

        Assert.Equal(0, CommandLine.Execute([.. report, "--quiet"]).Code);
        Assert.True(File.Exists(Path.Combine(folder, "report.md")));
    }

    // 300 MB of black images in a file with a hole, too large to be read into memory; an epoch takes some seconds.
    [Fact]
    public void A_data_file_that_is_cut_off_in_training_is_reported_in_one_line_and_a_resume_continues()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // an open file cannot be shortened there
        }

        const long length = 16 + (784L * 0x60000);
        var (data, run) = (tiny.New(), tiny.New());
        Directory.CreateDirectory(data);
        var path = Path.Combine(data, "train-images-idx3-ubyte");
        File.WriteAllBytes(path, [0, 0, 8, 3, 0, 6, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
        SetLength(path, length);
        IdxFile.WriteImages(Path.Combine(data, "t10k-images-idx3-ubyte"), new ImageSet(28, 28, new byte[784]));

        string[] training =
        [
            "--hidden", "2", "--epochs", "9", "--batch-size", "1024", "--validation-images", "40", "--threads", "1",
        ];
        using var process = Start(["train", "--data", data, .. training, "--out", run]);
        using var watch = new Timer(_ => process.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        WaitForEpoch(process, run);
        SetLength(path, 16 + (784 * 1000));
        var cut = Finish(process);

        Assert.Equal(1, cut.Code);
        Assert.Contains("the 393,216 training images (0.3 GB) stay on disk", cut.Error, StringComparison.Ordinal);
        Assert.StartsWith($"vae: {path}: at byte ", cut.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", cut.Error, StringComparison.Ordinal);

        SetLength(path, length);                                      // the hole again, so the same content
        var epochs = File.ReadAllLines(Path.Combine(run, "metrics.jsonl"));
        Assert.InRange(epochs.Length, 1, 8);
        using var again = Start(["train", "--resume", run]);
        using var watchAgain = new Timer(_ => again.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        while (!again.HasExited && File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Length <= epochs.Length)
        {
            Thread.Sleep(5);
        }

        Assert.Equal(0, Kill(again.Id, Interrupt));
        Assert.Contains($"resumed after epoch {epochs.Length}, ", Finish(again).Error, StringComparison.Ordinal);
        Assert.Equal(epochs, File.ReadAllLines(Path.Combine(run, "metrics.jsonl"))[..epochs.Length]);
    }

    private static void SetLength(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    private static Process Start(string[] arguments)
    {
        var isDotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(isDotnet ? Environment.ProcessPath! : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "vae.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static CommandLine.Result Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return Finish(process);
    }

    // Waits for the first epoch to be saved, so that the signal comes in the middle of a later one.
    private static CommandLine.Result RunUntilSignal(int signal, string run, string[] arguments)
    {
        using var process = Start(arguments);
        // The process never outlives the test.
        using var watch = new Timer(_ => process.Kill(), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        WaitForEpoch(process, run);
        Assert.Equal(0, Kill(process.Id, signal));
        return Finish(process);
    }

    private static void WaitForEpoch(Process process, string run)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(run, "metrics.jsonl")) && !process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            Thread.Sleep(5);
        }
    }

    private static CommandLine.Result Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "the process did not end within a minute");
        return new CommandLine.Result(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
