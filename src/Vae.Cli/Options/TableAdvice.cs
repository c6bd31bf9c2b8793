using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Turns the assignments that messages and notes on tables advise, such as
/// <c>TableOptions.Kinds["zip"] = ColumnKind.Category</c>, into options that work when typed.</summary>
internal static partial class TableAdvice
{
    private const int MostCharacters = 200;                           // of advice in a message

    /// <summary>A message with options in place of assignments. Advice that is too long, or that has signs that nobody can
    /// type, is left out where it is a sentence of its own.</summary>
    public static string In(string message)
    {
        var sentences = Sentence().Replace(message, match => Advice(Assignment().Matches(match.Groups[1].Value).ToArray()));
        return Assignment().Replace(
            sentences, assignment => OptionOf(assignment) is var option && CanBeTyped(option) ? option : assignment.Value);
    }

    // Options to drop, options to add, and the columns to leave out as one option.
    private static string Advice(Match[] assignments)
    {
        var ignored = assignments.Where(IsIgnored).Select(ColumnOf).ToArray();
        string[] add =
        [
            .. assignments.Where(assignment => !IsIgnored(assignment) && !IsDropped(assignment)).Select(OptionOf),
            .. ignored.Length > 0 ? [ShellWord.Columns("--ignore", ignored)] : Array.Empty<string>(),
        ];
        var typed = string.Join(' ', add);
        string[] parts =
        [
            .. assignments.Where(IsDropped).Select(OptionOf),
            .. typed.Length > 0 ? [$"try: {typed}"] : Array.Empty<string>(),
        ];
        return typed.Length > MostCharacters || !CanBeTyped(typed) ? "" : $" Or {string.Join(" and ", parts)}";
    }

    private static bool IsDropped(Match assignment) => assignment.Groups["value"].Value is "null" or "''";

    private static bool IsIgnored(Match assignment) => assignment.Groups["value"].Value == $"ColumnKind.{ColumnKind.Ignore}";

    private static string ColumnOf(Match assignment) => Unescaped(assignment.Groups["column"].Value[1..^1]);

    private static bool CanBeTyped(string text) => Printable.Escaped(text) == text;

    private static string OptionOf(Match assignment)
    {
        var value = assignment.Groups["value"].Value;
        if (IsDropped(assignment))
        {
            return $"drop {NameOf(assignment.Groups["property"].Value)}";
        }

        var columns = Text().Matches(value).Select(text => Unescaped(text.Value[1..^1])).ToArray();
        return assignment.Groups["property"].Value switch
        {
            "Kinds" => OfKind(ColumnOf(assignment), value["ColumnKind.".Length..]),
            "HasHeader" => value == "false" ? "--no-header" : "--header",
            "DecimalComma" => value == "true" ? "--decimal-comma" : "--decimal-comma false",
            "Delimiter" => ShellWord.Option("--delimiter", DelimiterNamed(Unescaped(value[1..^1]))),
            "DateFormat" => ShellWord.Option("--date-format", columns[0]),
            "MostLevels" => $"--most-levels {value}",
            "Columns" => ShellWord.Columns("--columns", columns),
            _ => assignment.Value,
        };
    }

    private static string NameOf(string property) => property switch
    {
        "HasHeader" => "--header or --no-header",
        "DecimalComma" => "--decimal-comma",
        "Delimiter" => "--delimiter",
        _ => property,
    };

    private static string OfKind(string column, string kind) => kind switch
    {
        nameof(ColumnKind.Id) => ShellWord.Columns("--id", [column]),
        nameof(ColumnKind.Ignore) => ShellWord.Columns("--ignore", [column]),
        _ => ShellWord.Option("--kind", $"{column}={kind.ToLowerInvariant()}"),
    };

    private static string DelimiterNamed(string delimiter) => delimiter switch { "\t" => "tab", " " => "space", _ => delimiter };

    // The escapes of a text in C#, and those of Printable.
    private static string Unescaped(string text) => Escape().Replace(text, match => match.Groups["code"] is { Success: true } code
        && int.TryParse(code.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rune) && Rune.IsValid(rune)
            ? new Rune(rune).ToString()
            : match.Value is "\\t" ? "\t" : match.Value[1..]);

    private const string Quoted = @"""(?:[^""\\]|\\.)*""";

    private const string Assigned =
        @"(?:CsvTable|Table)Options\.(?<property>\w+)(?:\[(?<column>" + Quoted + @")\])? = "
        + @"(?<value>ColumnKind\.\w+|true|false|\d+|null|'(?:\\u\{[0-9A-F]+\}|\\.|[^'\\])?'|"
        + Quoted + @"|\[(?:" + Quoted + @"(?:, )?)*\])";

    [GeneratedRegex(Assigned)]
    private static partial Regex Assignment();

    [GeneratedRegex(@" Or set ((?:(?: and |, )?" + Assigned + @")+)\.")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\\u\{(?<code>[0-9A-F]{1,6})\}|\\.")]
    private static partial Regex Escape();

    [GeneratedRegex(Quoted)]
    private static partial Regex Text();
}
