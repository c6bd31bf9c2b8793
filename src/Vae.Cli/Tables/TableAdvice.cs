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
        var sentences = Sentence().Replace(message, match =>
        {
            var typed = Typed(Assignment().Matches(match.Groups[1].Value));
            return typed.Length > MostCharacters || !CanBeTyped(typed) ? "" : $" Or try: {typed}";
        });
        return Assignment().Replace(
            sentences, assignment => OptionOf(assignment) is var option && CanBeTyped(option) ? option : assignment.Value);
    }

    // Columns to leave out are one option.
    private static string Typed(IReadOnlyCollection<Match> assignments)
    {
        var ignored = assignments.Where(IsIgnored).Select(ColumnOf).ToArray();
        string[] options =
        [
            .. assignments.Where(assignment => !IsIgnored(assignment)).Select(OptionOf),
            .. ignored.Length > 0 ? [ShellWord.Columns("--ignore", ignored)] : Array.Empty<string>(),
        ];
        return string.Join(' ', options);
    }

    private static bool IsIgnored(Match assignment) => assignment.Groups["value"].Value == $"ColumnKind.{ColumnKind.Ignore}";

    private static string ColumnOf(Match assignment) => Unescaped(assignment.Groups["column"].Value[1..^1]);

    private static bool CanBeTyped(string text) => Printable.Escaped(text) == text;

    private static string OptionOf(Match assignment)
    {
        var value = assignment.Groups["value"].Value;
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

    private static string OfKind(string column, string kind) => kind switch
    {
        nameof(ColumnKind.Id) => ShellWord.Columns("--id", [column]),
        nameof(ColumnKind.Ignore) => ShellWord.Columns("--ignore", [column]),
        _ => ShellWord.Option("--kind", $"{column}={kind.ToLowerInvariant()}"),
    };

    private static string DelimiterNamed(string delimiter) => delimiter switch { "\t" => "tab", " " => "space", _ => delimiter };

    // The escapes of a text in C#, as far as messages have them.
    private static string Unescaped(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(text[++i] switch { 't' => '\t', 'u' => '\0', var sign => sign }); // \u{7}: nobody can type that
        }

        return result.ToString();
    }

    private const string Quoted = @"""(?:[^""\\]|\\.)*""";

    private const string Assigned =
        @"(?:CsvTable|Table)Options\.(?<property>\w+)(?:\[(?<column>" + Quoted + @")\])? = "
        + @"(?<value>ColumnKind\.\w+|true|false|\d+|'(?:\\.|[^'\\])'|" + Quoted + @"|\[(?:" + Quoted + @"(?:, )?)*\])";

    [GeneratedRegex(Assigned)]
    private static partial Regex Assignment();

    [GeneratedRegex(@" Or set ((?:(?: and |, )?" + Assigned + @")+)\.")]
    private static partial Regex Sentence();

    [GeneratedRegex(Quoted)]
    private static partial Regex Text();
}
