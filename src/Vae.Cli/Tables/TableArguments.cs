using System.CommandLine;
using System.CommandLine.Parsing;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of every command that reads a table.</summary>
/// <param name="takesLists">Whether <c>--ignore id note</c> are two columns; false for a command with an argument of its own,
/// which would be taken for a column.</param>
internal sealed class TableArguments(bool takesLists)
{
    private readonly Option<string?> _schema = new("--schema")
    {
        Description = "the columns, from a file that vae schema --out wrote",
        CustomParser = result => CommonOptions.NotEmpty(result, "a file"),
        HelpName = "FILE",
    };

    private readonly Option<ColumnAndKind[]> _kinds = new("--kind")
    {
        Description = $"the kind of a column ({string.Join(", ", KindNames.All.Keys)}); found in its values unless told",
        DefaultValueFactory = _ => [],
        CustomParser = Kinds,
        AllowMultipleArgumentsPerToken = takesLists,
        HelpName = "NAME=KIND",
    };

    private readonly Option<string[]> _ids = Names(
        "--id", "columns that name a row: not modelled, but passed through to results", takesLists);

    private readonly Option<string[]> _ignore = Names("--ignore", "columns to leave out", takesLists);

    private readonly Option<string[]> _columns = Names("--columns", "the columns to read; all unless told", takesLists);

    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        Description = "the character between fields, or tab or space; found in the first lines unless told",
        CustomParser = Delimiter,
        HelpName = "C",
    };

    private readonly Option<bool> _header = new("--header") { Description = "the first line names the columns" };

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "the first line is a row; columns are column_1, column_2 ...",
    };

    private readonly Option<bool> _decimalComma = new("--decimal-comma")
    {
        Description = "1,5 is one and a half; false: 1.5 is. Found in the first lines unless told",
    };

    private readonly Option<string?> _dateFormat = new("--date-format")
    {
        Description = "how dates are written where not as 2026-11-28, such as dd.MM.yyyy",
        CustomParser = result => CommonOptions.NotEmpty(result, "a pattern such as dd.MM.yyyy"),
        HelpName = "PATTERN",
    };

    private readonly Option<int> _mostLevels = CommonOptions.Whole(
        "--most-levels",
        "the most levels of a category; beyond, the rare ones are pooled",
        new TableOptions().MostLevels,
        least: 2);

    public Option[] All
        => [_schema, _kinds, _ids, _ignore, _columns, _delimiter, _header, _noHeader, _decimalComma, _dateFormat, _mostLevels];

    /// <summary>Reads what the command line says about a table.</summary>
    /// <exception cref="UsageException">Two options contradict each other.</exception>
    /// <exception cref="IOException">The file of the schema cannot be read.</exception>
    public TableRequest Request(ParseResult parsed)
    {
        UsageException.Require(
            !parsed.GetValue(_header) || !parsed.GetValue(_noHeader), "--header and --no-header contradict each other.");
        return new TableRequest
        {
            Notation = new CsvTableOptions
            {
                Delimiter = parsed.GetValue(_delimiter),
                HasHeader = HasHeader(parsed),
                DecimalComma = parsed.IsGiven(_decimalComma) ? parsed.GetValue(_decimalComma) : null,
            },
            Schema = parsed.GetValue(_schema) is { } file ? TableSchema.Load(file) : null,
            Kinds = parsed.GetValue(_kinds)!,
            Ids = parsed.GetValue(_ids)!,
            Ignore = parsed.GetValue(_ignore)!,
            Columns = parsed.GetValue(_columns)!,
            DateFormat = parsed.GetValue(_dateFormat),
            MostLevels = parsed.IsGiven(_mostLevels) ? parsed.GetValue(_mostLevels) : null,
        };
    }

    /// <summary>Refuses options for tables where the data is not a table.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RequireNone(ParseResult parsed, string why)
    {
        var given = All.FirstOrDefault(parsed.IsGiven);
        UsageException.Require(given is null, $"{given?.Name} {why}");
    }

    private bool? HasHeader(ParseResult parsed)
        => parsed.IsGiven(_noHeader) ? !parsed.GetValue(_noHeader)
            : parsed.IsGiven(_header) ? parsed.GetValue(_header)
            : null;

    private static Option<string[]> Names(string name, string description, bool takesLists)
    {
        var option = CommonOptions.Texts(name, description, "A,B");
        option.AllowMultipleArgumentsPerToken = takesLists;
        return option;
    }

    // A name may hold an equals sign; a kind does not.
    private static ColumnAndKind[]? Kinds(ArgumentResult result)
    {
        var kinds = new List<ColumnAndKind>();
        foreach (var text in result.Tokens.Select(token => token.Value))
        {
            var equals = text.LastIndexOf('=');
            if (equals < 1 || !KindNames.All.TryGetValue(text[(equals + 1)..].Trim(), out var kind))
            {
                return CommonOptions.Refuse<ColumnAndKind[]>(
                    result, $"NAME=KIND, such as zip=category, with one of {string.Join(", ", KindNames.All.Keys)}", text);
            }

            kinds.Add(new ColumnAndKind(text[..equals], kind));
        }

        return [.. kinds];
    }

    private static char? Delimiter(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        return text switch
        {
            "tab" or "\\t" => '\t',
            "space" => ' ',
            { Length: 1 } => text[0],
            _ => CommonOptions.Refuse<char?>(result, "one character, such as ';', or tab or space", text),
        };
    }
}
