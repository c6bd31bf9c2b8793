namespace Vae.Formats;

/// <summary>How a table is written, and which of its columns are wanted.</summary>
public sealed record CsvTableOptions
{
    /// <summary>Whether the first line names the columns; without it they are <c>column_1</c>, <c>column_2</c> and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What stands between fields, such as <c>';'</c>; null where the first line shall tell a comma, a semicolon or a tab.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether <c>1,5</c> is one and a half, and <c>1.5</c> no number. Without it, it is the other way round, whatever this machine's culture.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>The names of the columns to take, in the order in which a sample shall have them; null for all, as they stand in the file.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The names of columns to leave out, which may then hold any text.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Refuses options that cannot be meant.</summary>
    /// <exception cref="ArgumentException">The delimiter could be a part of a number, of a name or of a quoted field.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Ignore);
        if (Delimiter is { } delimiter && (!char.IsAscii(delimiter) || char.IsAsciiLetterOrDigit(delimiter) || "\"\r\n\0.+-_".Contains(delimiter)))
        {
            throw new ArgumentException(
                $"The delimiter must be a character such as ',', ';' or a tab, which is in no number and no name, but is '{Printed(delimiter)}'. (Parameter 'Delimiter')");
        }
    }

    private static string Printed(char delimiter) => Model.Printable.Escaped(delimiter.ToString());
}
