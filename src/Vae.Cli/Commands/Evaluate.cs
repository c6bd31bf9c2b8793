using System.CommandLine;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Evaluate(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var seed = CommonOptions.Seed("the seed of the draws of z");
        var batchSize = CommonOptions.Whole("--batch-size", "images at a time: speed, not results", 256);
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "evaluate",
            "Measures a run's objective in nats per image, z drawn once for each image.",
            "vae evaluate run",
            "vae evaluate run --split train --seed 3 --json").With(run, data, split, seed, batchSize, threads, json, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!, parsed.GetValue(threads));
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            var found = await Session.FindDataAsync(parsed.GetValue(data) ?? record.Data.Request, display, error, cancellationToken).ConfigureAwait(false);
            var images = Session.SplitOf(found, parsed.GetValue(split)!);
            var objective = new Evaluator<float>(model, parsed.GetValue(batchSize)).Evaluate(images.Samples, parsed.GetValue(seed), cancellationToken);
            if (parsed.GetValue(json))
            {
                var result = new JsonObject
                {
                    ["split"] = parsed.GetValue(split),
                    ["images"] = images.Count,
                    ["loss"] = objective.Loss,
                    ["reconstruction"] = objective.Reconstruction,
                    ["kl"] = objective.Kl,
                    ["kl_weight"] = objective.KlWeight,
                    ["likelihood"] = record.Model.Likelihood == Likelihood.Gaussian ? "gaussian" : "bernoulli",
                    ["unit"] = "nats per image",
                    ["seed"] = parsed.GetValue(seed),
                    ["data"] = found.Source,
                };
                Session.WriteJson(result, output);
                return 0;
            }

            await output.WriteLineAsync($"{parsed.GetValue(split)}, {images.Count:N0} images: {objective} (nats per image)").ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
