using System.CommandLine;
using System.Text.Json.Nodes;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Train(TextWriter output, TextWriter error)
    {
        var training = new TrainingArguments();
        var shape = new ModelArguments();
        var optimisation = new OptimisationArguments();
        var pixels = CommonOptions.OneOf(
            "--pixels", "what the model sees: greys, 1 from a half on, or 0 and 1 drawn anew each epoch", "grey", [.. PixelsNames.Keys]);
        var labels = new Option<bool>("--labels") { Description = "give each image's label to encoder and decoder (conditional VAE)" };
        var keepBy = CommonOptions.OneOf("--keep-by", "by which validation figure the best epoch is kept", "loss", [.. KeepByNames.Keys]);
        var resume = new Option<string?>("--resume") { Description = "go on with this run; its options are those it was begun with", HelpName = "RUN" };
        var acceptChanges = new Option<bool>("--accept-changes") { Description = "with --resume: go on even if other options are given, or another product" };
        var folder = CommonOptions.Out("the folder of the run", "run");
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "train",
            "Trains a model and keeps it, with all that a resume needs, in a folder.",
            "vae train --latent 20 --hidden 400 --epochs 10 --out run",
            "vae train --data drawn --latent 2 --likelihood gaussian --kl-weight 0.1 --out gauss",
            "vae train --latent 50 --hidden 200,200 --activation tanh --pixels dynamic --bound iwae --draws 5 --schedule burda --epochs 40 --out iwae",
            "vae train --resume run",
            "vae train --resume run --epochs 40 --accept-changes")
            .WithGroup("The model", [training.Hidden, .. shape.All, pixels, labels])
            .WithGroup("Its training", [training.Epochs, training.BatchSize, training.LearningRate, .. optimisation.All, training.ValidationImages, keepBy, training.Seed])
            .WithGroup("The run", [training.Data, folder, resume, acceptChanges, .. optimisation.Checkpoints, training.Threads, training.Product, training.Quiet, json]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var display = Display.For(error, parsed.GetValue(training.Quiet) || parsed.GetValue(json));
            var (run, product) = parsed.GetValue(resume) is { } path ? await ResumeAsync(path).ConfigureAwait(false) : await BeginAsync().ConfigureAwait(false);
            using var held = run;                                     // the folder is this process's alone
            display.Line($"model: {run.Record.Model.Architecture}, {run.Record.Model.Likelihood}, KL weight {run.Record.Model.KlWeight}");
            display.Line($"objective: {run.Record.Formula}");
            display.Line($"training: {Session.TrainingOf(run.Record)}");
            display.Line($"computed by: {product.Value.Description} ({product.Reason})");
            display.Line($"first layer {run.Record.FirstLayer}");
            if (run.Trainer.State.Adam.StepCount > 0)
            {
                display.Line($"resumed after epoch {run.Trainer.State.Epoch}, step {run.Trainer.State.Adam.StepCount}");
            }

            var outcome = display.Run(() => run.Train(new TrainingLines(display), cancellationToken));
            await WriteOutcomeAsync(run, outcome, parsed.GetValue(json), output, error).ConfigureAwait(false);
            return outcome.Cancelled ? 1 : 0;

            async Task<(TrainingRun<float> Run, ChosenProduct Product)> BeginAsync()
            {
                UsageException.Require(!parsed.IsGiven(acceptChanges), "--accept-changes goes with --resume.");
                var product = training.Choose(parsed, error);
                var request = parsed.GetValue(training.Data) ?? "auto";
                var data = await Session.FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
                var samples = Session.SamplesOf(data.Train, parsed.GetValue(labels));
                var model = shape.Options(parsed, samples.Features, parsed.GetValue(training.Hidden)!) with
                {
                    Pixels = PixelsNames[parsed.GetValue(pixels)!],
                    Classes = (samples as ILabelledSamples)?.Classes ?? 0,
                };
                var heldOut = parsed.GetValue(training.ValidationImages);
                UsageException.Require(
                    heldOut < data.Train.Count, $"--validation-images must be fewer than the {data.Train.Count} training images, but is {heldOut}.");
                var options = optimisation.Complete(parsed, training.Options(parsed, KeepByNames[parsed.GetValue(keepBy)!]));
                UsageException.Unless(model.Validated);
                UsageException.Unless(() => options.Validated(data.Train.Count));
                var record = new RunRecord(model, options, Session.Describe(data, request, model.Classes > 0, display, cancellationToken)) { Command = CommandLine(parsed) };
                return (TrainingRun<float>.Begin(parsed.GetValue(folder)!, record, samples, product.Value), product);
            }

            async Task<(TrainingRun<float> Run, ChosenProduct Product)> ResumeAsync(string path)
            {
                UsageException.Require(!parsed.IsGiven(folder), "--resume goes on in the run's own folder, so --out cannot be given.");
                var begun = RunFolder.Open(path).Record;
                var product = training.Choose(parsed, error, begun.ProductName);
                var wanted = begun with
                {
                    Model = shape.Options(parsed, begun.Model.Features, parsed.IsGiven(training.Hidden) ? parsed.GetValue(training.Hidden)! : new LayerSizes(begun.Model.Hidden), begun.Model) with
                    {
                        Pixels = parsed.ValueOr(pixels, PixelsNames, begun.Model.Pixels),
                    },
                    Training = optimisation.Complete(
                        parsed, training.Options(parsed, parsed.ValueOr(keepBy, KeepByNames, begun.Training.KeepBy), begun.Training), begun.Training),
                };
                UsageException.Require(
                    !parsed.IsGiven(labels) || begun.Model.Classes > 0, "--labels makes another model than this run's, which has none. Begin another run with --out.");
                UsageException.Unless(wanted.Model.Validated);
                var data = await Session.FindDataAsync(parsed.GetValue(training.Data) ?? begun.Data.Request, display, error, cancellationToken).ConfigureAwait(false);
                UsageException.Unless(() => wanted.Training.Validated(data.Train.Count));
                var isConditional = begun.Model.Classes > 0;
                var sha256 = Session.Describe(data, begun.Data.Request, isConditional, display, cancellationToken).Sha256;
                return (
                    TrainingRun<float>.Resume(path, Session.SamplesOf(data.Train, isConditional), sha256, product.Value, wanted, parsed.GetValue(acceptChanges)),
                    product);
            }
        });
        return command;
    }

    private static Dictionary<string, KeepBy> KeepByNames { get; } = new()
    {
        ["loss"] = KeepBy.ValidationLoss,
        ["reconstruction"] = KeepBy.ValidationReconstruction,
        ["last"] = KeepBy.LastEpoch,
    };

    private static Dictionary<string, Pixels> PixelsNames { get; } = new()
    {
        ["grey"] = Pixels.Grey,
        ["threshold"] = Pixels.Threshold,
        ["dynamic"] = Pixels.Dynamic,
    };

    private static string CommandLine(ParseResult parsed)
        => "vae " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value));

    private static async Task WriteOutcomeAsync(
        TrainingRun<float> run, TrainingOutcome outcome, bool json, TextWriter output, TextWriter error)
    {
        if (json)
        {
            var result = new JsonObject
            {
                ["run"] = run.Folder.FullPath,
                ["data"] = run.Record.Data.Source,
                ["epochs"] = outcome.CompletedEpochs,
                ["best_epoch"] = outcome.BestEpoch,
                ["stopped_early"] = IsEarly(run, outcome),
                ["cancelled"] = outcome.Cancelled,
            };
            Session.WriteJson(result, output);
        }
        else if (outcome.Cancelled)
        {
            await error.WriteLineAsync($"vae: stopped; all is saved. Go on with: vae train --resume {run.Folder.FullPath}").ConfigureAwait(false);
        }
        else
        {
            var why = IsEarly(run, outcome) ? $" of {run.Record.Training.Epochs} (none better in the last {run.Record.Training.Patience})" : "";
            await output.WriteLineAsync($"{run.Folder.FullPath}: {outcome.CompletedEpochs} epochs{why}, the weights of epoch {outcome.BestEpoch} kept").ConfigureAwait(false);
        }
    }

    private static bool IsEarly(TrainingRun<float> run, TrainingOutcome outcome) => !outcome.Cancelled && outcome.CompletedEpochs < run.Record.Training.Epochs;

    private sealed class TrainingLines(Display display) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => display.Training("", value);
    }
}
