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
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OpenedTable Read(
        string path, TableRequest asked, string? folder, Func<Stream> input, CancellationToken cancellationToken)
    {
        using var source = TableSource.Open(path, asked.Notation, input);
        return source.Read(asked.For(source.Names) with { Folder = folder }, cancellationToken);
    }

    /// <summary>Reads a table for a run: its own as it keeps it, or a new one by the names that the model knows.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="request">The table to read; null for the run's own.</param>
    /// <param name="asked">The options of the command line.</param>
    /// <param name="input">Opens standard input.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OpenedTable OfRun(
        RunFolder run,
        RunRecord record,
        string? request,
        TableRequest asked,
        Func<Stream> input,
        CancellationToken cancellationToken)
    {
        if (request is null && File.Exists(run.TableFile))
        {
            return new OpenedTable(Table.Open(run.TableFile), null, null, []);
        }

        var path = request ?? record.Data.Request;
        if (request is null && path == ResultFile.Standard)
        {
            throw new CheckpointException(
                $"{run.TableFile}: the run's table came from standard input, and is not kept here. Give it its own data.");
        }

        var model = RunSchema.Of(record);
        using var source = TableSource.Open(path, request is null ? Remembered(asked, record) : asked.Notation, input);
        if (request is null || path == ResultFile.Standard || model.Fits(source.Names))
        {
            return source.Read(model.For(asked, source.Names), cancellationToken);
        }

        // Its looks mislead, as those of a table without a header may: perhaps it is written as the run's own.
        using var other = TableSource.Open(path, Remembered(asked, record), input);
        var best = model.Fits(other.Names) ? other : source;
        return best.Read(model.For(asked, best.Names), cancellationToken);
    }

    /// <summary>A path, or the name of standard input.</summary>
    public static string NameOf(string path) => path == ResultFile.Standard ? "standard input" : Path.GetFullPath(path);

    /// <summary>A folder on the disk of a run that is not begun yet: its parent, or the nearest that there is.</summary>
    public static string? FolderBeside(string run)
    {
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)));
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    // The notation of the run's own table, where the command line says nothing else.
    private static TableNotation Remembered(TableRequest asked, RunRecord record) => asked.Notation with
    {
        Delimiter = asked.Notation.Delimiter ?? record.Data.Table?.Delimiter,
        HasHeader = asked.Notation.HasHeader ?? record.Data.Table?.HasHeader,
        DecimalComma = asked.Notation.DecimalComma ?? record.Data.Table?.DecimalComma,
    };
}
