namespace Vae.Faults.Tests;

/// <summary>Two processes that train in one folder: one trains, the other is refused.</summary>
[Collection(SharedTraining.Name)]
public sealed class WriterTests(TinyTraining tiny)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_trainings_into_one_folder_one_is_refused_and_the_other_is_not_disturbed(bool resume)
    {
        var (trials, refusals) = (Campaign.Trials(2, 25), 0);
        var random = new Random(Campaign.Seed);
        for (var trial = 0; trial < trials; trial++)
        {
            var folder = tiny.New();
            if (resume)
            {
                using var begun = VaeProcess.Start(tiny.Command(TinyTraining.Kinds[0], folder));
                while (!File.Exists(Path.Combine(folder, "metrics.jsonl")) && !begun.HasEnded)
                {
                    Thread.Sleep(5);
                }

                begun.Send(VaeProcess.Kill);
                begun.End();
            }

            var command = tiny.Command(TinyTraining.Kinds[0], folder);
            using var first = VaeProcess.Start(command);
            Thread.Sleep(random.Next(100));
            using var second = VaeProcess.Start(command);
            (int Code, string Error)[] ends = [first.End(), second.End()];

            // A process that starts after the other's end finds a finished run: a resume ends at once, a new run is refused.
            var refused = ends.Where(end => end.Code == 1).ToList();
            Assert.True(
                ends.Count(end => end.Code == 0) + refused.Count == 2 && ends.Any(end => end.Code == 0), string.Join('\n', ends));
            Assert.All(refused, end => Assert.Contains(
                end.Error.Split('\n'),
                line => line.StartsWith("vae: ", StringComparison.Ordinal)
                    && (line.Contains("another process is training here", StringComparison.Ordinal)
                        || line.Contains("there is a run already", StringComparison.Ordinal))));
            refusals += refused.Count;
            tiny.Undisturbed(TinyTraining.Kinds[0]).RequireSame(RunEnd.Of(folder), $"trial {trial}");
        }

        Assert.True(refusals > 0 || !Campaign.IsLong, "no two of them ever met");
        Campaign.Record(
            $"{trials} times two processes that {(resume ? "resume" : "begin")} a run in one folder, up to 100 ms apart",
            $"{refusals} refused in one line; the run ended with the same bits");
    }
}
