using System.Data;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>The files of tables in runs' folders: good ones, and reading them to the last cell.</summary>
internal static class KeptTables
{
    private const int Rows = 20;

    /// <summary>The reader under attack.</summary>
    public static HostileReader Reader(ReaderFolder folder)
    {
        var path = folder["table.safetensors"];
        return new HostileReader
        {
            Name = "", Path = path, Form = FileForm.SafeTensors, Refusal = typeof(CheckpointException),
            Seeds = [Saved(path, ""), Saved(path, "small")],
            Read = () =>
            {
                foreach (var mostInMemory in new long[] { 0, 1 << 26 })
                {
                    ReadAll(path, mostInMemory);
                }

                return true;
            },
        };
    }

    /// <summary>Opens a table's file and reads all that a command may read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostInMemory">The most bytes of cells that are loaded.</param>
    public static void ReadAll(string path, long mostInMemory = 1 << 26)
    {
        using var table = Table.Open(path, mostInMemory);
        var numbers = new double[table.Features];
        for (var row = 0; row < table.Count; row++)
        {
            table.Gather<double>([row], numbers);
            Sane(!numbers.Any(double.IsInfinity) && table.SampleName(row).Length > 0 && table.LineOf(row) >= 1);
            foreach (var column in table.Schema.Columns.Where(column => table.Cells.Names.Contains(column.Name)))
            {
                _ = table.Text(row, column.Name);
            }
        }

        Sane(table.Sha256.Length == 64 && TableChecksum.Of(table.Cells).Length == 64);
        Sane(!table.Notes.Any(note => note.Any(char.IsControl)));
        Sane(table.Schema.Columns.Count == table.Findings.Count);
    }

    /// <summary>A file of two columns of numbers, a day, a city, a key, and lines of the source; or one of two cells.</summary>
    public static byte[] Saved(string path, string kind)
    {
        using var made = kind == "small" ? Small() : Large();
        using var reader = made.CreateDataReader();
        using var table = Table.Read(reader, "noise.csv", null, null, default);
        table.Save(path);
        return File.ReadAllBytes(path);
    }

    private static DataTable Small()
    {
        var table = new DataTable();
        table.Columns.Add("a", typeof(double));
        table.Rows.Add(0.5);
        table.Rows.Add(0.75);
        return table;
    }

    private static DataTable Large()
    {
        var table = new DataTable();
        foreach (var name in new[] { "price", "day", "city", "key", "größe" })
        {
            table.Columns.Add(name, typeof(string));
        }

        for (var i = 0; i < Rows; i++)
        {
            table.Rows.Add(
                i % 9 == 1 ? "NA" : $"{i}.5", $"1970-01-{(i % 28) + 1:D2}", i % 3 == 0 ? "Oslo" : "Bern", $"row-{i}", $"{i % 4}");
        }

        return table;
    }

    private static void Sane(bool holds) => _ = holds ? true : throw new InvalidOperationException("what was read is not sane");
}
