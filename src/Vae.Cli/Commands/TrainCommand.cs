using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of <c>vae train</c>, and what begins or resumes a run by them.</summary>
internal sealed class TrainCommand
{
    private readonly TrainingArguments _training = new();
    private readonly ModelArguments _shape = new();
    private readonly OptimisationArguments _optimisation = new();
    private readonly TableArguments _table = new();

    private readonly Option<string> _pixels = CommonOptions.OneOf(
        "--pixels", "what the model sees: greys, 1 from a half on, or 0 and 1 drawn anew each epoch", "grey", [.. PixelsNames.Keys]);

    private readonly Option<bool> _labels = new("--labels") { Description = "give each image's label to encoder and decoder (conditional VAE)" };

    private readonly Option<string> _keepBy = CommonOptions.OneOf("--keep-by", "by which validation figure the best epoch is kept", "loss", [.. KeepByNames.Keys]);

    private readonly Option<string?> _resume = new("--resume") { Description = "go on with this run; its options are those it was begun with", HelpName = "RUN" };

    private readonly Option<bool> _acceptChanges = new("--accept-changes") { Description = "with --resume: go on even if other options are given, or another product" };

    private readonly Option<string> _folder = CommonOptions.Out("the folder of the run", "run");

    /// <summary>Whether results are one JSON object.</summary>
    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>Whether no progress is shown.</summary>
    public Option<bool> Quiet => _training.Quiet;

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

    /// <summary>The command, without its action.</summary>
    public DocumentedCommand Describe() => new DocumentedCommand(
        "train",
        "Trains a model and keeps it, with all that a resume needs, in a folder. Of a table (--data sales.csv) the defaults are "
            + "--likelihood gaussian-variance --scale standard --hidden 64,64 --epochs 100 --batch-size 32 and a tenth of the rows held out.",
        "vae train --latent 20 --hidden 400 --epochs 10 --out run",
        "vae train --data sales.csv --ignore id,date --out sales",
        "vae train --data drawn --latent 2 --likelihood gaussian --kl-weight 0.1 --out gauss",
        "vae train --latent 50 --hidden 200,200 --activation tanh --pixels dynamic --bound iwae --draws 5 --schedule burda --epochs 40 --out iwae",
        "vae train --resume run",
        "vae train --resume run --epochs 40 --accept-changes")
        .WithGroup("The model", [_training.Hidden, .. _shape.All, _pixels, _labels])
        .WithGroup("A table", _table.All)
        .WithGroup("Its training", [_training.Epochs, _training.BatchSize, _training.LearningRate, .. _optimisation.All, _training.ValidationImages, _keepBy, _training.Seed])
        .WithGroup("The run", [_training.Data, _folder, _resume, _acceptChanges, .. _optimisation.Checkpoints, _training.Threads, _training.Product, _training.Quiet, Json]);

    /// <summary>Begins or resumes the run that is asked for.</summary>
    public async Task<(TrainingRun<float> Run, ChosenProduct Product)> OpenAsync(
        ParseResult parsed, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_resume) is { } path)
        {
            return await ResumeAsync(parsed, path, display, error, cancellationToken).ConfigureAwait(false);
        }

        UsageException.Require(!parsed.IsGiven(_acceptChanges), "--accept-changes goes with --resume.");
        var product = _training.Choose(parsed, error);
        var request = parsed.GetValue(_training.Data) ?? "auto";
        return TableArguments.IsTable(request)
            ? (BeginOnTable(parsed, request, product, display, cancellationToken), product)
            : (await BeginOnImagesAsync(parsed, request, product, display, error, cancellationToken).ConfigureAwait(false), product);
    }

    private async Task<TrainingRun<float>> BeginOnImagesAsync(
        ParseResult parsed, string request, ChosenProduct product, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        _table.RequireNone(parsed, "goes with a table: --data sales.csv.");
        var data = await Session.FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
        var samples = Session.SamplesOf(data.Train, parsed.GetValue(_labels));
        var model = _shape.Options(parsed, samples.Features, parsed.GetValue(_training.Hidden)!) with
        {
            Pixels = PixelsNames[parsed.GetValue(_pixels)!],
            Classes = (samples as ILabelledSamples)?.Classes ?? 0,
        };
        var options = Options(parsed, data.Train.Count, "images", begun: null);
        UsageException.Unless(model.Validated);
        var record = new RunRecord(model, options, Session.Describe(data, request, model.Classes > 0, display, cancellationToken)) { Command = CommandLine(parsed) };
        return TrainingRun<float>.Begin(parsed.GetValue(_folder)!, record, samples, product.Value, cancellationToken: cancellationToken);
    }

    // What was not given is as a table is usually learnt: real numbers of any range, and fewer of them than images have.
    private TrainingRun<float> BeginOnTable(ParseResult parsed, string path, ChosenProduct product, Display display, CancellationToken cancellationToken)
    {
        UsageException.Require(!parsed.IsGiven(_pixels) && !parsed.IsGiven(_labels), "--pixels and --labels go with images, but --data is a table.");
        var table = display.Run(() => _table.Read(parsed, path, cancellationToken));
        display.Line($"data: {TableArguments.SourceOf(table, path)}");
        var usual = new VaeOptions { Features = table.Features, Hidden = [64, 64], Likelihood = Likelihood.GaussianWithVariance };
        var model = _shape.Options(
            parsed, table.Features, parsed.IsGiven(_training.Hidden) ? parsed.GetValue(_training.Hidden)! : new LayerSizes(usual.Hidden), usual);
        var options = Options(parsed, table.Count, "rows", TrainingOptions.ForTable(table.Count));
        UsageException.Unless(model.Validated);
        var record = new RunRecord(model, options, _table.Describe(parsed, table, path))
        {
            Command = CommandLine(parsed),
            Preparation = Preparation.Fit(table, _table.ScalingOf(parsed), options, cancellationToken),
        };
        return TrainingRun<float>.Begin(parsed.GetValue(_folder)!, record, table, product.Value, cancellationToken: cancellationToken);
    }

    private TrainingOptions Options(ParseResult parsed, int samples, string unit, TrainingOptions? begun)
    {
        var options = _optimisation.Complete(parsed, _training.Options(parsed, KeepByNames[parsed.GetValue(_keepBy)!], begun), begun);
        UsageException.Require(
            options.ValidationSamples < samples,
            $"--validation-images must be fewer than the {samples} training {unit}, but is {options.ValidationSamples}.");
        return UsageException.Unless(() => options.Validated(samples));
    }

    private async Task<(TrainingRun<float> Run, ChosenProduct Product)> ResumeAsync(
        ParseResult parsed, string path, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        UsageException.Require(!parsed.IsGiven(_folder), "--resume goes on in the run's own folder, so --out cannot be given.");
        _table.RequireNone(parsed, "cannot be given with --resume: the table is read and scaled as the run was begun.");
        var begun = RunFolder.Open(path).Record;
        var product = _training.Choose(parsed, error, begun.ProductName);
        var wanted = begun with
        {
            Model = _shape.Options(parsed, begun.Model.Features, parsed.IsGiven(_training.Hidden) ? parsed.GetValue(_training.Hidden)! : new LayerSizes(begun.Model.Hidden), begun.Model) with
            {
                Pixels = parsed.ValueOr(_pixels, PixelsNames, begun.Model.Pixels),
            },
            Training = _optimisation.Complete(
                parsed, _training.Options(parsed, parsed.ValueOr(_keepBy, KeepByNames, begun.Training.KeepBy), begun.Training), begun.Training),
        };
        UsageException.Require(
            !parsed.IsGiven(_labels) || begun.Model.Classes > 0, "--labels makes another model than this run's, which has none. Begin another run with --out.");
        UsageException.Unless(wanted.Model.Validated);
        var (samples, sha256) = await FindAsync().ConfigureAwait(false);
        UsageException.Unless(() => wanted.Training.Validated(samples.Count));
        return (TrainingRun<float>.Resume(path, samples, sha256, product.Value, wanted, parsed.GetValue(_acceptChanges)), product);

        async Task<(ISampleSource Samples, string Sha256)> FindAsync()
        {
            var given = parsed.GetValue(_training.Data);
            var request = given ?? begun.Data.Request;
            if (TableArguments.IsTable(given, begun))
            {
                var table = display.Run(() => Session.ReadTable(begun, request, cancellationToken));
                return (table, table.Sha256);
            }

            var data = await Session.FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
            var isConditional = begun.Model.Classes > 0;
            return (Session.SamplesOf(data.Train, isConditional), Session.Describe(data, begun.Data.Request, isConditional, display, cancellationToken).Sha256);
        }
    }

    private static string CommandLine(ParseResult parsed)
        => "vae " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value));
}
