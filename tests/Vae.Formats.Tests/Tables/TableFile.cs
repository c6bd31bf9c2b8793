using System.Text;
using Vae.Model;

namespace Vae.Formats.Tests;

/// <summary>A file of a test, in a folder of its own that is gone afterwards.</summary>
internal sealed class TableFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vae-table-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "sales.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public Table Read(string text, CsvTableOptions? options = null, TableOptions? table = null)
    {
        File.WriteAllText(Path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return CsvTable.Read(Path, options, table);
    }

    /// <summary>Reads a table all of whose columns are real numbers.</summary>
    public Table ReadReals(string text, CsvTableOptions? options = null)
    {
        var kinds = ReadTable.Of(text, options).Names.ToDictionary(name => name, _ => ColumnKind.Real);
        return Read(text, options, new TableOptions { Kinds = kinds });
    }

    /// <summary>All numbers of a table, row after row.</summary>
    public static double[] Numbers(Table table)
    {
        var numbers = new double[table.Count * table.Features];
        table.Gather([.. Enumerable.Range(0, table.Count)], numbers.AsSpan());
        return numbers;
    }
}
