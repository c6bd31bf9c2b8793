using System.CommandLine;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Report(TextWriter output, TextWriter error)
    {
        var usual = new ReportOptions();
        var hidden = CommonOptions.Hidden(usual.Hidden);
        var training = new TrainingArguments(usual.Training);
        var only = CommonOptions.SomeOf("--only", "make only this part; may be given several times", [.. ReportPartNames.Keys]);
        var folder = CommonOptions.Out("the folder of the report; a second run goes on in it", "report");
        var command = new DocumentedCommand(
            "report",
            "Trains the report's models, draws its figures and writes report.md, all in one folder.",
            "vae report",
            "vae report --epochs 5 --only latent-2 --out quick").With([hidden, .. training.All, only, folder]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = usual with
            {
                Hidden = parsed.GetValue(hidden)!.Values,
                Training = training.Options(parsed, usual.Training),
                Parts = parsed.GetValue(only) is { Length: > 0 } names
                    ? [.. names.Select(name => ReportPartNames[name]).Distinct()]
                    : usual.Parts,
            };
            var product = training.Choose(parsed, error);
            var request = parsed.GetValue(training.Data) ?? "auto";
            var display = Display.For(error, parsed.GetValue(training.Quiet));
            var data = await Session.FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
            display.Line($"computed by: {product.Value.Description} ({product.Reason})");

            var (runner, path) = (new ReportRunner(options, data, request, product.Value), parsed.GetValue(folder)!);
            var report = display.Run(() => runner.Run(path, new ReportLines(display, options), cancellationToken));
            if (report is null)
            {
                await error.WriteLineAsync($"vae: stopped; all is saved in {path}, the same command goes on from there.")
                    .ConfigureAwait(false);
                return 1;
            }

            await output.WriteLineAsync(report).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static Dictionary<string, ReportPart> ReportPartNames { get; } = new()
    {
        ["latent-1"] = ReportPart.Latent1,
        ["latent-2"] = ReportPart.Latent2,
        ["reconstruction-only"] = ReportPart.ReconstructionOnly,
        ["dimensions"] = ReportPart.Dimensions,
    };

    private sealed class ReportLines(Display display, ReportOptions options) : IProgress<ReportProgress>
    {
        public void Report(ReportProgress value)
        {
            if (value.Message is { } message)
            {
                display.Line(message);
            }
            else if (value.Training is { } training)
            {
                var perModel = (double)options.Training.Epochs * training.EpochSamples;
                var (model, before) = ($"model {value.Number}/{value.Models}  ", (value.Number - 1) * perModel);
                Session.Show(display, training, model, before, value.Models * perModel);
            }
        }
    }
}
