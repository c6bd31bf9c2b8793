using System.Globalization;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Gives every column of a table a name of its own.</summary>
internal static class ColumnNames
{
    /// <summary>The name of a first column without one.</summary>
    public const string RowName = "row";

    /// <summary>Names columns without a name by their number, and numbers equal names.</summary>
    /// <param name="found">The names in the table; empty where there is none.</param>
    /// <param name="notes">Gets a note where a name was changed.</param>
    public static string[] Of(IReadOnlyList<string> found, List<string> notes)
    {
        var names = new string[found.Count];
        var taken = found.Where(name => name.Length > 0).ToHashSet();
        var (seen, next, renamed) = (new HashSet<string>(), new Dictionary<string, int>(), new List<int>());
        for (var column = 0; column < names.Length; column++)
        {
            var name = found[column];
            if (name.Length == 0)
            {
                name = column == 0 && !taken.Contains(RowName) ? RowName : Numbered(column);
                names[column] = taken.Add(name) ? name : Free(name, taken, next);
            }
            else if (seen.Add(name))
            {
                names[column] = name;
            }
            else
            {
                names[column] = Free(name, taken, next);
                renamed.Add(column);
            }
        }

        if (renamed.Count > 0)
        {
            var (first, more) = (renamed[0], renamed.Count == 1 ? "" : $", and so on: {renamed.Count} in all");
            notes.Add(
                $"column {first + 1} has the name of another, '{Printable.Cut(found[first])}', "
                + $"and is called '{Printable.Cut(names[first])}'{more}");
        }

        return names;
    }

    /// <summary>The name of a column where a table has no names.</summary>
    /// <param name="column">Its number, from 0 on.</param>
    public static string Numbered(int column) => string.Create(CultureInfo.InvariantCulture, $"column_{column + 1}");

    private static string Free(string name, HashSet<string> taken, Dictionary<string, int> next)
    {
        for (var number = next.GetValueOrDefault(name, 2); ; number++)
        {
            var free = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
            if (taken.Add(free))
            {
                next[name] = number + 1;
                return free;
            }
        }
    }
}
