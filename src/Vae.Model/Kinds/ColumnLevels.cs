namespace Vae.Model;

/// <summary>The different values of a column as texts, with their rows.</summary>
internal static class ColumnLevels
{
    /// <summary>The most different values that are listed one by one.</summary>
    public const int MostListed = 10_000;

    /// <summary>The values of a column, the most frequent first; null where they are too many to list.</summary>
    /// <param name="profile">The column.</param>
    /// <param name="missing">Texts that are no values.</param>
    public static IReadOnlyList<Level>? Of(ColumnProfile profile, IReadOnlyList<string>? missing = null)
    {
        if (profile.Numbers.Different is not { } numbers || !profile.Texts.IsComplete
            || numbers.Count + profile.Texts.Different.Count > MostListed)
        {
            return null;
        }

        var levels = new Dictionary<string, Level>(StringComparer.Ordinal);
        foreach (var (number, count) in numbers)
        {
            Add(new Level(CellTexts.OfNumber(number, profile.Notation), count, number));
        }

        foreach (var (text, count) in profile.Texts.Different.Where(pair => missing?.Contains(pair.Text) != true))
        {
            Add(new Level(text, count, double.NaN));
        }

        return [.. levels.Values.OrderByDescending(level => level.Count).ThenBy(level => level.Number)
            .ThenBy(level => level.Text, StringComparer.Ordinal)];

        void Add(Level level) => levels[level.Text] = levels.TryGetValue(level.Text, out var same)
            ? same with { Count = same.Count + level.Count }
            : level;
    }
}

/// <summary>A value of a column.</summary>
/// <param name="Text">The value as text.</param>
/// <param name="Count">The rows with it.</param>
/// <param name="Number">The number; NaN for a text.</param>
internal readonly record struct Level(string Text, long Count, double Number);
