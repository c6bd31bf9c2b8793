namespace Vae.Formats;

/// <summary>The notation of a table's file, and the columns to read.</summary>
public sealed record CsvTableOptions
{
    /// <summary>Whether the first line names the columns; otherwise their names are <c>column_1</c>,
    /// <c>column_2</c> and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The character between fields, such as <c>';'</c>; null to detect a comma, a semicolon or a tab
    /// in the first line.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether <c>1,5</c> is one and a half, and <c>1.5</c> is refused; otherwise the reverse. This machine's
    /// culture has no influence.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>The names of the columns to read, in the order of a sample's features; null for all columns
    /// in the file's order.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The names of columns to leave out; these may contain any text.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Refuses invalid options.</summary>
    /// <exception cref="ArgumentException">The delimiter could be a part of a number, of a name or of a quoted field.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Ignore);
        if (Delimiter is { } delimiter
            && (!char.IsAscii(delimiter) || char.IsAsciiLetterOrDigit(delimiter) || "\"\r\n\0.+-_".Contains(delimiter)))
        {
            throw new ArgumentException(
                "The delimiter must be a character such as ',', ';' or a tab, which is in no number and no name, "
                + $"but is '{Model.Printable.Escaped(delimiter.ToString())}'. (Parameter '{nameof(Delimiter)}')");
        }
    }

    /// <summary>The properties that differ from other options, as assignments in C#.</summary>
    /// <param name="given">The other options.</param>
    internal string ChangesFrom(CsvTableOptions given)
    {
        string?[] changes =
        [
            HasHeader == given.HasHeader ? null : $"{nameof(HasHeader)} = {(HasHeader ? "true" : "false")}",
            DecimalComma == given.DecimalComma ? null : $"{nameof(DecimalComma)} = {(DecimalComma ? "true" : "false")}",
            Delimiter == given.Delimiter ? null : $"{nameof(Delimiter)} = '{Model.Printable.Escaped($"{Delimiter}")}'",
            Ignore.SequenceEqual(given.Ignore) ? null : $"{nameof(Ignore)} = [{string.Join(", ", Ignore.Select(Quoted))}]",
        ];
        return string.Join(" and ", changes.OfType<string>().Select(change => $"{nameof(CsvTableOptions)}.{change}"));
    }

    private static string Quoted(string name)
    {
        var escaped = Model.Printable.Cut(name)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
