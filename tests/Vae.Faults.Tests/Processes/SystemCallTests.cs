using System.Globalization;

namespace Vae.Faults.Tests;

/// <summary>SIGKILL at the n-th system call that changes a file, one after another: each write, flush, rename and removal of a training
/// is the last thing that a process does, once. Needs strace.</summary>
[Collection(SharedTraining.Name)]
public sealed class SystemCallTests(TinyTraining tiny)
{
    // Two epochs with a checkpoint in the middle of each: every kind of save, and the first of each.
    private const int Epochs = 2;
    private const int CheckpointSteps = 40;

    // A new process may do what the one before did not come to; no training does so many.
    private const int MostCalls = 500;

    [StraceFact]
    public void A_run_that_is_killed_at_any_system_call_ends_with_the_bits_of_one_that_was_not()
    {
        var kind = TinyTraining.Kinds[0];
        var whole = tiny.New();
        VaeProcess.Run(tiny.Command(kind, whole, Epochs, CheckpointSteps));
        var expected = RunEnd.Of(whole);

        var (step, killed) = (Campaign.IsLong ? 1 : 9, 0);
        for (var call = Campaign.IsLong ? 1 : 4; call < MostCalls; call += step)
        {
            var folder = tiny.New();
            using var process = VaeProcess.StartUnder(Strace(call), tiny.Command(kind, folder, Epochs, CheckpointSteps));
            var (code, error) = process.End();
            if (code == 0)
            {
                break;                                                // there was no such call any more
            }

            Assert.True(code == 128 + VaeProcess.Kill, $"call {call}: exit code {code}: {error}");
            killed++;
            VaeProcess.Run(tiny.Command(kind, folder, Epochs, CheckpointSteps));
            expected.RequireSame(RunEnd.Of(folder), $"call {call}");
        }

        Assert.True(killed > 0, "no call was ever reached");
        Campaign.Record(
            string.Create(CultureInfo.InvariantCulture, $"SIGKILL at the n-th write, flush, rename, truncation or removal of a training, {killed} values of n"),
            "every run ended with the same bits");
    }

    private static string[] Strace(int call)
        => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64,fsync,rename,unlink,ftruncate", "-e", $"inject=pwrite64,fsync,rename,unlink,ftruncate:signal=KILL:when={call}"];
}

/// <summary>A test that needs strace.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute()
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!OperatingSystem.IsLinux() || !paths.Any(path => File.Exists(Path.Combine(path, "strace"))))
        {
            Skip = "Needs strace (Debian: apt-get install strace).";
        }
    }
}
