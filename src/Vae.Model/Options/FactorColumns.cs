using Vae.Math;

namespace Vae.Model;

/// <summary>The columns that take part in the factor analysis before a training: those that the encoder reads as one
/// number.</summary>
internal static class FactorColumns
{
    /// <summary>The numbers of the columns, ascending.</summary>
    public static IEnumerable<int> Of(IReadOnlyList<ColumnOptions> columns)
        => Enumerable.Range(0, columns.Count).Where(column => IsNumber(columns[column]));

    /// <summary>Whether a factor analysis has such columns.</summary>
    public static bool AreEnough(IReadOnlyList<ColumnOptions> columns) => Of(columns).Skip(1).Any();

    private static bool IsNumber(ColumnOptions column)
        => column.Likelihood.Family is not (ColumnFamily.Category or ColumnFamily.Ordinal);
}
