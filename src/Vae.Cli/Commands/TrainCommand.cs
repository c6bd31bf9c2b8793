using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of <c>vae train</c>.</summary>
/// <param name="input">Opens standard input.</param>
internal sealed partial class TrainCommand(Func<Stream> input)
{
    private const string Learn = "learn";
    private const string Refuse = "refuse";

    private static readonly VaeOptions UsualModel = new() { Features = 1 }; // of images; the features are the data's
    private static readonly TrainingOptions UsualTraining = new();

    private static readonly Dictionary<string, Pixels> PixelsNames = new()
    {
        ["grey"] = Pixels.Grey,
        ["threshold"] = Pixels.Threshold,
        ["dynamic"] = Pixels.Dynamic,
    };

    private static readonly Dictionary<string, Scaling> ScalingNames = new()
    {
        ["standard"] = Scaling.Standard,
        ["min-max"] = Scaling.MinMax,
        ["none"] = Scaling.None,
    };

    private readonly TrainingArguments _training = new(UsualTraining);
    private readonly ModelArguments _model = new(UsualModel);
    private readonly OptimisationArguments _optimisation = new();
    private readonly TableArguments _table = new(takesLists: true);

    private readonly Option<string> _scale = CommonOptions.OneOf(
        "--scale", "how the columns are scaled for the model, by the training rows", Preparation.UsualForTable, ScalingNames);

    private readonly Option<string> _missing = CommonOptions.OneOf(
        "--missing", "a table's missing values: learn with them, or refuse the table", Learn, [Learn, Refuse]);

    private readonly Option<string> _pixels = CommonOptions.OneOf(
        "--pixels",
        "the pixels that the model sees: greys, 1 from a half on, or 0 and 1 drawn anew each epoch",
        UsualModel.Pixels,
        PixelsNames);

    private readonly Option<bool> _labels = new("--labels")
    {
        Description = "give each image's label to encoder and decoder (conditional VAE)",
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "go on with this run; its options are those it was begun with",
        HelpName = "RUN",
    };

    private readonly Option<bool> _acceptChanges = new("--accept-changes")
    {
        Description = "with --resume: go on even if other options are given, or another product",
    };

    private readonly Option<string> _folder = CommonOptions.Out("the folder of the run", "run");

    /// <summary>Whether results are one JSON object.</summary>
    public Option<bool> Json { get; } = CommonOptions.Json();

    /// <summary>Whether no progress is shown.</summary>
    public Option<bool> Quiet => _training.Quiet;

    /// <summary>The command, without its action.</summary>
    public DocumentedCommand Describe()
    {
        var (model, training) = (VaeOptions.ForTable(1), TrainingOptions.ForTable(0));
        return new DocumentedCommand(
            "train",
            "Trains a model and keeps it, with everything that a resume needs, in a folder. A table (--data sales.csv) is "
                + "modelled by the kinds of its columns: a likelihood for each, missing values learnt with, a tenth of the rows "
                + "held out, sizes and epochs by the table's. With --likelihood or --scale its numbers alone are modelled, all "
                + "alike; the "
                + $"defaults are then --likelihood {ModelArguments.NameOf(model.Likelihood)} "
                + $"--scale {ScalingNames.NameOf(Preparation.UsualForTable)} --hidden {new LayerSizes(model.Hidden)} "
                + $"--epochs {training.Epochs} --batch-size {training.BatchSize} and a tenth of the rows held out.",
            "vae train --latent 20 --hidden 400 --epochs 10 --out run",
            "vae train --data sales.csv --id name --ignore note --out sales",
            "zcat sales.csv.gz | vae train --data - --schema sales.json --out sales",
            "vae train --data drawn --latent 2 --likelihood gaussian --kl-weight 0.1 --out gauss",
            "vae train --latent 50 --hidden 200,200 --activation tanh --pixels dynamic --bound iwae --draws 5 --schedule burda "
                + "--epochs 40 --out iwae",
            "vae train --resume run",
            "vae train --resume run --epochs 40 --accept-changes")
            .WithGroup("The model", [.. _model.All, _pixels, _labels])
            .WithGroup("A table", [_missing, _scale, .. _table.All])
            .WithGroup(
                "Its training",
                [
                    _training.Epochs,
                    _training.BatchSize,
                    _training.LearningRate,
                    .. _optimisation.All,
                    _training.ValidationImages,
                    _optimisation.KeepBy,
                    _training.Seed,
                ])
            .WithGroup(
                "The run",
                [
                    _training.Data,
                    _folder,
                    _resume,
                    _acceptChanges,
                    .. _optimisation.Checkpoints,
                    _training.Threads,
                    _training.Product,
                    _training.Quiet,
                    Json,
                ]);
    }

    /// <summary>Begins or resumes the run that the command line describes.</summary>
    public async Task<OpenedRun> OpenAsync(
        ParseResult parsed, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_resume) is { } path)
        {
            return await ResumeAsync(parsed, path, display, error, cancellationToken).ConfigureAwait(false);
        }

        UsageException.Require(!parsed.IsGiven(_acceptChanges), "--accept-changes goes with --resume.");
        var product = _training.Choose(parsed, error);
        var request = parsed.GetValue(_training.Data) ?? "auto";
        return TableReading.IsTable(request)
            ? BeginOnTable(parsed, request, product, display, cancellationToken)
            : await BeginOnImagesAsync(parsed, request, product, display, error, cancellationToken).ConfigureAwait(false);
    }
}
