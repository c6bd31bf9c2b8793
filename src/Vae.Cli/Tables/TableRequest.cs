using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options for a table on a command line, before the table is opened.</summary>
internal sealed record TableRequest
{
    /// <summary>The notation of the file.</summary>
    public CsvTableOptions Notation { get; init; } = new();

    /// <summary>The schema of a file; null for none.</summary>
    public TableSchema? Schema { get; init; }

    /// <summary>The kinds of columns.</summary>
    public IReadOnlyList<ColumnAndKind> Kinds { get; init; } = [];

    /// <summary>Arguments that name columns of row names.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Arguments that name columns to leave out.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Arguments that name the columns to read; empty for all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The pattern of dates; null for ISO 8601.</summary>
    public string? DateFormat { get; init; }

    /// <summary>The most levels of a category; null for the usual number.</summary>
    public int? MostLevels { get; init; }

    /// <summary>The options to read a table with.</summary>
    /// <param name="names">The names of all columns of the table.</param>
    /// <param name="folder">The folder for the temporary file of a large table; null for the system's.</param>
    /// <exception cref="UsageException">Two options give a column different kinds.</exception>
    public TableOptions For(IReadOnlyList<string> names, string? folder = null)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        var columns = NamesOf(Columns, known);
        return new TableOptions
        {
            Schema = Schema,
            Kinds = KindsOf(known),
            Columns = columns.Count > 0 ? columns : null,
            DateFormat = DateFormat,
            MostLevels = MostLevels ?? new TableOptions().MostLevels,
            Folder = folder,
        };
    }

    private Dictionary<string, ColumnKind> KindsOf(HashSet<string> known)
    {
        ColumnAndKind[] all =
        [
            .. Kinds,
            .. NamesOf(Ids, known).Select(name => new ColumnAndKind(name, ColumnKind.Id)),
            .. NamesOf(Ignore, known).Select(name => new ColumnAndKind(name, ColumnKind.Ignore)),
        ];
        var kinds = new Dictionary<string, ColumnKind>();
        foreach (var (name, kind) in all)
        {
            UsageException.Require(
                kinds.TryAdd(name, kind) || kinds[name] == kind,
                $"Column '{Printable.Cut(name)}' can have one kind, but {KindNames.All.NameOf(kinds[name])} and "
                    + $"{KindNames.All.NameOf(kind)} are given.");
        }

        return kinds;
    }

    // Several names between commas. A name may have commas itself: the longest that the table knows counts.
    private static List<string> NamesOf(IReadOnlyList<string> arguments, HashSet<string> known)
    {
        var names = new List<string>();
        foreach (var parts in arguments.Select(argument => argument.Split(',')))
        {
            for (var first = 0; first < parts.Length;)
            {
                var end = parts.Length;
                while (end > first + 1 && !known.Contains(Joined(parts, first, end)))
                {
                    end--;
                }

                names.Add(Joined(parts, first, end));
                first = end;
            }
        }

        return [.. names.Where(name => name.Length > 0)];
    }

    private static string Joined(string[] parts, int first, int end) => string.Join(',', parts[first..end]).Trim();
}
