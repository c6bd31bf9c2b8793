namespace Vae.Model;

/// <summary>The names of a table's columns, each different.</summary>
internal static class ColumnNames
{
    /// <summary>Names an unnamed column by its place from 1 on, as <c>column 3</c>, and numbers repeated names: <c>price</c>,
    /// <c>price (2)</c>.</summary>
    public static string[] Unique(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(names, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var unique = new string[names.Count];
        for (var i = 0; i < unique.Length; i++)
        {
            var name = string.IsNullOrWhiteSpace(names[i]) ? $"column {i + 1}" : names[i];
            for (var copy = 2; !seen.Add(name) || (name != names[i] && taken.Contains(name)); copy++)
            {
                name = $"{(string.IsNullOrWhiteSpace(names[i]) ? $"column {i + 1}" : names[i])} ({copy})";
            }

            unique[i] = name;
        }

        return unique;
    }

    /// <summary>Names for a message, cut where they are many.</summary>
    public static string Shown(IEnumerable<string> names)
    {
        const int most = 20;
        var all = names.ToArray();
        return string.Join(", ", all.Take(most).Select(name => $"'{Printable.Cut(name)}'"))
            + (all.Length > most ? $" and {all.Length - most} more" : "");
    }
}
