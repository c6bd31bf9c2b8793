using System.Globalization;
using Vae.Formats;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>Reads the real tables of <c>benchmarks/tables</c> with no option, and compares their values with an independent
/// reader's and the kinds of their columns with those that a person says.</summary>
internal static class TablesRead
{
    /// <summary>Reads every table of the list and prints those whose values are not the reference's, and the share of the right.
    /// Arguments: the folder that <c>make.sh</c> made, and words that a table's line contains, to read only these.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var folder, .. var words])
        {
            Console.Error.WriteLine("tables-read wants: FOLDER [WORD ...], such as /tmp/tables-corpus write.csv2");
            return 2;
        }

        var lines = File.ReadLines(Path.Combine(folder, "tables.txt"))
            .Where(line => !line.StartsWith('#') && (words.Length == 0 || words.Any(line.Contains))).ToList();
        var right = 0;
        foreach (var fields in lines.Select(line => line.Split('\t')))
        {
            var problem = Problem(folder, fields[0]);
            right += problem is null ? 1 : 0;
            if (problem is not null)
            {
                Console.WriteLine($"{fields[0]} ({fields[2]}): {problem}");
            }
        }

        Console.WriteLine(Share(right, lines.Count, "tables are read with the right values"));
        return 0;
    }

    /// <summary>Prints the columns whose kind is none of those by hand, and the share of the right ones. Arguments: the folder
    /// that <c>make.sh</c> made, <c>kinds.csv</c>.</summary>
    public static int RunKinds(string[] arguments)
    {
        if (arguments is not [var folder, var kinds])
        {
            Console.Error.WriteLine("tables-kinds wants: FOLDER KINDS, such as /tmp/tables-corpus benchmarks/tables/kinds.csv");
            return 2;
        }

        var (right, columns, tables) = (0, 0, TableKinds.Read(kinds));
        foreach (var (name, expected) in tables)
        {
            columns += expected.Count;
            right += RightKinds(Path.Combine(folder, name), expected);
        }

        Console.WriteLine(Share(right, columns, $"columns of {tables.Count} tables have a right kind"));
        return 0;
    }

    private static string? Problem(string folder, string name)
    {
        try
        {
            using var table = CsvTable.Read(Path.Combine(folder, name));
            string[] names = [.. table.Schema.Columns.Select(column => column.Name)];
            return TableComparison.Difference(
                TableReference.Read(Path.Combine(folder, "reference", name + ".jsonl")),
                table.Count,
                names,
                (row, column) => table.Text(row, names[column]));
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return $"{problem.GetType().Name}: {problem.Message.ReplaceLineEndings(" ")}";
        }
    }

    private static int RightKinds(string path, List<(string Column, ColumnKind[] Kinds)> expected)
    {
        var name = Path.GetFileName(path);
        IReadOnlyList<ColumnFinding> findings;
        try
        {
            using var table = CsvTable.Read(path);
            findings = table.Findings;
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            Console.WriteLine($"{name}: not read: {problem.Message.ReplaceLineEndings(" ")}");
            return 0;
        }

        if (findings.Count != expected.Count)
        {
            Console.WriteLine($"{name}: {expected.Count} columns are expected, but {findings.Count} found");
            return 0;
        }

        var right = 0;
        foreach (var ((column, kinds), finding) in expected.Zip(findings))
        {
            var isRight = kinds.Length == 0 || kinds.Contains(finding.Column.Kind);
            right += isRight ? 1 : 0;
            if (!isRight)
            {
                Console.WriteLine(
                    $"{name}, {column}: {string.Join('|', kinds)} is expected, but {finding.Column.Kind} found: {finding.Why}");
            }
        }

        return right;
    }

    private static string Share(int right, int all, string what)
        => string.Create(CultureInfo.InvariantCulture, $"{right} of {all} {what}: {100.0 * right / int.Max(all, 1):F1} %");
}
