using Vae.Model;

namespace Vae.Formats;

/// <summary>The notation of a table, as given or found in its first lines.</summary>
/// <param name="Syntax">How lines are split into fields.</param>
/// <param name="Numbers">How numbers are written.</param>
internal sealed record CsvDialect(CsvSyntax Syntax, NumberNotation Numbers)
{
    /// <summary>The first line of the table, which has the names or the first row.</summary>
    public long FirstLine { get; init; } = 1;

    /// <summary>Whether the table's first line has the names of the columns.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Whether the names are one fewer than the columns, because the first column has the names of rows.</summary>
    public bool HasRowNames { get; init; }

    /// <summary>The names of the columns where they stand in a comment line; null where they do not.</summary>
    public IReadOnlyList<string>? NamesInComment { get; init; }

    /// <summary>The number of columns, without an empty last one.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Whether every line ends in a delimiter after the last column.</summary>
    public bool HasTrailingDelimiter { get; init; }

    /// <summary>The beginning of the first line that was left out above the table; null where there is none.</summary>
    public string? Title { get; init; }

    /// <summary>The findings in words.</summary>
    public string Describe()
    {
        string?[] parts =
        [
            Columns > 1 ? $"fields separated by {Delimiters.Plural(Syntax.Delimiter)}" : "one column",
            NamesInComment is not null ? "names in a comment line"
                : HasHeader ? $"names in line {FirstLine}" : "no line of names",
            HasRowNames ? "names of rows in the first column" : null,
            Numbers.DecimalPoint == ',' ? "decimal commas" : null,
            Numbers.Thousands is { } sign ? $"{(sign == '.' ? "points" : "commas")} between thousands" : null,
            Syntax.Quote == '\'' ? "fields in single quotes" : null,
            Syntax.HasEscapedQuotes ? "quotes in texts behind a backslash" : null,
            Syntax.HasComments ? "comment lines with #" : null,
            Title is null ? null : $"left out above the table: '{Printable.Cut(Title)}'",
        ];
        return string.Join(", ", parts.OfType<string>());
    }
}
