namespace Vae.Faults.Tests;

/// <summary>
/// SIGKILL at the n-th system call that changes a file, one after another: each write, flush, rename and removal of a training is
/// the last thing that a process does, once. Needs strace.
/// </summary>
[Collection(SharedTraining.Name)]
public sealed class SystemCallTests(TinyTraining tiny)
{
    // Two epochs with a checkpoint in the middle of each: every kind of save, and the first of each.
    private const int Epochs = 2;
    private const int CheckpointSteps = 40;

    // A write, a flush, a renaming, a removal. (strace counts each of them by itself.)
    private static readonly string[] Calls = ["pwrite64", "fsync", "rename", "unlink"];

    // An upper bound: no training here makes this many calls.
    private const int MostCalls = 500;

    [StraceFact]
    public void A_run_that_is_killed_at_any_system_call_ends_with_the_bits_of_one_that_was_not()
    {
        var kind = TinyTraining.Kinds[0];
        var whole = tiny.New();
        VaeProcess.Run(tiny.Command(kind, whole, Epochs, CheckpointSteps));
        var expected = RunEnd.Of(whole);

        var (killed, reached) = (0, new List<string>());
        foreach (var call in Calls)
        {
            var count = KillAtEach(call, expected);
            killed += count;
            reached.Add($"{count} of {call}");
        }

        Assert.True(killed > 0, "no call was ever reached");
        Campaign.Record(
            $"SIGKILL at the n-th of each system call that changes a file, for every n of a training: "
                + $"{string.Join(", ", reached)}",
            "every run ended with the same bits");
    }

    // From standard input, so that a table which is not kept would be lost.
    [StraceFact]
    public void A_training_on_a_table_that_is_killed_at_any_system_call_ends_with_the_bits_of_one_that_was_not()
    {
        var table = TinyTable.Small(tiny.Root, isPiped: true);
        var expected = table.Run(tiny.New());
        var reached = Calls.Select(call => $"{KillAtEach(call, expected, table.Start, table.Run)} of {call}").ToArray();
        Campaign.Record(
            "SIGKILL at the n-th of each system call that changes a file, for every n of a training on a table of standard input: "
                + string.Join(", ", reached),
            "every run ended with the same bits, its table included");
    }

    // Every n until a training ends before its n-th call; the short campaign takes only some of them.
    private int KillAtEach(string call, RunEnd expected)
    {
        string[] Command(string folder) => tiny.Command(TinyTraining.Kinds[0], folder, Epochs, CheckpointSteps);
        return KillAtEach(
            call,
            expected,
            (folder, strace) => VaeProcess.StartUnder(strace, Command(folder)),
            folder =>
            {
                VaeProcess.Run(Command(folder));
                return RunEnd.Of(folder);
            });
    }

    private int KillAtEach(
        string call, RunEnd expected, Func<string, string[], VaeProcess> start, Func<string, RunEnd> complete)
    {
        for (var (number, killed) = (1, 0); ; number += Campaign.Trials(inShort: 7, inLong: 1))
        {
            Assert.True(number < MostCalls, $"a training does {call} more than {MostCalls} times");
            var folder = tiny.New();
            using var process = start(folder, Strace(call, number));
            var (code, error) = process.End();
            if (code == 0)
            {
                return killed;
            }

            Assert.True(code == 128 + VaeProcess.Kill, $"{call} {number}: exit code {code}: {error}");
            killed++;
            expected.RequireSame(complete(folder), $"{call} {number}");
        }
    }

    private static string[] Strace(string call, int number)
        => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={number}"];
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
