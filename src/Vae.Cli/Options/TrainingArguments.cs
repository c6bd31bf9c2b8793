using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a training, common to <c>train</c> and <c>report</c>.</summary>
/// <param name="usual">The defaults that the help shows.</param>
internal sealed class TrainingArguments(TrainingOptions usual)
{
    public Option<int> Epochs { get; } = CommonOptions.Whole("--epochs", "passes over the training samples", usual.Epochs);

    public Option<int> BatchSize { get; } = CommonOptions.Whole(
        "--batch-size", "samples in a step", usual.BatchSize, most: 1_000_000);

    public Option<double> LearningRate { get; } = CommonOptions.NumberAboveZero(
        "--learning-rate", "Adam's step size", usual.Adam.LearningRate);

    public Option<int> ValidationImages { get; } = CommonOptions.Whole(
        "--validation-images", "training samples held out; 0 for none", usual.ValidationSamples, least: 0);

    public Option<ulong> Seed { get; } = CommonOptions.Seed();

    public Option<string?> Data { get; } = CommonOptions.Data();

    public Option<int?> Threads { get; } = CommonOptions.Threads();

    public Option<string> Product { get; } = CommonOptions.Product();

    public Option<bool> Quiet { get; } = CommonOptions.Quiet();

    public Symbol[] All => [Epochs, BatchSize, LearningRate, ValidationImages, Seed, Data, Threads, Product, Quiet];

    /// <summary>The training that the command line describes; not yet validated.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="start">The values of options that are not given: a library's defaults, or the training of
    /// a run to resume.</param>
    public TrainingOptions Options(ParseResult parsed, TrainingOptions start) => start with
    {
        Epochs = parsed.ValueOr(Epochs, start.Epochs),
        BatchSize = parsed.ValueOr(BatchSize, start.BatchSize),
        Seed = parsed.ValueOr(Seed, start.Seed),
        ValidationSamples = parsed.ValueOr(ValidationImages, start.ValidationSamples),
        Adam = start.Adam with { LearningRate = parsed.ValueOr(LearningRate, start.Adam.LearningRate) },
    };

    /// <summary>Loads the matrix product that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="error">The writer for a note that a library is not available.</param>
    /// <param name="begunWith">The product of a run to resume, taken where the command line names none. A library's path is
    /// never taken: a run's files may come from a stranger, and loading a library runs its code.</param>
    public ChosenProduct Choose(ParseResult parsed, TextWriter error, string? begunWith = null)
    {
        var isTold = parsed.IsGiven(Product) || begunWith is null;
        UsageException.Require(
            isTold || ChosenProduct.Names.Contains(begunWith!) || !ChosenProduct.IsPath(begunWith!),
            $"The run was begun with the library '{begunWith}', which is not loaded on the word of a file. "
                + "If you trust it, name it with --product.");
        var name = !isTold && ChosenProduct.Names.Contains(begunWith!) ? begunWith! : parsed.GetValue(Product)!;
        return ChosenProduct.ByName(name, parsed.GetValue(Threads), error);
    }
}
