namespace Vae.Faults.Tests;

/// <summary>SIGKILL at random moments of starting, training and saving: the resumed run ends with the same bits.</summary>
[Collection(SharedTraining.Name)]
public sealed class KillTests(TinyTraining tiny)
{
    private const int MostKillsOfOneRun = 25;
    private const int LongestLife = 1500;                             // milliseconds; starting takes some 300 of them

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_with_the_bits_of_one_that_was_not()
    {
        var (wanted, kills, runs, inTheMiddle, beforeTheFirst) = (Campaign.Trials(8, 200), 0, 0, 0, 0);
        while (kills < wanted)
        {
            var random = new Random((1000 * Campaign.Seed) + runs);
            var kind = TinyTraining.Kinds[runs % TinyTraining.Kinds.Count];
            var folder = tiny.New();
            for (var life = 0; life < MostKillsOfOneRun && kills < wanted; life++)
            {
                using var process = VaeProcess.Start(tiny.Command(kind, folder));
                Thread.Sleep(random.Next(LongestLife));
                process.Send(VaeProcess.Kill);
                var (code, error) = process.End();
                if (code == 0)
                {
                    break;                                            // it was done before it could be killed
                }

                Assert.True(code == 128 + VaeProcess.Kill, $"run {runs}, life {life}: exit code {code}: {error}");
                kills++;
                inTheMiddle += Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.tmp").Any() ? 1 : 0;
                beforeTheFirst += File.Exists(Path.Combine(folder, "state.safetensors")) ? 0 : 1;
            }

            VaeProcess.Run(tiny.Command(kind, folder));
            tiny.Undisturbed(kind).RequireSame(RunEnd.Of(folder), $"run {runs} ({kind}) of seed {Campaign.Seed}");
            runs++;
        }

        Campaign.Record(
            $"{kills} kills (SIGKILL) of {runs} runs at random moments",
            $"every run ended with the same bits; {inTheMiddle} kills came in the middle of writing a file, "
                + $"{beforeTheFirst} before the first checkpoint");
    }
}
