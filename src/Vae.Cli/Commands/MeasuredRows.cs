using System.CommandLine;
using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The samples that <c>vae evaluate</c> measures: all, or those that the training held out.</summary>
/// <param name="Samples">The samples, as the model sees them.</param>
/// <param name="Chosen">Their numbers among <paramref name="Samples"/>; empty for all.</param>
/// <param name="Which">The words for them, such as <c>held-out</c>.</param>
internal sealed record MeasuredRows(ISampleSource Samples, int[] Chosen, string Which)
{
    private const string HeldOut = "held-out";
    private const string All = "all";

    /// <summary>The number of samples.</summary>
    public int Count => Chosen.Length > 0 ? Chosen.Length : Samples.Count;

    /// <summary>The number of samples as text, with that of all samples.</summary>
    public string CountText => Chosen.Length > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Count:N0} of {Samples.Count:N0}")
        : Count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The option.</summary>
    public static Option<string> Option() => CommonOptions.OneOf(
        "--rows", "of the run's own data the held-out rows, which a table has unless told, or all", HeldOut, [HeldOut, All]);

    /// <summary>Whether the samples must be those of the run's training.</summary>
    /// <exception cref="UsageException">Held-out samples are asked for where there are none.</exception>
    public static bool IsOfTraining(ParseResult parsed, Option<string> rows, DataArguments data, RunRecord record)
    {
        if (!parsed.IsGiven(rows) || parsed.GetValue(rows) != HeldOut)
        {
            return false;
        }

        UsageException.Require(
            data.Request(parsed) is null,
            "--rows held-out goes with the run's own data: of new data none was held out. Drop --data or take --rows all.");
        UsageException.Require(
            !data.IsSplitGiven(parsed) || data.Split(parsed) == "train",
            "--rows held-out goes with --split train: the images were held out from the training.");
        UsageException.Require(
            record.Training.ValidationSamples > 0,
            "The training held nothing out (--validation-images 0), so there is nothing to measure. Take --rows all, or train "
                + "with --validation-images 100.");
        return true;
    }

    /// <summary>Chooses the samples: of the run's own table the held-out ones unless told otherwise.</summary>
    public static MeasuredRows Of(
        ParseResult parsed, Option<string> rows, DataArguments data, RunRecord record, RunSamples found, Display display)
    {
        var isOwnTable = found.Table is not null && data.Request(parsed) is null;
        var isHeldOut = parsed.IsGiven(rows) ? parsed.GetValue(rows) == HeldOut : isOwnTable;
        var held = record.Training.ValidationSamples;
        if (isHeldOut && held == 0)
        {
            display.Notes(["the training held no row out (--validation-images 0): these are the rows that it saw"]);
        }

        var chosen = isHeldOut && held > 0 && held < found.Samples.Count
            ? new SampleOrder(found.Samples.Count, held, record.Training.Seed).Validation
            : [];
        return new MeasuredRows(
            found.Samples,
            chosen,
            chosen.Length > 0 ? HeldOut : found.Table is null ? data.Split(parsed) : "table");
    }
}
