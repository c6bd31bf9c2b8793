namespace Vae.Model;

/// <summary>A column of a table: its kind, and everything that reads and writes its values.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">The column's kind.</param>
public sealed record ColumnSchema(string Name, ColumnKind Kind)
{
    // The lists are copied, so that later changes by the caller do not change a schema.
    private readonly string[] _levels = [];
    private readonly long[] _levelCounts = [];
    private readonly string[] _pooledLevels = [];
    private readonly long[] _pooledCounts = [];
    private readonly string[] _missing = [];

    /// <summary>The texts of a flag's two values (the first counts as 0, the second as 1), of a category's levels (the most
    /// frequent first) or of an ordinal's levels in their order; empty for other kinds. Copied.</summary>
    public IReadOnlyList<string> Levels { get => _levels; init => _levels = [.. value ?? []]; }

    /// <summary>The rows with each level of <see cref="Levels"/>, among all rows; empty where they are unknown. Copied.</summary>
    public IReadOnlyList<long> LevelCounts { get => _levelCounts; init => _levelCounts = [.. value ?? []]; }

    /// <summary>The rare levels of a category that are pooled in one further level after <see cref="Levels"/>; empty where
    /// none are. Copied.</summary>
    public IReadOnlyList<string> PooledLevels { get => _pooledLevels; init => _pooledLevels = [.. value ?? []]; }

    /// <summary>The rows with each of <see cref="PooledLevels"/>, by which a drawn row of the pooled level gets its text.
    /// Copied.</summary>
    public IReadOnlyList<long> PooledCounts { get => _pooledCounts; init => _pooledCounts = [.. value ?? []]; }

    /// <summary>The least number of the column, dates in days since 1970-01-01; NaN where it has none.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>The largest number of the column; NaN where it has none.</summary>
    public double Largest { get; init; } = double.NaN;

    /// <summary>The most digits after the decimal point that a number of the column was written with.</summary>
    public int Decimals { get; init; }

    /// <summary>The number of digits that whole numbers are padded to with zeros, such as 5 for <c>01234</c>; 0 for
    /// none.</summary>
    public int Width { get; init; }

    /// <summary>How a date is written, as a pattern of .NET such as <c>yyyy-MM-dd</c>; null where numbers are no dates.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Texts that mean a missing value in this column, beside those that mean it in every column. Copied.</summary>
    public IReadOnlyList<string> Missing { get => _missing; init => _missing = [.. value ?? []]; }

    /// <summary>The kind whose likelihood and scaling model a count: <see cref="ColumnKind.Real"/> or
    /// <see cref="ColumnKind.Positive"/> where no negative binomial fits its training values, such as hours of work. The column
    /// stays a count, whose results are whole numbers of 0 or above. Null where the column's own kind models it, and until the
    /// scaling is fitted.</summary>
    public ColumnKind? ModelledAs { get; init; }

    /// <summary>The number subtracted before the model sees a value; 0 until the scaling is fitted.</summary>
    public double Offset { get; init; }

    /// <summary>The divisor of a value before the model sees it, above 0; 1 until the scaling is fitted.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The kind whose likelihood and scaling model the column.</summary>
    internal ColumnKind LikelihoodKind => ModelledAs ?? Kind;

    /// <summary>Whether the other column has the same name, kind, levels and numbers.</summary>
    /// <param name="other">The other column.</param>
    public bool Equals(ColumnSchema? other)
        => other is not null
            && (Name, Kind, ModelledAs, Decimals, Width, DateFormat)
                == (other.Name, other.Kind, other.ModelledAs, other.Decimals, other.Width, other.DateFormat)
            && (Offset, Scale).Equals((other.Offset, other.Scale))
            && (Least, Largest).Equals((other.Least, other.Largest)) // NaN equals NaN
            && _levels.SequenceEqual(other._levels)
            && _levelCounts.SequenceEqual(other._levelCounts)
            && _pooledLevels.SequenceEqual(other._pooledLevels)
            && _pooledCounts.SequenceEqual(other._pooledCounts)
            && _missing.SequenceEqual(other._missing);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, _levels.Length, Offset, Scale);
}
