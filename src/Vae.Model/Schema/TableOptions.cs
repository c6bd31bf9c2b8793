namespace Vae.Model;

/// <summary>What is said about a table's columns instead of being found in its values, and where the table is kept.</summary>
public sealed record TableOptions
{
    /// <summary>The schema to read the table with, as a model's own for new rows; null to find one.</summary>
    public TableSchema? Schema { get; init; }

    /// <summary>Kinds of columns by name; the others are found.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>The names of the columns to read, in the order of the features; null for all in the table's order.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The pattern of dates that are not written as ISO 8601 has them, such as <c>dd.MM.yyyy</c> or a culture's
    /// <c>DateTimeFormat.ShortDatePattern</c>; null for ISO 8601 alone.</summary>
    public string? DateFormat { get; init; }

    /// <summary>The most levels of a category; beyond, the rare ones are pooled.</summary>
    public int MostLevels { get; init; } = 100;

    /// <summary>The folder for the temporary file of a table that is too large for memory; null for the system's.</summary>
    public string? Folder { get; init; }
}
