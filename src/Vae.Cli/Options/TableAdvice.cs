using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Turns the options of Vae.Formats that a table's error suggests into options of the command line.</summary>
internal static class TableAdvice
{
    private const int MostCharacters = 200;                           // of advice in a message

    /// <summary>The failure for a command with options for tables, which the message gives ready to be typed.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="given">The options that the table was read with.</param>
    public static IOException WithOptions(TableException failure, CsvTableOptions given)
    {
        var advice = failure.Suggestion is { } suggestion ? Advice(given, suggestion) : "";
        return new IOException(failure.WithoutSuggestion + advice, failure);
    }

    /// <summary>The failure for a command that has no options for tables and reads every table as its run's own.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="given">The options that the table was read with.</param>
    public static IOException WithoutOptions(TableException failure, CsvTableOptions given)
    {
        var isWritten = failure.Suggestion is { } suggestion
            && (suggestion.HasHeader != given.HasHeader || suggestion.DecimalComma != given.DecimalComma);
        var advice = isWritten
            ? $" The run reads every table as its own was read, with a decimal {(given.DecimalComma == true ? "comma" : "point")} "
                + $"and {(given.HasHeader != false ? "a" : "no")} header."
            : "";
        return new IOException(failure.WithoutSuggestion + advice, failure);
    }

    private static string Advice(CsvTableOptions given, CsvTableOptions suggestion)
    {
        var drop = given.DecimalComma == true && suggestion.DecimalComma != true ? "drop --decimal-comma" : null;
        string?[] add =
        [
            given.HasHeader != false && suggestion.HasHeader == false ? "--no-header" : null,
            given.DecimalComma != true && suggestion.DecimalComma == true ? "--decimal-comma" : null,
            suggestion.Delimiter is { } delimiter && delimiter != given.Delimiter ? $"--delimiter {Typed($"{delimiter}")}" : null,
            suggestion.Ignore.SequenceEqual(given.Ignore) ? null : Names("--ignore", suggestion.Ignore),
        ];
        var typed = string.Join(' ', add.OfType<string>());
        var advice = string.Join(" and ", new[] { drop, typed.Length > 0 ? $"try: {typed}" : null }.OfType<string>());
        return advice.Length > 0 && typed.Length <= MostCharacters && Printable.Escaped(typed) == typed ? $" Or {advice}" : "";
    }

    // Gives a,b where commas between names are unambiguous, else one argument for each name, such as "place, country".
    private static string Names(string option, IReadOnlyList<string> names)
        => names.All(name => !name.Contains(',', StringComparison.Ordinal) && name == name.Trim() && IsNoOption(name))
            ? $"{option} {Typed(string.Join(',', names))}"
            : string.Join(' ', names.Select(name => IsNoOption(name) ? $"{option} {Typed(name)}" : $"{option}={Typed(name)}"));

    // A name that begins like an option or a response file goes behind an equals sign.
    private static bool IsNoOption(string name) => name.Length > 0 && name[0] is not ('-' or '@' or '/');

    // Quotes a name for a shell: bare where possible, else in double quotes, else in single quotes of a POSIX shell.
    private static string Typed(string text)
    {
        const string plain = "_.,-:+%@=/";
        return text.Length > 0
            && text.All(sign => char.IsLetterOrDigit(sign) || plain.Contains(sign, StringComparison.Ordinal)) ? text
            : !text.AsSpan().ContainsAny("\"$`\\!") ? $"\"{text}\""
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
