
namespace Vae.Faults.Tests;

/// <summary>Disks that fill up, become read-only or vanish while a training writes there.</summary>
[Collection(SharedTraining.Name)]
public sealed class DiskTests(TinyTraining tiny)
{
    // Long enough that a disk can be taken away in the middle, even on a busy machine.
    private const int LongEpochs = 100;

    private static string Kind => TinyTraining.Kinds[0];

    [SmallDiskFact]
    public void A_full_disk_ends_in_one_line_and_with_room_the_run_goes_on_to_the_same_bits()
    {
        // A state takes some 70 KB, the rest 30: from no room for run.json to none for the second state.
        string[] sizes = Campaign.IsLong ? [.. Enumerable.Range(1, 40).Select(i => $"{4 * i}k")] : ["4k", "56k", "80k", "120k"];
        var (failures, resumes) = (0, 0);
        foreach (var size in sizes)
        {
            using var disk = new SmallDisk($"size={size}");
            var folder = Path.Combine(disk.FullPath, "run");
            var (code, error) = End(folder);
            if (code == 0)
            {
                continue;                                             // there was room
            }

            failures++;
            RequireOneLine(size, code, error, "cannot be written: No space left on device");
            resumes += File.Exists(Path.Combine(folder, "state.safetensors")) ? 1 : 0;
            disk.Remount("size=100m");
            VaeProcess.Run(tiny.Command(Kind, folder));
            tiny.Undisturbed(Kind).RequireSame(RunEnd.Of(folder), $"a disk of {size}");
        }

        Assert.True(failures > 0, "every disk was large enough");
        Campaign.Record(
            $"trainings on {sizes.Length} disks that are too small (tmpfs)",
            $"{failures} ended in one line with exit code 1, {resumes} of them after a checkpoint, which was whole; "
                + "with more room all went on to the same bits");
    }

    [SmallDiskFact]
    public void A_disk_that_becomes_read_only_ends_in_one_line_and_the_checkpoint_before_is_whole()
    {
        using var disk = new SmallDisk("size=100m");
        var folder = Path.Combine(disk.FullPath, "run");
        using var process = StartAndWait(folder);

        disk.BecomeReadOnly();
        var (code, error) = process.End();

        RequireOneLine("read-only", code, error, "cannot be written: Read-only file system");
        disk.BecomeWritable();
        VaeProcess.Run(tiny.Command(Kind, folder));
        tiny.Undisturbed(Kind, LongEpochs).RequireSame(RunEnd.Of(folder), "read-only");
        Campaign.Record(
            "a disk that becomes read-only during a training",
            "one line, exit code 1; writable again it went on to the same bits");
    }

    [SmallDiskFact]
    public void A_share_that_vanishes_ends_in_one_line_and_leaves_no_half_a_run_in_its_place()
    {
        using var disk = new SmallDisk("size=100m");
        var folder = Path.Combine(disk.FullPath, "run");
        using var process = StartAndWait(folder);

        disk.Vanish();
        var (code, error) = process.End();

        RequireOneLine("vanished", code, error, "the run's folder, or its run.json, is gone");
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.FullPath));
        Campaign.Record(
            "a file system that is unmounted during a training", "one line, exit code 1, nothing written in its place");
    }

    // Needs no mount: the system's own limit on the size of a file.
    [Fact]
    public void A_limit_on_file_size_ends_in_one_line_and_the_run_goes_on_without_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // there is no such limit
        }

        var folder = tiny.New();
        using var process = VaeProcess.StartUnder(
            // Blocks of 1,024 bytes. With W^X the runtime would keep its code in a file, which the limit would cut off.
            ["bash", "-c", "export DOTNET_EnableWriteXorExecute=0; ulimit -f 40; exec \"$@\"", "limited"],
            tiny.Command(Kind, folder));
        var (code, error) = process.End();

        RequireOneLine("a limit of 40 KB", code, error, "cannot be written: ");
        VaeProcess.Run(tiny.Command(Kind, folder));
        tiny.Undisturbed(Kind).RequireSame(RunEnd.Of(folder), "a limit of 40 KB");
        Campaign.Record(
            "a training that may write no file above 40 KB",
            "one line, exit code 1; without the limit it went on to the same bits");
    }

    private (int Code, string Error) End(string folder)
    {
        using var process = VaeProcess.Start(tiny.Command(Kind, folder));
        return process.End();
    }

    private VaeProcess StartAndWait(string folder)
    {
        var process = VaeProcess.Start(tiny.Command(Kind, folder, LongEpochs));
        while (!File.Exists(Path.Combine(folder, "metrics.jsonl")) && !process.HasEnded)
        {
            Thread.Sleep(2);
        }

        Assert.False(process.HasEnded, process.Error);
        return process;
    }

    private static void RequireOneLine(string what, int code, string error, string wanted)
    {
        var failures = error.Split('\n').Where(line => line.StartsWith("vae: ", StringComparison.Ordinal)).ToList();
        Assert.True(
            code == 1 && failures.Count == 1 && failures[0].Contains(wanted, StringComparison.Ordinal),
            $"{what}: exit code {code}: {error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
