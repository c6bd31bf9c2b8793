using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>The kinds by hand of the columns of some tables: <c>benchmarks/tables/kinds.csv</c>.</summary>
internal static class TableKinds
{
    /// <summary>Reads the kinds.</summary>
    /// <returns>For each table its columns in their order, each with the kinds that a person accepts; none for a column of which
    /// any kind is right.</returns>
    public static Dictionary<string, List<(string Column, ColumnKind[] Kinds)>> Read(string path)
    {
        var tables = new Dictionary<string, List<(string, ColumnKind[])>>();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var (first, last) = (line.IndexOf(',', StringComparison.Ordinal), line.LastIndexOf(','));
            var (table, column) = (line[..first], line[(first + 1)..last].Trim('"'));
            if (!tables.TryGetValue(table, out var columns))
            {
                tables.Add(table, columns = []);
            }

            columns.Add((column, Kinds(line[(last + 1)..])));
        }

        return tables;
    }

    private static ColumnKind[] Kinds(string words)
        => words == "any" ? [] : [.. words.Split('|').Select(word => Enum.Parse<ColumnKind>(word, ignoreCase: true))];
}
