namespace Vae.Model;

/// <summary>The result of looking at one column of a table.</summary>
/// <param name="Column">The column.</param>
/// <param name="Why">The reason of its kind, such as <c>3 different texts</c>.</param>
/// <param name="Note">What a person should look at, such as <c>whole numbers of five digits: codes? --kind zip=category</c> with
/// properties in place of options; null where there is nothing.</param>
/// <param name="Holes">The rows without a value.</param>
/// <param name="Examples">Some values as text.</param>
public sealed record ColumnFinding(
    ColumnSchema Column, string Why, string? Note, long Holes, IReadOnlyList<string> Examples);
