namespace Vae.Model;

/// <summary>The kind that was found for a column.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Why">The reason, as text.</param>
internal sealed record KindDecision(ColumnKind Kind, string Why)
{
    /// <summary>What a person should look at; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The order of the levels; null where the values themselves give it.</summary>
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>The texts that are missing values in this column.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The decision with a further note.</summary>
    public KindDecision With(string? note)
        => note is null ? this : this with { Note = Note is null ? note : $"{Note}; {note}" };
}
