namespace Vae.Model;

/// <summary>A column of a table: its kind, and everything that reads and writes its values.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">The column's kind.</param>
public sealed record ColumnSchema(string Name, ColumnKind Kind)
{
    /// <summary>The texts of a flag's two values (the first counts as 0, the second as 1), of a category's levels (the most
    /// frequent first) or of an ordinal's levels in their order; empty for other kinds.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>The rows with each level of <see cref="Levels"/>, among all rows.</summary>
    public IReadOnlyList<long> LevelCounts { get; init; } = [];

    /// <summary>The rare levels of a category that are pooled in one further level after <see cref="Levels"/>; empty where
    /// none are.</summary>
    public IReadOnlyList<string> PooledLevels { get; init; } = [];

    /// <summary>The rows with each of <see cref="PooledLevels"/>, by which a drawn row of the pooled level gets its text.</summary>
    public IReadOnlyList<long> PooledCounts { get; init; } = [];

    /// <summary>The least number of the column, dates in days since 1970-01-01; NaN where it has none.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>The largest number of the column; NaN where it has none.</summary>
    public double Largest { get; init; } = double.NaN;

    /// <summary>The most digits after the decimal point that a number of the column was written with.</summary>
    public int Decimals { get; init; }

    /// <summary>The number of digits that whole numbers are padded to with zeros, such as 5 for <c>01234</c>; 0 for none.</summary>
    public int Width { get; init; }

    /// <summary>How a date is written, as a pattern of .NET such as <c>yyyy-MM-dd</c>; null where numbers are no dates.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Texts that mean a missing value in this column, beside those that mean it in every column.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The number subtracted before the model sees a value; 0 until the scaling is fitted.</summary>
    public double Offset { get; init; }

    /// <summary>The divisor of a value before the model sees it, above 0; 1 until the scaling is fitted.</summary>
    public double Scale { get; init; } = 1;
}
