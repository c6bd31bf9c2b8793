using System.Globalization;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Checks the values of a schema.</summary>
internal static class SchemaChecks
{
    private const int MostDecimals = 15;
    private const int MostWidth = 18;
    private const int MostInPattern = 64;

    /// <summary>Refuses an invalid schema.</summary>
    /// <exception cref="ArgumentException">A value is invalid.</exception>
    public static void Require(TableSchema schema)
    {
        Require(Enum.IsDefined(schema.Scaling), $"There is no such scaling: {schema.Scaling}.");
        Require(schema.Columns.Count > 0, "A schema must have one column or more, but has none.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (column, place) in schema.Columns.Select((column, place) => (column, place)))
        {
            Require(column is not null, Invariant($"Column {place + 1} of the schema is missing."));
            Require(!string.IsNullOrEmpty(column!.Name), Invariant($"Column {place + 1} of the schema must have a name."));
            Require(names.Add(column.Name),
                $"The schema has two columns '{Printable.Cut(column.Name)}': their names must differ.");
            Require(column);
        }
    }

    private static void Require(ColumnSchema column)
    {
        RequireOf(column, Enum.IsDefined(column.Kind), "kind", $"no kind is called {column.Kind}");
        RequireLevels(column);
        RequireOf(column, !(column.Least > column.Largest), "least",
            Invariant($"{column.Least} is above largest, {column.Largest}"));
        RequireOf(column, !double.IsInfinity(column.Least), "least", "must be a finite number");
        RequireOf(column, !double.IsInfinity(column.Largest), "largest", "must be a finite number");
        RequireOf(
            column, column.Kind is not (ColumnKind.Positive or ColumnKind.Count) || !(column.Least < 0), "least",
            Invariant($"must be 0 or above for this kind, but is {column.Least}"));
        RequireOf(
            column, column.Decimals is >= 0 and <= MostDecimals, "decimals",
            Invariant($"must be 0 to {MostDecimals}, but is {column.Decimals}"));
        RequireOf(column, column.Width is >= 0 and <= MostWidth, "width",
            Invariant($"must be 0 to {MostWidth}, but is {column.Width}"));
        RequireOf(
            column, column.DateFormat is null or { Length: > 0 and <= MostInPattern }, "date_format",
            Invariant($"must be a pattern of 1 to {MostInPattern} characters"));
        RequireOf(column, column.DateFormat is null || CanWrite(column.DateFormat), "date_format", "no date can be written so");
        RequireOf(column, column.Missing.All(text => text is not null), "missing", "must be a list of texts");
        RequireOf(
            column,
            column.ModelledAs is null
                || (column.Kind == ColumnKind.Count && column.ModelledAs is ColumnKind.Real or ColumnKind.Positive),
            "modelled_as", $"a column of kind {column.Kind} cannot be modelled as {column.ModelledAs}");
        RequireOf(column, double.IsFinite(column.Offset), "offset", Invariant($"must be finite, but is {column.Offset}"));
        RequireOf(
            column, double.IsNormal(column.Scale) && column.Scale > 0, "scale",
            Invariant($"must be a finite number above 0, but is {column.Scale}"));
    }

    private static bool CanWrite(string pattern)
    {
        try
        {
            return DateTime.UnixEpoch.ToString(pattern, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void RequireLevels(ColumnSchema column)
    {
        var hasLevels = column.Kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal;
        RequireOf(column, hasLevels || column.Levels.Count == 0, "levels", $"a column of kind {column.Kind} has none");
        RequireOf(
            column, column.Kind == ColumnKind.Category || column.PooledLevels.Count == 0, "pooled_levels",
            "only a category has some");
        RequireOf(
            column, column.Kind != ColumnKind.Flag || column.Levels.Count <= 2, "levels",
            Invariant($"a flag has two, but there are {column.Levels.Count}"));
        RequireCounts(column, column.Levels, column.LevelCounts, "levels");
        RequireCounts(column, column.PooledLevels, column.PooledCounts, "pooled_levels");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var level in column.Levels.Concat(column.PooledLevels))
        {
            RequireOf(column, !string.IsNullOrEmpty(level), "levels", "a level must have a text");
            RequireOf(column, seen.Add(level), "levels", $"'{Printable.Cut(level)}' is there twice");
        }
    }

    private static void RequireCounts(ColumnSchema column, IReadOnlyList<string> levels, IReadOnlyList<long> counts,
        string property)
    {
        RequireOf(
            column, counts.Count == 0 || counts.Count == levels.Count, property,
            Invariant($"there must be a number of rows for each of the {levels.Count} levels, but there are {counts.Count}"));
        RequireOf(column, counts.All(count => count >= 0), property, "a number of rows must be 0 or above");
    }

    private static void RequireOf(ColumnSchema column, bool holds, string property, string problem)
        => Require(holds, $"Column '{Printable.Cut(column.Name)}', {property}: {problem}.");

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
