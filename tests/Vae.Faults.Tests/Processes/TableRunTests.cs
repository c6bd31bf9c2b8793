namespace Vae.Faults.Tests;

/// <summary>Trainings on tables that are killed, or whose disk is full, while they read, code, spill and save the table.</summary>
[Collection(SharedTraining.Name)]
public sealed class TableRunTests(TinyTraining tiny)
{
    private const int MostSeconds = 60;

    // Each is killed once it has made a file of the name, in the same folder one after another.
    [Theory, InlineData(false), InlineData(true)]
    public void A_training_that_is_killed_while_it_reads_a_large_table_blocks_no_other_one(bool isPiped)
    {
        var table = TinyTable.Large(tiny.Root, isPiped);
        var (folder, random, killed) = (tiny.New(), new Random(Campaign.Seed), 0);
        string[] moments = ["table.safetensors.*.tmp", "table.safetensors.*.tmp", "table.safetensors", "run.json"];
        foreach (var moment in moments)
        {
            using var process = table.Start(folder);
            var since = DateTime.UtcNow;
            while (!process.HasEnded && (DateTime.UtcNow - since).TotalSeconds < MostSeconds
                && !(Directory.Exists(folder) && Directory.EnumerateFiles(folder, moment).Any()))
            {
                Thread.Sleep(1);
            }

            Thread.Sleep(moment.EndsWith("tmp", StringComparison.Ordinal) ? random.Next(300) : 0);
            process.Send(VaeProcess.Kill);
            var (code, error) = process.End();
            Assert.True(code is 0 or (128 + VaeProcess.Kill), $"{moment}: exit code {code}: {error}");
            killed += code == 0 ? 0 : 1;
        }

        var end = table.Run(folder);
        Assert.Equal("metrics.jsonl model.safetensors run.json run.lock state.safetensors table.safetensors", end.Files);
        table.Run(tiny.New()).RequireSame(end, "a killed training on a large table");
        Assert.True(killed > 0, "every training ended before it was killed");
        Campaign.Record(
            $"{killed} kills of a training on {(isPiped ? "standard input" : "a file")} while its table of 72 MB of cells is read, "
                + "spilled and saved",
            "the run ended with the same bits, no temporary file was left");
    }

    [SmallDiskFact]
    public void A_disk_that_is_full_while_a_table_is_spilled_ends_in_one_line_and_leaves_nothing()
    {
        var table = TinyTable.Large(tiny.Root);
        using var disk = new SmallDisk("size=40m");
        var folder = Path.Combine(disk.FullPath, "run");
        using (var process = table.Start(folder))
        {
            var (code, error) = process.End();
            RequireOneLine(code, error, $"{folder}/table.safetensors.", "cannot be written: No space left on device", "--out");
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.FullPath));
        disk.Remount("size=200m");
        table.Run(folder);
    }

    [SmallDiskFact]
    public void A_disk_that_is_full_while_a_table_is_saved_ends_in_one_line_and_with_room_the_run_goes_on()
    {
        string[] sizes = Campaign.IsLong ? [.. Enumerable.Range(1, 15).Select(i => $"{4 * i}k")] : ["4k", "8k", "16k", "28k"];
        var table = TinyTable.Small(tiny.Root, isPiped: true);
        var (expected, failures) = (table.Run(tiny.New()), 0);
        foreach (var size in sizes)
        {
            using var disk = new SmallDisk($"size={size}");
            var folder = Path.Combine(disk.FullPath, "run");
            using (var process = table.Start(folder))
            {
                var (code, error) = process.End();
                if (code == 0)
                {
                    continue;                                         // there was room
                }

                failures++;
                RequireOneLine(code, error, folder, "cannot be written: No space left on device", "try again");
            }

            disk.Remount("size=100m");
            expected.RequireSame(table.Run(folder), $"a disk of {size}");
        }

        Assert.True(failures > 0, "every disk was large enough");
        Campaign.Record(
            $"trainings on a table of standard input, on {sizes.Length} disks that are too small (tmpfs)",
            $"{failures} ended in one line with exit code 1; with more room all went on to the same bits");
    }

    private static void RequireOneLine(int code, string error, params string[] words)
    {
        Assert.True(code == 1, $"exit code {code}: {error}");
        var line = Assert.Single(error.Split('\n'), line => line.StartsWith("vae: ", StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
