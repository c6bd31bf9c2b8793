using System.CommandLine;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static Command Evaluate(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var seed = CommonOptions.Seed();
        var batchSize = CommonOptions.Whole("--batch-size", "images at a time: speed, not results", 256);
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "evaluate",
            """
            Measures a run's objective in nats per image, z drawn once for each image; the batch size does not matter.

            Examples:
              vae evaluate run
              vae evaluate run --split train --seed 3 --json
            """).With(run, data, split, seed, batchSize, threads, json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!, parsed.GetValue(threads));
            var images = await Session.FindSplitAsync(record, parsed.GetValue(data), parsed.GetValue(split)!, error, cancellationToken).ConfigureAwait(false);
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
                    ["data"] = record.Data.Source,
                };
                await output.WriteLineAsync(result.ToJsonString()).ConfigureAwait(false);
                return 0;
            }

            await output.WriteLineAsync($"{parsed.GetValue(split)}, {images.Count:N0} images: {objective} (nats per image)").ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
