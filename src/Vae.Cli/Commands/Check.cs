using System.CommandLine;
using System.Text.Json.Nodes;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Check(TextWriter output)
    {
        var features = CommonOptions.Whole("--features", "numbers in a sample", 12);
        var hidden = CommonOptions.Hidden(8, 6);
        var model = new ModelArguments();
        var labels = CommonOptions.Whole("--labels", "labels given to encoder and decoder; 0 for none", 0, least: 0, most: 256);
        var batchSize = CommonOptions.Whole("--batch-size", "samples in the batch", 5);
        var seed = CommonOptions.Seed();
        var tolerance = CommonOptions.Number("--tolerance", "the largest relative error to accept", GradientCheck.Tolerance, value => value > 0, "a number above 0");
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "check",
            "Compares every hand-derived gradient of a whole model with central differences, in double, noise fixed.",
            "vae check",
            "vae check --hidden 8,6 --latent 4 --likelihood gaussian --kl-weight 4",
            "vae check --bound dreg --draws 5 --activation tanh --labels 3").With([features, hidden, .. model.All, labels, batchSize, seed, tolerance, json]);
        command.SetAction((parsed, cancellationToken) =>
        {
            var asked = model.Options(parsed, parsed.GetValue(features), parsed.GetValue(hidden)!) with { Classes = parsed.GetValue(labels) };
            var options = UsageException.Unless(asked.Validated);
            var checks = ModelCheck.Run(options, parsed.GetValue(batchSize), parsed.GetValue(seed), cancellationToken: cancellationToken);
            var passes = parsed.GetValue(json)
                ? WriteJson(checks, parsed.GetValue(tolerance), output)
                : WriteLines(checks, options, parsed.GetValue(tolerance), output);
            return Task.FromResult(passes ? 0 : 1);
        });
        return command;
    }

    internal static bool WriteLines(IEnumerable<ParameterCheck> checks, VaeOptions options, double tolerance, TextWriter output)
    {
        output.WriteLine($"{options.Architecture}, {options.Likelihood}, KL weight {options.KlWeight}: backward pass against central differences"
            + (options.Bound == Bound.DoublyReparameterised ? " (the encoder's, of the surrogate whose gradient DReG is)" : ""));
        var done = new List<ParameterCheck>();
        foreach (var check in checks)
        {
            done.Add(check);
            var verdict = check.Passes(tolerance) ? "ok  " : "FAIL";
            output.WriteLine($"{verdict} {check.Name,-30} {check.Entries,7} entries  worst relative error {check.RelativeError:0.0e+00}"
                + (check.Passes(tolerance) ? "" : $"  at [{check.Row}, {check.Column}]: backward {check.Gradient:G9}, differences {check.Expected:G9}")
                + (check.Gradient == 0 && check.Expected == 0 ? "  (all 0, so nothing was seen: try another --seed or larger layers)" : ""));
            if (!check.Passes(tolerance) && check.Diagnosis is not null)
            {
                output.WriteLine($"     {check.Diagnosis}");
            }
        }

        var failed = done.Count(check => !check.Passes(tolerance));
        output.WriteLine(failed == 0
            ? $"all {done.Count} parameters within {tolerance:0.0e+00}"
            : $"{failed} of {done.Count} parameters beyond {tolerance:0.0e+00}");
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

        static double? Finite(double value) => double.IsFinite(value) ? value : null;
    }
}
