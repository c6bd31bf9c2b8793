namespace Vae.Model;

/// <summary>Makes the schema of a column from its profile and its kind.</summary>
internal static class ColumnSchemas
{
    /// <summary>Makes it.</summary>
    /// <param name="column">The column's profile.</param>
    /// <param name="decision">Its kind.</param>
    /// <param name="mostLevels">The most levels of a category, the pooled one included.</param>
    public static ColumnSchema Make(ColumnProfile column, KindDecision decision, int mostLevels)
    {
        var schema = new ColumnSchema(column.Name, decision.Kind)
        {
            Decimals = column.Notation.Decimals,
            Width = column.Notation.Width,
            DateFormat = column.Notation.DateFormat,
            Missing = decision.Missing,
        };
        return decision.Kind switch
        {
            ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => WithLevels(schema, column, decision, mostLevels),
            ColumnKind.Ignore => schema with { Decimals = 0, Width = 0, DateFormat = null },
            ColumnKind.Id => schema,
            _ => schema with { Least = column.Numbers.Least, Largest = column.Numbers.Largest },
        };
    }

    private static ColumnSchema WithLevels(ColumnSchema schema, ColumnProfile column, KindDecision decision, int mostLevels)
    {
        var found = ColumnLevels.Of(column, decision.Missing) ?? [];
        var levels = decision.Levels is { } order ? [.. order.Select(text => found.Single(level => level.Text == text))]
            : schema.Kind == ColumnKind.Category ? found
            : found.OrderBy(level => level.Number).ThenBy(level => level.Text, StringComparer.Ordinal).ToArray();
        var isPooled = schema.Kind == ColumnKind.Category && levels.Count > mostLevels;
        var kept = isPooled ? levels.Take(mostLevels - 1).ToArray() : levels;
        var pooled = isPooled ? levels.Skip(mostLevels - 1).ToArray() : [];
        return schema with
        {
            Levels = [.. kept.Select(level => level.Text)],
            LevelCounts = [.. kept.Select(level => level.Count)],
            PooledLevels = [.. pooled.Select(level => level.Text)],
            PooledCounts = [.. pooled.Select(level => level.Count)],
        };
    }
}
