using System.CommandLine;
using System.Text.Json.Nodes;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Check(TextWriter output)
    {
        var usual = ModelCheck.UsualModel;
        var features = CommonOptions.Whole("--features", "numbers in a sample", usual.Features);
        var model = new ModelArguments(usual);
        var labels = CommonOptions.Whole(
            "--labels", "labels given to encoder and decoder; 0 for none", usual.Classes, least: 0, most: 256);
        var batchSize = CommonOptions.Whole("--batch-size", "samples in the batch", ModelCheck.UsualSamples);
        var seed = CommonOptions.Seed();
        var tolerance = CommonOptions.Number(
            "--tolerance",
            "the largest relative error to accept",
            GradientCheck.Tolerance,
            value => value > 0,
            "a number above 0");
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "check",
            "Compares every hand-derived gradient of a whole model with central differences, in double, noise fixed.",
            "vae check",
            "vae check --hidden 8,6 --latent 4 --likelihood gaussian --kl-weight 4",
            "vae check --bound dreg --draws 5 --activation tanh --labels 3")
            .With([features, .. model.All, labels, batchSize, seed, tolerance, json]);
        command.SetAction((parsed, cancellationToken) =>
        {
            var asked = model.Options(parsed, usual) with
            {
                Features = parsed.GetValue(features),
                Classes = parsed.GetValue(labels),
            };
            var options = UsageException.Unless(asked.Validated);
            var checks = ModelCheck.Run(
                options, parsed.GetValue(batchSize), parsed.GetValue(seed), cancellationToken: cancellationToken);
            var passes = parsed.GetValue(json)
                ? WriteJson(checks, parsed.GetValue(tolerance), output)
                : WriteLines(checks, options, parsed.GetValue(tolerance), output);
            return Task.FromResult(passes ? 0 : 1);
        });
        return command;
    }

    internal static bool WriteLines(IEnumerable<ParameterCheck> checks, VaeOptions options, double tolerance, TextWriter output)
    {
        var surrogate = options.Bound == Bound.DoublyReparameterised
            ? " (the encoder's, of the surrogate whose gradient DReG is)"
            : "";
        output.WriteLine($"{options.Architecture}, {options.Likelihood}, KL weight {options.KlWeight}: "
            + $"backward pass against central differences{surrogate}");
        var (count, failed) = (0, 0);
        foreach (var check in checks)
        {
            count++;
            var passes = check.Passes(tolerance);
            failed += passes ? 0 : 1;
            var place = passes
                ? ""
                : $"  at [{check.Row}, {check.Column}]: backward {check.Gradient:G9}, differences {check.Expected:G9}";
            var unseen = check.Gradient == 0 && check.Expected == 0
                ? "  (all 0, so nothing was compared: try another --seed or larger layers)"
                : "";
            output.WriteLine($"{(passes ? "ok  " : "FAIL")} {check.Name,-30} {check.Entries,7} entries  "
                + $"worst relative error {check.RelativeError:0.0e+00}{place}{unseen}");
            if (!passes && check.Diagnosis is not null)
            {
                output.WriteLine($"     {check.Diagnosis}");
            }
        }

        output.WriteLine(failed == 0
            ? $"all {count} parameters within {tolerance:0.0e+00}"
            : $"{failed} of {count} parameters beyond {tolerance:0.0e+00}");
        return failed == 0;
    }

    internal static bool WriteJson(IEnumerable<ParameterCheck> checks, double tolerance, TextWriter output)
    {
        var done = checks.ToArray();
        var passes = done.All(check => check.Passes(tolerance));
        var result = new JsonObject
        {
            ["passes"] = passes,
            ["tolerance"] = tolerance,
            ["parameters"] = new JsonArray([.. done.Select(check => new JsonObject
            {
                ["name"] = check.Name,
                ["entries"] = check.Entries,
                ["relative_error"] = Finite(check.RelativeError),
                ["row"] = check.Row,
                ["column"] = check.Column,
                ["gradient"] = Finite(check.Gradient),
                ["expected"] = Finite(check.Expected),
                ["pattern"] = check.Diagnosis?.Pattern.ToString(),
                ["diagnosis"] = check.Diagnosis?.Text,
            })]),
        };
        Session.WriteJson(result, output);
        return passes;
    }
}
