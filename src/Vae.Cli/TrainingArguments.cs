using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a training, which <c>train</c> and <c>report</c> share.</summary>
internal sealed class TrainingArguments
{
    public Option<LayerSizes> Hidden { get; } = CommonOptions.Hidden(400, 400);

    public Option<int> Epochs { get; } = CommonOptions.Whole("--epochs", "passes over the training images", 20);

    public Option<int> BatchSize { get; } = CommonOptions.Whole("--batch-size", "images in a step", 128, most: 1_000_000);

    public Option<double> LearningRate { get; } = CommonOptions.Number(
        "--learning-rate", "Adam's step size", 1e-3, value => value > 0 && double.IsFinite(value), "a number above 0");

    public Option<int> ValidationImages { get; } = CommonOptions.Whole("--validation-images", "training images held out; 0 for none", 5000, least: 0);

    public Option<ulong> Seed { get; } = CommonOptions.Seed();

    public Option<string?> Data { get; } = CommonOptions.Data();

    public Option<int?> Threads { get; } = CommonOptions.Threads();

    public Option<string> Product { get; } = CommonOptions.Product();

    public Option<bool> Quiet { get; } = CommonOptions.Quiet();

    public Symbol[] All => [Hidden, Epochs, BatchSize, LearningRate, ValidationImages, Seed, Data, Threads, Product, Quiet];

    /// <summary>The training options that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="keepBy">By what the best epoch is chosen.</param>
    /// <param name="begun">Those of a run to resume, for what was not given; null for a new run.</param>
    public TrainingOptions Options(ParseResult parsed, KeepBy keepBy, TrainingOptions? begun = null) => (begun ?? new TrainingOptions()) with
    {
        Epochs = parsed.ValueOr(Epochs, begun?.Epochs),
        BatchSize = parsed.ValueOr(BatchSize, begun?.BatchSize),
        Seed = parsed.ValueOr(Seed, begun?.Seed),
        ValidationSamples = parsed.ValueOr(ValidationImages, begun?.ValidationSamples),
        KeepBy = keepBy,
        Adam = (begun?.Adam ?? new AdamOptions()) with { LearningRate = parsed.ValueOr(LearningRate, begun?.Adam.LearningRate) },
    };

    /// <summary>The product that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="error">Where it is said that MKL is not to be had.</param>
    /// <param name="begunWith">The product that a run to resume was begun with: what is taken unless told otherwise. Where it is a library's
    /// path, only a person may say that: a run's files may come from a stranger, and loading a library runs its code.</param>
    public ChosenProduct Choose(ParseResult parsed, TextWriter error, string? begunWith = null)
    {
        var isTold = parsed.IsGiven(Product) || begunWith is null;
        UsageException.Require(
            isTold || ChosenProduct.Names.Contains(begunWith!) || !ChosenProduct.IsPath(begunWith!),
            $"The run was begun with the library '{begunWith}', which is not loaded on the word of a file. Give it with --product if it is to be trusted.");
        var name = !isTold && ChosenProduct.Names.Contains(begunWith!) ? begunWith! : parsed.GetValue(Product)!;
        return ChosenProduct.ByName(name, parsed.GetValue(Threads), error);
    }
}
