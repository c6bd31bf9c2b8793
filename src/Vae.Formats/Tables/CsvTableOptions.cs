namespace Vae.Formats;

/// <summary>The notation of a table's file, as far as it is known; the rest is found in its first lines.</summary>
public sealed record CsvTableOptions
{
    /// <summary>Whether the table's first line names the columns; otherwise their names are <c>column_1</c>,
    /// <c>column_2</c> and so on; null to find out by comparing the first line with the others.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The character between fields, such as <c>';'</c>, or a space for any number of spaces and tabs; null to
    /// find a comma,
    /// a semicolon, a tab, a bar or spaces by the shape of the first lines.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether <c>1,5</c> is one and a half; otherwise <c>1.5</c> is; null to find out from the first lines. This
    /// machine's
    /// culture has no influence.</summary>
    public bool? DecimalComma { get; init; }

    /// <summary>Refuses invalid options.</summary>
    /// <exception cref="ArgumentException">The delimiter could be a part of a number, of a name or of a quoted field.</exception>
    internal void Validate()
    {
        if (Delimiter is { } delimiter && !IsDelimiter(delimiter))
        {
            throw new ArgumentException(
                "The delimiter must be a character such as ',', ';' or a tab, which is in no number and no name, "
                + $"but is '{Model.Printable.Escaped(delimiter.ToString())}'. (Parameter '{nameof(Delimiter)}')");
        }
    }

    /// <summary>Whether a character can be a delimiter: it must be in no number and no name, and be no quote.</summary>
    internal static bool IsDelimiter(char sign)
        => char.IsAscii(sign) && !char.IsAsciiLetterOrDigit(sign) && !"\"\r\n\0.+-_#".Contains(sign);

    /// <summary>The properties that differ from other options, as assignments in C#.</summary>
    /// <param name="given">The other options.</param>
    internal string ChangesFrom(CsvTableOptions given)
    {
        string?[] changes =
        [
            HasHeader == given.HasHeader ? null : $"{nameof(HasHeader)} = {Word(HasHeader)}",
            DecimalComma == given.DecimalComma ? null : $"{nameof(DecimalComma)} = {Word(DecimalComma)}",
            Delimiter == given.Delimiter ? null : $"{nameof(Delimiter)} = {Word(Delimiter)}",
        ];
        return string.Join(" and ", changes.OfType<string>().Select(change => $"{nameof(CsvTableOptions)}.{change}"));
    }

    private static string Word(bool? value) => value switch { true => "true", false => "false", _ => "null" };

    private static string Word(char? sign) => sign is null ? "null" : $"'{Model.Printable.Escaped($"{sign}")}'";
}
