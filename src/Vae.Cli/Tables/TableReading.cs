using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Reads the tables that command lines name, and those of runs.</summary>
internal static class TableReading
{
    private static readonly string[] Endings = [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".parquet"];

    /// <summary>Whether requested data is a table: standard input, a file, or a path with a table's extension.</summary>
    public static bool IsTable(string request)
        => request == ResultFile.Standard || File.Exists(request)
            || Endings.Any(ending => request.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the data of a run is a table: the data of its training, unless other data is asked for.</summary>
    public static bool IsTable(string? request, RunRecord record)
        => request is null ? record.Data.Table is not null : IsTable(request);

    /// <summary>The description of a table in one line.</summary>
    public static string SourceOf(Table table, string path)
        => $"{NameOf(path)}: {table.Count} rows of {table.Features} columns";

    /// <summary>Reads a table as the command line describes it.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="asked">The options of the command line.</param>
    /// <param name="folder">The folder for the temporary file of a large table; null for the system's.</param>
    /// <param name="input">Opens standard input.</param>
    /// <param name="display">Shows the progress.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OpenedTable Read(
        string path,
        TableRequest asked,
        string? folder,
        Func<Stream> input,
        Display display,
        CancellationToken cancellationToken) => display.Run(() =>
    {
        using var door = TableDoor.Open(path, asked.Notation, input, cancellationToken);
        return door.Read(asked.For(door.Names) with { Folder = folder }, new ReadingProgress(display), cancellationToken);
    });

    /// <summary>Reads a table for a run: its own as it keeps it, or a new one by the names that the model knows.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="request">The table to read; null for the run's own.</param>
    /// <param name="asked">The options of the command line.</param>
    /// <param name="input">Opens standard input.</param>
    /// <param name="display">Shows the progress.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OpenedTable OfRun(
        RunFolder run,
        RunRecord record,
        string? request,
        TableRequest asked,
        Func<Stream> input,
        Display display,
        CancellationToken cancellationToken)
    {
        if (request is null && KeptTable.TryOpen(run, record, display, cancellationToken) is { } own)
        {
            return new OpenedTable(own, null, null, []);              // its notes were shown when it was trained
        }

        var path = request ?? record.Data.Request;
        if (request is null && path == ResultFile.Standard)
        {
            throw new CheckpointException(
                $"{KeptTable.FileOf(run)}: there is no such file, and the run's table came from standard input. "
                + KeptTable.Remedy);
        }

        var schema = RunSchema.Of(record);
        return display.Run(() =>
        {
            using var door = OpenFor(
                schema, path, Notations(asked, record, isOwn: request is null), input, cancellationToken);
            var opened = door.Read(schema.For(asked, door.Names), new ReadingProgress(display), cancellationToken);
            return record.IsByKind() && request is not null
                ? WithNotes(opened, schema.Lacking(door.Names), cancellationToken)
                : opened;
        });
    }

    // Another value of a column with one value is no hole: the model does not have that column.
    private static OpenedTable WithNotes(OpenedTable opened, IReadOnlyList<string> lacking, CancellationToken cancellationToken)
    {
        var table = opened.Table;
        var names = ConstantColumns.Of(table.Schema).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var told = table.Findings.Where(finding => names.Contains(finding.Column.Name)).Select(finding => finding.Note).ToArray();
        return opened with
        {
            Remarks =
            [
                .. lacking.Count == 0 ? []
                    : new[] { $"not in the table, so missing in all its rows: {Model.ColumnNames.Shown(lacking)}" },
                .. opened.Remarks.Where(note => !told.Contains(note)),
                .. ConstantColumns.Notes(table, cancellationToken),
            ],
        };
    }

    // A new table is looked at anew. Where its looks mislead, as those of one without a header may, it is perhaps written as the
    // run's own, and the other way round. Standard input can be opened once.
    private static TableDoor OpenFor(
        RunSchema schema, string path, CsvTableOptions[] notations, Func<Stream> input, CancellationToken cancellationToken)
    {
        for (var i = path == ResultFile.Standard ? notations.Length : 0; i < notations.Length; i++)
        {
            try
            {
                var door = TableDoor.Open(path, notations[i], input, cancellationToken);
                if (schema.Fits(door.Names))
                {
                    return door;
                }

                door.Dispose();
            }
            catch (TableException)                                    // perhaps the other one is its notation
            {
            }
        }

        return TableDoor.Open(path, notations[0], input, cancellationToken);
    }

    private static CsvTableOptions[] Notations(TableRequest asked, RunRecord record, bool isOwn)
    {
        var remembered = asked.Notation with
        {
            Delimiter = asked.Notation.Delimiter ?? record.Data.Table?.Delimiter,
            HasHeader = asked.Notation.HasHeader ?? record.Data.Table?.HasHeader,
            DecimalComma = asked.Notation.DecimalComma ?? record.Data.Table?.DecimalComma,
        };
        return isOwn ? [remembered, asked.Notation] : [asked.Notation, remembered];
    }

    /// <summary>A path, or the name of standard input.</summary>
    public static string NameOf(string path) => path == ResultFile.Standard ? "standard input" : Path.GetFullPath(path);

    private sealed class ReadingProgress(Display display) : IProgress<TableProgress>
    {
        public void Report(TableProgress value)
            => display.Update("the table", "", value.Rows, value.Rows / double.Max(value.Share, 1e-9), "rows");
    }
}
