namespace Vae.Model;

/// <summary>The values of a column as a whole: what its kind is inferred from.</summary>
/// <param name="Name">The column's name; empty where it has none.</param>
/// <param name="Place">The column's number in the table, from 0 on.</param>
/// <param name="Rows">The number of rows.</param>
internal sealed record ColumnProfile(string Name, int Place, long Rows)
{
    /// <summary>How the column's numbers are written.</summary>
    public CellNotation Notation { get; init; }

    /// <summary>The rows without a value.</summary>
    public long Holes { get; init; }

    /// <summary>The numbers of the column.</summary>
    public NumberProfile Numbers { get; init; } = NumberProfile.None;

    /// <summary>The texts of the column.</summary>
    public TextProfile Texts { get; init; } = TextProfile.None;

    /// <summary>Some values as text, in the order of the rows, all different.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>The rows with a value.</summary>
    public long Values => Numbers.Count + Texts.Count;

    /// <summary>Whether the numbers are days since 1970-01-01.</summary>
    public bool HasDates => Notation.DateFormat is not null;
}

/// <summary>The numbers of a column.</summary>
/// <param name="Count">The rows with a number.</param>
internal sealed record NumberProfile(long Count)
{
    /// <summary>No numbers.</summary>
    public static NumberProfile None { get; } = new(0) { Different = [] };

    /// <summary>The least number; NaN for none.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>The largest number; NaN for none.</summary>
    public double Largest { get; init; } = double.NaN;

    /// <summary>The mean.</summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>The standard deviation, of the division by the count.</summary>
    public double Deviation { get; init; }

    /// <summary>The third standardised moment; 0 where all numbers are equal.</summary>
    public double Skewness { get; init; }

    /// <summary>Some of the numbers at even distances, ascending.</summary>
    public IReadOnlyList<double> Sample { get; init; } = [];

    /// <summary>Whether all are whole.</summary>
    public bool AllWhole { get; init; }

    /// <summary>Whether each number is the one before it plus 1.</summary>
    public bool RisesByOne { get; init; }

    /// <summary>Whether all are different: known for certain where <see cref="Different"/> is, and else as far as the
    /// profile looked.</summary>
    public bool AllDifferent { get; init; }

    /// <summary>The different numbers, ascending, with their rows; null where there are more than are counted.</summary>
    public IReadOnlyList<(double Number, long Count)>? Different { get; init; }

    /// <summary>A quantile of the sample.</summary>
    public double Quantile(double share) => Sample.Count == 0 ? double.NaN : Sample[(int)(share * (Sample.Count - 1))];
}

/// <summary>The texts of a column.</summary>
/// <param name="Count">The rows with a text.</param>
internal sealed record TextProfile(long Count)
{
    /// <summary>No texts.</summary>
    public static TextProfile None { get; } = new(0) { IsComplete = true };

    /// <summary>The different texts of the column's list, with their rows, the most frequent first.</summary>
    public IReadOnlyList<(string Text, long Count)> Different { get; init; } = [];

    /// <summary>Whether the list has all texts of the column.</summary>
    public bool IsComplete { get; init; }

    /// <summary>The rows whose text is not in the list.</summary>
    public long Others { get; init; }

    /// <summary>Whether no text of the list is in two rows.</summary>
    public bool AllDifferent { get; init; }

    /// <summary>The mean number of characters of the listed texts, each as often as it occurs.</summary>
    public double MeanLength { get; init; }
}
