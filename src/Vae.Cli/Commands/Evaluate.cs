using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Evaluate(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var rows = MeasuredRows.Option();
        var samples = CommonOptions.Whole(
            "--samples",
            "importance samples for each image, for -log p(x); 0 for the objective alone",
            0,
            least: 0,
            most: 1_000_000);
        var seed = CommonOptions.Seed("the seed of the draws of z and of binarised pixels");
        var batchSize = CommonOptions.Whole(
            "--batch-size", "images at a time: changes the speed, not the results", Evaluator<float>.UsualBatchSize);
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "evaluate",
            "Measures a run in nats per image, or per row of a table: its objective, and with --samples the log-likelihood by "
                + "importance sampling. Of the run's own table the rows that the training held out are measured.",
            "vae evaluate run",
            "vae evaluate run --samples 5000",
            "vae evaluate sales --samples 500",
            "vae evaluate sales --rows all",
            "vae evaluate sales --data new.csv",
            "vae evaluate run --split train --seed 3 --json")
            .With(run)
            .WithGroup("Options", [.. data.All, rows, samples, seed, batchSize, threads, json, quiet])
            .WithGroup("A table", data.Table.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            UsageException.Require(
                parsed.GetValue(samples) == 0 || !parsed.IsGiven(batchSize),
                "--batch-size does not go with --samples: importance samples are always drawn image by image.");
            var (folder, record, model) = Session.Open(parsed.GetValue(run)!, parsed.GetValue(threads));
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            var ofTraining = MeasuredRows.IsOfTraining(parsed, rows, data, record);
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken, ofTraining)
                .ConfigureAwait(false);
            var measured = MeasuredRows.Of(parsed, rows, data, record, found, display);
            var result = new JsonObject { ["split"] = measured.Which, [$"{found.Unit}s"] = measured.Count };
            var (draws, seedOfDraws) = (parsed.GetValue(samples), parsed.GetValue(seed));
            double? shift = record.IsByKind()
                ? DataUnits.Shift(found.Samples, measured.Chosen, record.Model, record.Preparation!, cancellationToken)
                : null;
            var lines = draws > 0
                ? AddLikelihood(
                    Estimate(model, found.Unit, measured, draws, seedOfDraws, display, cancellationToken),
                    record.Model,
                    found.Unit,
                    shift,
                    result)
                : AddObjective(
                    Measure(
                        new(model, parsed.GetValue(batchSize)), found.Unit, measured, seedOfDraws, display, cancellationToken),
                    found.Unit,
                    shift,
                    result);
            if (parsed.GetValue(json))
            {
                result["likelihood"] = ModelArguments.NameOf(record.Model.Likelihood);
                result["is_log_likelihood"] = record.Model.IsLogLikelihood;
                result["unit"] = $"nats per {found.Unit}";
                result["seed"] = seedOfDraws;
                result["data"] = found.Source;
                Session.WriteJson(result, output);
                return 0;
            }

            await output.WriteLineAsync($"{measured.Which}, {measured.CountText} {found.Unit}s: {lines}").ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static LikelihoodEstimate Estimate(
        VariationalAutoencoder<float> model,
        string unit,
        MeasuredRows measured,
        int draws,
        ulong seed,
        Display display,
        CancellationToken cancellationToken)
    {
        var progress = new WorkProgress(display, "importance samples", measured.Count, $"{unit}s");
        var sampler = new ImportanceSampler<float>(model);
        var samples = measured.Chosen.Length > 0 ? SomeSamples.Of(measured.Samples, measured.Chosen) : measured.Samples;
        return display.Run(() => sampler.Estimate(samples, draws, seed, progress, cancellationToken));
    }

    private static Objective Measure(
        Evaluator<float> evaluator,
        string unit,
        MeasuredRows measured,
        ulong seed,
        Display display,
        CancellationToken cancellationToken)
    {
        var progress = new WorkProgress(display, "evaluation", measured.Count, $"{unit}s");
        return display.Run(() => measured.Chosen.Length > 0
            ? evaluator.Evaluate(measured.Samples, measured.Chosen, seed, progress, cancellationToken)
            : evaluator.Evaluate(measured.Samples, seed, progress, cancellationToken));
    }

    private static string AddObjective(Objective objective, string unit, double? shift, JsonObject result)
    {
        result["loss"] = objective.Loss;
        result["reconstruction"] = objective.Reconstruction;
        result["kl"] = objective.Kl;
        result["kl_weight"] = objective.KlWeight;
        result["negative_elbo"] = objective.NegativeElbo;
        var inDataUnits = InDataUnits("negative ELBO", "negative_elbo", objective.NegativeElbo, shift, result);
        return $"{objective} (nats per {unit}{inDataUnits})";
    }

    // The cross-entropy of grey pixels is no likelihood, so its bound is not called one.
    private static string AddLikelihood(
        LikelihoodEstimate estimate, VaeOptions options, string unit, double? shift, JsonObject result)
    {
        result["samples"] = estimate.Draws;
        result[options.IsLogLikelihood ? "nll" : "importance_weighted_cross_entropy"] = estimate.NegativeLogLikelihood;
        result["standard_error"] = double.IsFinite(estimate.StandardError) ? estimate.StandardError : null;
        result["negative_elbo"] = estimate.NegativeElbo;
        result["reconstruction"] = estimate.Reconstruction;
        result["kl"] = estimate.Kl;
        result["active_units"] = estimate.ActiveUnits;
        result["latents"] = options.Latent;
        var what = options.IsLogLikelihood
            ? "-log p(x)"
            : "importance-weighted cross-entropy (grey pixels: no log-likelihood)";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} {estimate.NegativeLogLikelihood:F2} +- {estimate.StandardError:F2} (standard error over {unit}s) "
            + $"by {estimate.Draws:N0} samples each; negative ELBO {estimate.NegativeElbo:F2}: "
            + $"reconstruction {estimate.Reconstruction:F2}, KL {estimate.Kl:F2}; "
            + $"{estimate.ActiveUnits} of {options.Latent} latents active (nats per {unit}"
            + $"{InDataUnits("-log p(x)", "nll", estimate.NegativeLogLikelihood, shift, result)})");
    }

    // The densities of a model by kinds are those of coded numbers: of other units, another number.
    private static string InDataUnits(string what, string name, double coded, double? shift, JsonObject result)
    {
        if (shift is not { } more)
        {
            return "";
        }

        result[$"{name}_in_data_units"] = coded + more;
        return string.Create(CultureInfo.InvariantCulture, $" in coded units; in the data's units {what} {coded + more:F2}");
    }
}
