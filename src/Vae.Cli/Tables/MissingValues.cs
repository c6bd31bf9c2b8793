using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Refuses a table with missing values, for <c>--missing refuse</c>.</summary>
internal static class MissingValues
{
    private const int RowsAtOnce = 1024;
    private const int MostLines = 3;
    private const int MostColumns = 10;

    /// <summary>Checks every value of the columns that are trained on.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file as it was named on the command line.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="IOException">A value is missing; the message names columns, numbers of rows and first lines.</exception>
    public static void RequireNone(Table table, string path, CancellationToken cancellationToken)
    {
        var holes = Find(table, cancellationToken);
        var incomplete = Enumerable.Range(0, table.Features).Where(feature => holes[feature].Count > 0).ToArray();
        if (incomplete.Length == 0)
        {
            return;
        }

        var names = incomplete.Select(feature => table.Modelled[feature].Name).ToArray();
        var shown = incomplete.Take(MostColumns).Select(feature => Describe(table, table.Modelled[feature], holes[feature]));
        var more = incomplete.Length > MostColumns ? $" and {incomplete.Length - MostColumns} more" : "";
        var leaveOut = incomplete.Length < table.Features && incomplete.Length <= MostColumns
            ? $"leave the columns out ({ShellWord.Columns("--ignore", names)}), "
            : "";
        throw new IOException(
            $"{TableReading.NameOf(path)}: --missing refuse wants every value, but {incomplete.Length} of {table.Features} "
            + $"columns {(incomplete.Length == 1 ? "has" : "have")} missing ones: {string.Join("; ", shown)}{more}. "
            + "Fill them in, "
            + $"{leaveOut}or drop --missing refuse, and the model learns with them.");
    }

    private static string Describe(Table table, ColumnSchema column, Holes holes)
    {
        var unit = table.Cells.HasLines ? "line" : "row";
        var lines = string.Join(", ", holes.First);
        var more = holes.Count > holes.First.Count ? " ..." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{ColumnText.Shown(column.Name)}' {holes.Count:N0} ({unit}{(holes.Count == 1 ? "" : "s")} {lines}{more})");
    }

    private static Holes[] Find(Table table, CancellationToken cancellationToken)
    {
        var holes = Enumerable.Range(0, table.Features).Select(_ => new Holes()).ToArray();
        var numbers = new double[RowsAtOnce * table.Features];
        for (var done = 0; done < table.Count; done += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(done, int.Min(RowsAtOnce, table.Count - done))];
            var batch = numbers.AsSpan(0, rows.Length * table.Features);
            table.Gather<double>(rows, batch);
            for (var i = 0; i < batch.Length; i++)
            {
                if (double.IsNaN(batch[i]))
                {
                    holes[i % table.Features].Add(table, rows[i / table.Features]);
                }
            }
        }

        return holes;
    }

    // The missing values of a column.
    private sealed class Holes
    {
        public long Count { get; private set; }

        public List<long> First { get; } = [];

        public void Add(Table table, int row)
        {
            Count++;
            if (First.Count < MostLines)
            {
                First.Add(table.LineOf(row));
            }
        }
    }
}
