using System.CommandLine;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a command over a run that say which samples it reads, and finding them.</summary>
/// <param name="input">Opens standard input.</param>
internal sealed class DataArguments(Func<Stream> input)
{
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<string> _split = CommonOptions.Split();

    /// <summary>The data, for a command that does not take images.</summary>
    public Option Data => _data;

    /// <summary>The options of every command.</summary>
    public Option[] All => [_data, _split];

    /// <summary>The options for tables.</summary>
    public TableArguments Table { get; } = new(takesLists: false);

    /// <summary>The data that is asked for; null for that of the run's training.</summary>
    public string? Request(ParseResult parsed) => parsed.GetValue(_data);

    /// <summary>The part of the images.</summary>
    public string Split(ParseResult parsed) => parsed.GetValue(_split)!;

    /// <summary>Whether a part of the images is asked for.</summary>
    public bool IsSplitGiven(ParseResult parsed) => parsed.IsGiven(_split);

    /// <summary>Finds the samples: those of the run's training unless others are asked for. The columns of a table are found
    /// by the names that the model knows, in any order.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="display">Shows the progress and the notes.</param>
    /// <param name="error">The writer of warnings.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <param name="ofTraining">Whether images are those of the training, whatever the command line says.</param>
    public async Task<RunSamples> FindAsync(
        ParseResult parsed,
        RunFolder folder,
        RunRecord record,
        Display display,
        TextWriter error,
        CancellationToken cancellationToken,
        bool ofTraining = false)
    {
        var request = Request(parsed);
        if (TableReading.IsTable(request, record))
        {
            UsageException.Require(
                !parsed.IsGiven(_split), "--split goes with images: a table has one part. Give another table with --data.");
            if (request is null)
            {
                Table.RequireNone(parsed, "goes with --data: the run's own table was read when it was trained.");
            }

            var asked = Table.Request(parsed);
            var opened = TableReading.OfRun(folder, record, request, asked, input, display, cancellationToken);
            display.Notes(opened.Notes);
            var table = opened.Table;
            var rows = WholeRows.Of(table, record);
            var seen = record.Preparation?.Apply(rows) ?? rows;
            seen.RequireFit(record.Model, cancellationToken);
            if (request is not null && record.Preparation is { } preparation // rows that the training has not seen
                && ClampedNumbers.Note(table, preparation, cancellationToken) is { } note)
            {
                display.Notes([note]);
            }

            return new RunSamples(seen, TableReading.SourceOf(table, request ?? record.Data.Request), null, table);
        }

        Table.RequireNone(parsed, "goes with a table: --data sales.csv.");
        var data = await Session.FindDataAsync(request ?? record.Data.Request, display, error, cancellationToken)
            .ConfigureAwait(false);
        var images = ofTraining || parsed.GivenOrNull(_split) == "train" ? data.Train : data.Test;
        var samples = Session.SamplesOf(images, record.Model.Classes > 0);
        return new RunSamples(record.Preparation?.Apply(samples) ?? samples, data.Source, images, null);
    }
}
