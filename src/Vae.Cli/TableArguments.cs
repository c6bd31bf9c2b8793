using System.CommandLine;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a training on a table.</summary>
internal sealed class TableArguments
{
    private readonly Option<string> _scale = CommonOptions.OneOf("--scale", "how the columns are scaled for the model, by the rows that it learns from", "standard", [.. ScalingNames.Keys]);

    private readonly Option<string[]> _columns = CommonOptions.Texts("--columns", "the columns to take; all unless told", "A,B");

    private readonly Option<string[]> _ignore = CommonOptions.Texts("--ignore", "columns to leave out, such as names and dates", "A,B");

    private readonly Option<string?> _delimiter = new("--delimiter") { Description = "what separates fields; found out from the first line unless told", HelpName = "C" };

    private readonly Option<bool> _noHeader = new("--no-header") { Description = "the first line is a row, too; columns are column_1, column_2 ..." };

    private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "1,5 is one and a half" };

    public Symbol[] All => [_scale, _columns, _ignore, _delimiter, _noHeader, _decimalComma];

    private static Dictionary<string, Scaling> ScalingNames { get; } = new()
    {
        ["standard"] = Scaling.Standard,
        ["min-max"] = Scaling.MinMax,
        ["none"] = Scaling.None,
    };

    /// <summary>Reads the table that was asked for.</summary>
    /// <exception cref="TableException">It is none, or has fields that are no numbers.</exception>
    public CsvTable Read(ParseResult parsed, string path, CancellationToken cancellationToken) => CsvTable.Read(path, new CsvTableOptions
    {
        HasHeader = !parsed.GetValue(_noHeader),
        DecimalComma = parsed.GetValue(_decimalComma),
        Delimiter = DelimiterOf(parsed),
        Columns = parsed.GetValue(_columns) is { Length: > 0 } columns ? columns : null,
        Ignore = parsed.GetValue(_ignore)!,
    }, cancellationToken);

    /// <summary>What a run's record says of its table.</summary>
    public DataRecord Describe(ParseResult parsed, CsvTable table, string path)
        => new(SourceOf(table, path), table.Count, table.Sha256)
        {
            Request = Path.GetFullPath(path),
            Table = new TableRecord(!parsed.GetValue(_noHeader), parsed.GetValue(_decimalComma)) { Delimiter = DelimiterOf(parsed) },
        };

    private char? DelimiterOf(ParseResult parsed)
    {
        var delimiter = parsed.GetValue(_delimiter);
        UsageException.Require(delimiter is null or { Length: 1 }, $"--delimiter wants one character, such as ';', but got '{delimiter}'.");
        return delimiter?[0];
    }

    /// <summary>How the columns shall be scaled.</summary>
    public Scaling ScalingOf(ParseResult parsed) => ScalingNames[parsed.GetValue(_scale)!];

    /// <summary>Refuses options that go with a table where there is none.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RequireNone(ParseResult parsed, string why)
    {
        var given = All.Cast<Option>().FirstOrDefault(parsed.IsGiven);
        UsageException.Require(given is null, $"{given?.Name} {why}");
    }

    /// <summary>Whether the data of a run is a table: what it was trained on, unless something else is asked for.</summary>
    public static bool IsTable(string? request, RunRecord record) => request is null ? record.Data.Table is not null : IsTable(request);

    /// <summary>Whether data that was asked for is a table: a file, or what is named like one.</summary>
    public static bool IsTable(string request)
        => Path.GetExtension(request).ToUpperInvariant() is ".CSV" or ".TSV" || File.Exists(request);

    /// <summary>A table in a line for a person.</summary>
    public static string SourceOf(CsvTable table, string path) => $"{Path.GetFullPath(path)}: {table.Count} rows of {table.Features} columns";
}
