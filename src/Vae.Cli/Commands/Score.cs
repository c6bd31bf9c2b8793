using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Score(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var draws = CommonOptions.Whole(
            "--draws",
            "draws of z for each score; of a table by kinds more unless told",
            VaeModel.UsualDraws,
            most: 1_000_000);
        var seed = CommonOptions.Seed("the seed of the draws");
        var top = CommonOptions.Whole("--top", "how many of the strangest to show", 5, least: 0);
        var file = CommonOptions.Out("the CSV file to write; - for standard output", "scores.csv");
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "score",
            "Writes a score for every row or image, in nats; a higher score is stranger to the model. It is the negative ELBO; "
                + "of a table by kinds -log p(x), with the standard error that comes of its draws.",
            "vae score sales --data new.csv --out scores.csv",
            "zcat new.csv.gz | vae score sales --data - --out - > scores.csv",
            "vae score run --top 10").With(run)
            .WithGroup("Options", [.. data.All, draws, seed, top, file, json, quiet])
            .WithGroup("A table", data.Table.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            var (folder, record, model) = Session.Open(parsed.GetValue(run)!);
            var path = parsed.GetValue(file)!;
            var result = new ResultFile(path, output, error, ByKind.NotationOf(record, path));
            UsageException.Require(
                !result.IsStandard || !parsed.GetValue(json), "--json and --out - both write to standard output: give one.");
            Session.RequireOther(path, record, data.Request(parsed));
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken).ConfigureAwait(false);
            var progress = new WorkProgress(display, "scores", found.Samples.Count, $"{found.Unit}s");
            var (scores, errors) = display.Run(() => record.IsByKind()
                ? ScoresByKind(folder, found, new TableUse
                {
                    Draws = parsed.IsGiven(draws) ? parsed.GetValue(draws) : 0,
                    Seed = parsed.GetValue(seed),
                    Progress = progress,
                    CancellationToken = cancellationToken,
                })
                : (new VaeModel(model).AnomalyScores(                 // the samples are scaled already
                    found.Samples, parsed.GetValue(draws), parsed.GetValue(seed), progress, cancellationToken), []));
            string[] columns = [found.NumberName, "score", .. errors.Length > 0 ? ["score_error"] : Array.Empty<string>()];
            result.Write(found.Ids.Before(columns), table =>
            {
                for (var i = 0; i < scores.Length; i++)
                {
                    string[] texts = [.. found.Ids.Of(i), found.NumberOf(i)];
                    table.Row<double>(texts, errors.Length > 0 ? [scores[i], errors[i]] : [scores[i]]);
                }
            });
            int[] strangest =
                [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(parsed.GetValue(top))];
            if (parsed.GetValue(json))
            {
                Session.WriteJson(ScoresOf(Path.GetFullPath(path), found, scores, errors, strangest), output);
                return 0;
            }

            var ofDraws = errors.Length > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; standard error by the draws {Median(errors):F2} (median)")
                : "";
            result.Report(string.Create(
                CultureInfo.InvariantCulture, $"{scores.Length:N0} {found.Unit}s, median {Median(scores):F2} nats{ofDraws}"));
            foreach (var i in strangest)
            {
                var ids = string.Concat(
                    found.Ids.Named(i).Select(id => $"  {ColumnText.Shown(id.Column)} {ColumnText.Shown(id.Text)}"));
                await result.Lines.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{scores[i],12:F2}  {found.NumberName} {found.NumberOf(i)}{ids}")).ConfigureAwait(false);
            }

            return 0;
        });
        return command;
    }

    private static (double[] Scores, double[] Errors) ScoresByKind(RunFolder folder, RunSamples found, TableUse use)
    {
        var scores = TableModel.Load(folder.FullPath).ScoreWithError(found.Table!, use);
        return ([.. scores.Select(one => one.Score)], [.. scores.Select(one => one.Error)]);
    }

    private static double Median(double[] scores) => scores.Order().ElementAt(scores.Length / 2);

    private static JsonObject ScoresOf(string file, RunSamples found, double[] scores, double[] errors, int[] strangest)
    {
        var result = new JsonObject
        {
            ["file"] = file,
            [$"{found.Unit}s"] = scores.Length,
            ["median"] = Finite(Median(scores)),
            ["unit"] = $"nats per {found.Unit}",
            ["strangest"] = new JsonArray(
                [.. strangest.Select(i => OneOf(found, i, scores[i], errors.Length > 0 ? errors[i] : null))]),
        };
        if (errors.Length > 0)
        {
            result["median_error"] = Finite(Median(errors));
        }

        return result;
    }

    private static JsonObject OneOf(RunSamples found, int sample, double score, double? error)
    {
        var one = new JsonObject { [found.NumberName] = found.NumberAt(sample), ["score"] = Finite(score) };
        if (error is { } known)
        {
            one["score_error"] = Finite(known);
        }

        if (found.Ids.Any)
        {
            one["ids"] = new JsonObject(
                found.Ids.Named(sample).Select(id => KeyValuePair.Create<string, JsonNode?>(id.Column, id.Text)));
        }

        return one;
    }

    // JSON has no infinities.
    private static JsonNode? Finite(double score) => double.IsFinite(score) ? score : null;
}
