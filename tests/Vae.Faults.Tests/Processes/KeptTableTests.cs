namespace Vae.Faults.Tests;

/// <summary>A run whose table was replaced, cut, damaged or removed: one line with a remedy, and an unharmed run.</summary>
[Collection(SharedTraining.Name)]
public sealed class KeptTableTests(TinyTraining tiny)
{
    public static TheoryData<string> Damages => ["removed", "empty", "cut", "a number changed", "another table", "garbage"];

    [Theory, MemberData(nameof(Damages))]
    public void A_lost_table_is_one_line_and_the_table_given_again_mends_the_run(string damage)
    {
        var table = TinyTable.Small(tiny.Root, isPiped: true);
        var folder = tiny.New();
        var kept = Path.Combine(folder, "table.safetensors");
        var end = table.Run(folder);
        var good = File.ReadAllBytes(kept);
        Damage(kept, good, damage);

        foreach (var command in new[] { (string[])["evaluate", folder], ["train", "--resume", folder] })
        {
            using var process = VaeProcess.Start(command);
            var (code, error) = process.End();
            Assert.True(code == 1, $"{command[0]}, {damage}: exit code {code}: {error}");
            var line = Assert.Single(error.Split('\n'), line => line.StartsWith("vae: ", StringComparison.Ordinal));
            Assert.Contains(kept, line, StringComparison.Ordinal);
            Assert.Contains("--data", line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }

        VaeProcess.Run("evaluate", folder, "--data", table.Path);
        VaeProcess.Run("train", "--resume", folder, "--data", table.Path);
        Assert.Equal(good, File.ReadAllBytes(kept));
        end.RequireSame(RunEnd.Of(folder), damage);
        VaeProcess.Run("evaluate", folder);
    }

    [Fact]
    public void A_resume_with_another_table_is_refused_and_the_runs_own_stays()
    {
        var folder = tiny.New();
        TinyTable.Small(tiny.Root).Run(folder);
        var good = File.ReadAllBytes(Path.Combine(folder, "table.safetensors"));
        using var process = VaeProcess.Start(
            "train", "--resume", folder, "--data", TinyTable.Small(tiny.Root, seed: 2).Path);
        var (code, error) = process.End();
        Assert.True(code == 1 && error.Contains("begun with other data", StringComparison.Ordinal), error);
        Assert.Equal(good, File.ReadAllBytes(Path.Combine(folder, "table.safetensors")));
    }

    private void Damage(string kept, byte[] good, string damage)
    {
        switch (damage)
        {
            case "removed":
                File.Delete(kept);
                break;
            case "another table":
                var other = tiny.New();
                TinyTable.Small(tiny.Root, seed: 2).Run(other);
                File.Copy(Path.Combine(other, "table.safetensors"), kept, overwrite: true);
                break;
            case "a number changed":
                good = [.. good];
                good[4096 + 1] ^= 1;
                File.WriteAllBytes(kept, good);
                break;
            default:
                var garbage = new byte[good.Length];
                new Random(1).NextBytes(garbage);
                File.WriteAllBytes(kept, damage == "empty" ? [] : damage == "cut" ? good[..^100] : garbage);
                break;
        }
    }
}
