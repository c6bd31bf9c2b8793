namespace Vae.Cli;

/// <summary>Options as they are typed in a shell.</summary>
internal static class ShellWord
{
    /// <summary>An option with its value. A value that begins like an option or a response file goes behind an equals
    /// sign.</summary>
    public static string Option(string name, string value)
        => value.Length > 0 && value[0] is not ('-' or '@' or '/') ? $"{name} {Quoted(value)}" : $"{name}={Quoted(value)}";

    /// <summary>Options that take one column each: <c>--ignore a,b</c> where commas between names are unambiguous, else one
    /// option for each name.</summary>
    public static string Columns(string option, IReadOnlyList<string> names)
        => names.All(name => name.Length > 0 && name == name.Trim() && !name.Contains(',', StringComparison.Ordinal))
            ? Option(option, string.Join(',', names))
            : string.Join(' ', names.Select(name => Option(option, name)));

    /// <summary>A word: bare where possible, else in double quotes, else in single quotes of a POSIX shell.</summary>
    public static string Quoted(string text)
    {
        const string plain = "_.,-:+%@=/";
        return text.Length > 0
            && text.All(sign => char.IsLetterOrDigit(sign) || plain.Contains(sign, StringComparison.Ordinal)) ? text
            : !text.AsSpan().ContainsAny("\"$`\\!") ? $"\"{text}\""
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
