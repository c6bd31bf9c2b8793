using Vae.Model;

namespace Vae.Cli;

/// <summary>The columns that name the rows of a table; results begin with them.</summary>
/// <param name="table">The table; null for images, which have none.</param>
/// <param name="except">The names of columns that are written elsewhere.</param>
internal sealed class IdColumns(Table? table, params IReadOnlyList<string> except)
{
    private readonly string[] _columns =
    [
        .. (table?.Schema.Columns ?? []).Where(column => column.Kind == ColumnKind.Id)
            .Select(column => column.Name).Except(except),
    ];

    /// <summary>Whether there are any.</summary>
    public bool Any => _columns.Length > 0;

    /// <summary>The names of a result's columns: these first, and after them its own. A name that the result has itself is
    /// written as <c>id_NAME</c>.</summary>
    public IReadOnlyList<string> Before(params IReadOnlyList<string> own)
    {
        var taken = own.ToHashSet(StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var column in _columns)
        {
            var name = column;
            while (!taken.Add(name))
            {
                name = $"id_{name}";
            }

            names.Add(name);
        }

        return [.. names, .. own];
    }

    /// <summary>The texts of a row.</summary>
    public string[] Of(int row) => [.. _columns.Select(column => table!.Text(row, column))];

    /// <summary>The texts of a row with their columns, for a line or an object.</summary>
    public IEnumerable<(string Column, string Text)> Named(int row)
        => _columns.Select(column => (column, table!.Text(row, column)));
}
