using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Score(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var draws = CommonOptions.Whole("--draws", "draws of z for each score", VaeModel.UsualDraws, most: 1_000_000);
        var seed = CommonOptions.Seed("the seed of the draws");
        var top = CommonOptions.Whole("--top", "how many of the strangest to show", 5, least: 0);
        var file = CommonOptions.Out("the CSV file to write", "scores.csv");
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "score",
            "Writes a score for every row or image: its negative ELBO in nats; a higher score is stranger to the model.",
            "vae score sales --data new.csv --out scores.csv",
            "vae score run --top 10").With(run, data, split, draws, seed, top, file, json, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            var path = parsed.GetValue(file)!;
            Session.RequireOther(path, record, parsed.GetValue(data));
            var found = await Session.FindSamplesAsync(
                record, parsed.GetValue(data), parsed.GivenOrNull(split), display, error, cancellationToken)
                .ConfigureAwait(false);
            var scores = display.Run(() => new VaeModel(model).AnomalyScores( // the samples are scaled already
                found.Samples,
                parsed.GetValue(draws),
                parsed.GetValue(seed),
                new WorkProgress(display, "scores", found.Samples.Count, $"{found.Unit}s"),
                cancellationToken));
            CsvOutput.Write(path, [found.NumberName, "score"], table =>
            {
                for (var i = 0; i < scores.Length; i++)
                {
                    table.Row<double>(found.NumberOf(i), [scores[i]]);
                }
            });
            int[] strangest =
                [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(parsed.GetValue(top))];
            if (parsed.GetValue(json))
            {
                Session.WriteJson(Result(Path.GetFullPath(path), found, scores, strangest), output);
                return 0;
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {scores.Length:N0} {found.Unit}s, median {Median(scores):F2} nats")).ConfigureAwait(false);
            foreach (var i in strangest)
            {
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{scores[i],12:F2}  {found.NumberName} {found.NumberOf(i)}")).ConfigureAwait(false);
            }

            return 0;
        });
        return command;
    }

    private static double Median(double[] scores) => scores.Order().ElementAt(scores.Length / 2);

    private static JsonObject Result(string file, RunSamples found, double[] scores, int[] strangest) => new()
    {
        ["file"] = file,
        [$"{found.Unit}s"] = scores.Length,
        ["median"] = Finite(Median(scores)),
        ["unit"] = $"nats per {found.Unit}",
        ["strangest"] = new JsonArray([.. strangest.Select(i => new JsonObject
        {
            [found.NumberName] = found.NumberAt(i),
            ["score"] = Finite(scores[i]),
        })]),
    };

    // JSON has no infinities.
    private static JsonNode? Finite(double score) => double.IsFinite(score) ? score : null;
}
