using System.Diagnostics;

namespace Vae.Faults.Tests;

/// <summary>
/// SIGTERM and SIGINT at random moments: the step is finished, all is saved, the exit code is the conventional one.
/// </summary>
[Collection(SharedTraining.Name)]
public sealed class SignalTests(TinyTraining tiny)
{
    private const double Promised = 2;                                // seconds, on a machine that is not overloaded

    [Theory]
    [InlineData(VaeProcess.Terminate)]
    [InlineData(VaeProcess.Interrupt)]
    public void A_signal_at_a_random_moment_saves_and_the_resumed_run_ends_with_the_same_bits(int signal)
    {
        var (trials, handled, longest) = (Campaign.Trials(3, 50), 0, TimeSpan.Zero);
        var random = new Random((1000 * Campaign.Seed) + signal);
        for (var trial = 0; trial < trials; trial++)
        {
            var kind = TinyTraining.Kinds[trial % TinyTraining.Kinds.Count];
            var folder = tiny.New();
            using (var process = VaeProcess.Start(tiny.Command(kind, folder)))
            {
                Thread.Sleep(random.Next(1500));
                var clock = Stopwatch.StartNew();
                process.Send(signal);
                var (code, error) = process.End();
                Assert.True(
                    code is 0 || code == 128 + signal, $"trial {trial} of seed {Campaign.Seed}: exit code {code}: {error}");
                longest = clock.Elapsed > longest ? clock.Elapsed : longest;
                handled += code != 0 && error.Contains("vae train --resume", StringComparison.Ordinal) ? 1 : 0;
                Assert.False(
                    Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.tmp").Any(), "a file was left half written");
            }

            VaeProcess.Run(tiny.Command(kind, folder));
            tiny.Undisturbed(kind).RequireSame(RunEnd.Of(folder), $"trial {trial} ({kind}) of seed {Campaign.Seed}");
        }

        Assert.True(handled > 0 || !Campaign.IsLong, "no signal came within a training");
        Assert.True(!Campaign.IsLong || longest.TotalSeconds <= Promised, $"the longest took {longest.TotalSeconds:F2} s");
        Campaign.Record(
            $"{trials} signals {signal} at random moments",
            $"exit code {128 + signal}, the same bits after a resume; {handled} in a training, the others before it; "
                + $"the longest end took {longest.TotalSeconds:F2} s");
    }

    // The first signal lets the step finish, the second ends the process at once, even within the writing of a checkpoint.
    [Fact]
    public void A_second_signal_ends_the_process_at_once_and_the_run_can_be_resumed()
    {
        var trials = Campaign.Trials(2, 20);
        var random = new Random(Campaign.Seed);
        for (var trial = 0; trial < trials; trial++)
        {
            var folder = tiny.New();
            using (var process = VaeProcess.Start(tiny.Command(TinyTraining.Kinds[0], folder)))
            {
                Thread.Sleep(400 + random.Next(800));
                process.Send(VaeProcess.Interrupt);
                Thread.Sleep(random.Next(20));
                process.Send(VaeProcess.Interrupt);
                var (code, error) = process.End();
                Assert.True(code is 0 or 128 + VaeProcess.Interrupt, $"exit code {code}: {error}");
            }

            VaeProcess.Run(tiny.Command(TinyTraining.Kinds[0], folder));
            tiny.Undisturbed(TinyTraining.Kinds[0]).RequireSame(RunEnd.Of(folder), $"trial {trial} of seed {Campaign.Seed}");
        }

        Campaign.Record($"{trials} times two signals, up to 20 ms apart", "exit code 130, the same bits after a resume");
    }
}
