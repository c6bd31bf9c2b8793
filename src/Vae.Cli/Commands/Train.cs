using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Train(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var train = new TrainCommand(input);
        var command = train.Describe();
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var display = Display.For(error, parsed.GetValue(train.Quiet) || parsed.GetValue(train.Json));
            using var opened = await train.OpenAsync(parsed, display, error, cancellationToken).ConfigureAwait(false);
            var (run, product) = (opened.Run, opened.Product);        // the folder is this process's alone
            var model = run.Record.Model;
            display.Line($"model: {Session.ModelOf(model)}, KL weight {model.KlWeight}");
            display.Line($"objective: {run.Record.Formula}");
            display.Line($"training: {Session.TrainingOf(run.Record)}");
            display.Line($"computed by: {product.Value.Description} ({product.Reason})");
            display.Line($"first layer {run.Record.FirstLayer}");
            foreach (var note in run.Notes)
            {
                display.Line($"note: {OptionNames.In(note)}");
            }

            if (run.Trainer.State.Adam.StepCount > 0)
            {
                display.Line($"resumed after epoch {run.Trainer.State.Epoch}, step {run.Trainer.State.Adam.StepCount}");
            }

            var outcome = display.Run(() => run.Train(new TrainingLines(display, run.Record), cancellationToken));
            await WriteOutcomeAsync(run, outcome, parsed.GetValue(train.Json), output, error).ConfigureAwait(false);
            return outcome.Cancelled ? 1 : 0;
        });
        return command;
    }

    private static async Task WriteOutcomeAsync(
        TrainingRun<float> run, TrainingOutcome outcome, bool json, TextWriter output, TextWriter error)
    {
        var (folder, training) = (run.Folder.FullPath, run.Record.Training);
        var isEarly = !outcome.Cancelled && outcome.CompletedEpochs < training.Epochs;
        if (json)
        {
            var result = new JsonObject
            {
                ["run"] = folder,
                ["data"] = run.Record.Data.Source,
                ["epochs"] = outcome.CompletedEpochs,
                ["best_epoch"] = outcome.BestEpoch,
                ["stopped_early"] = isEarly,
                ["cancelled"] = outcome.Cancelled,
            };
            Session.WriteJson(result, output);
        }
        else if (outcome.Cancelled)
        {
            await error.WriteLineAsync($"vae: stopped; all is saved. Go on with: vae train --resume {folder}")
                .ConfigureAwait(false);
        }
        else
        {
            var why = isEarly ? $" of {training.Epochs} (none better in the last {training.Patience})" : "";
            await output.WriteLineAsync(
                $"{folder}: {outcome.CompletedEpochs} epochs{why}, the weights of epoch {outcome.BestEpoch} kept")
                .ConfigureAwait(false);
        }
    }

    private sealed class TrainingLines(Display display, RunRecord record) : IProgress<TrainingProgress>
    {
        private readonly string _unit = record.Data.Table is null ? "images" : "rows";

        public void Report(TrainingProgress value) => Session.Show(display, value, unit: _unit);
    }
}
