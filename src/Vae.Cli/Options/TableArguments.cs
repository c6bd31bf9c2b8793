using System.CommandLine;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of a training on a table.</summary>
internal sealed class TableArguments
{
    private static readonly CsvTableOptions Usual = new();

    private readonly Option<string> _scale = CommonOptions.OneOf(
        "--scale", "how the columns are scaled for the model, by the training rows", Preparation.UsualForTable, ScalingNames);

    private readonly Option<string[]> _columns = CommonOptions.Texts("--columns", "the columns to read; all unless told", "A,B");

    private readonly Option<string[]> _ignore = CommonOptions.Texts(
        "--ignore", "columns to leave out, such as names and dates", "A,B");

    private readonly Option<string?> _delimiter = new("--delimiter")
    {
        Description = "the character between fields; found in the first line unless told",
        HelpName = "C",
    };

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "the first line is a row; columns are column_1, column_2 ...",
    };

    private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "1,5 is one and a half" };

    public Symbol[] All => [_scale, _columns, _ignore, _delimiter, _noHeader, _decimalComma];

    /// <summary>The name of the usual scaling.</summary>
    public static string UsualScaling => ScalingNames.NameOf(Preparation.UsualForTable);

    private static Dictionary<string, Scaling> ScalingNames { get; } = new()
    {
        ["standard"] = Scaling.Standard,
        ["min-max"] = Scaling.MinMax,
        ["none"] = Scaling.None,
    };

    /// <summary>Reads the table that the command line describes.</summary>
    /// <exception cref="IOException">It cannot be read; the message advises options of the command line.</exception>
    public CsvTable Read(ParseResult parsed, string path, CancellationToken cancellationToken)
    {
        var options = Usual with
        {
            HasHeader = !parsed.GetValue(_noHeader),
            DecimalComma = parsed.GetValue(_decimalComma),
            Delimiter = DelimiterOf(parsed),
        };
        try
        {
            var names = new Lazy<IReadOnlyList<string>>(() => CsvTable.ReadNames(path, options));
            options = options with
            {
                Columns = NamesOf(parsed.GetValue(_columns)!, names) is { Count: > 0 } columns ? columns : null,
                Ignore = NamesOf(parsed.GetValue(_ignore)!, names),
            };
            return CsvTable.Read(path, options, cancellationToken);
        }
        catch (TableException failure)
        {
            throw TableAdvice.WithOptions(failure, options);
        }
    }

    /// <summary>Reads a table for a run in the same way as the run's own.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CsvTable Read(RunRecord record, string path, CancellationToken cancellationToken)
    {
        var options = Usual with
        {
            HasHeader = record.Data.Table?.HasHeader ?? Usual.HasHeader,
            DecimalComma = record.Data.Table?.DecimalComma ?? Usual.DecimalComma,
            Delimiter = record.Data.Table?.Delimiter,
            Columns = record.Preparation?.Columns is { Count: > 0 } columns ? columns : null,
        };
        try
        {
            return CsvTable.Read(path, options, cancellationToken);
        }
        catch (TableException failure)
        {
            throw TableAdvice.WithoutOptions(failure, options);
        }
    }

    /// <summary>A run's record of its table.</summary>
    public DataRecord Describe(ParseResult parsed, CsvTable table, string path)
        => new(SourceOf(table, path), table.Count, table.Sha256)
        {
            Request = Path.GetFullPath(path),
            Table = new TableRecord(!parsed.GetValue(_noHeader), parsed.GetValue(_decimalComma))
            {
                Delimiter = DelimiterOf(parsed),
            },
        };

    /// <summary>The scaling of the columns.</summary>
    public Scaling ScalingOf(ParseResult parsed) => parsed.ValueOr(_scale, ScalingNames, Preparation.UsualForTable);

    /// <summary>Refuses options for tables where the data is not a table.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RequireNone(ParseResult parsed, string why)
    {
        var given = All.Cast<Option>().FirstOrDefault(parsed.IsGiven);
        UsageException.Require(given is null, $"{given?.Name} {why}");
    }

    /// <summary>Whether the data of a run is a table: the data of its training, unless other data is asked for.</summary>
    public static bool IsTable(string? request, RunRecord record)
        => request is null ? record.Data.Table is not null : IsTable(request);

    /// <summary>Whether requested data is a table: a file, or a path with a table's extension.</summary>
    public static bool IsTable(string request)
        => Path.GetExtension(request).ToUpperInvariant() is ".CSV" or ".TSV" || File.Exists(request);

    /// <summary>The description of a table in one line.</summary>
    public static string SourceOf(CsvTable table, string path)
        => $"{Path.GetFullPath(path)}: {table.Count} rows of {table.Features} columns";

    // An argument is either the name of a column, which may contain commas, or several names between commas.
    private static IReadOnlyList<string> NamesOf(string[] arguments, Lazy<IReadOnlyList<string>> names)
    {
        const StringSplitOptions clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return [.. arguments.SelectMany(argument =>
            argument.Split(',', clean) is var parts
                && ((parts is [var only] && only == argument) || !names.Value.Contains(argument))
                ? parts
                : [argument])];
    }

    private char? DelimiterOf(ParseResult parsed)
    {
        var delimiter = parsed.GetValue(_delimiter);
        UsageException.Require(
            delimiter is null or { Length: 1 }, $"--delimiter wants one character, such as ';', but got '{delimiter}'.");
        return delimiter?[0];
    }
}
