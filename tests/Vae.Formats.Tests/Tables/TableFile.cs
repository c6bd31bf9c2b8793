using System.Text;

namespace Vae.Formats.Tests;

/// <summary>A file of a test, in a folder of its own that is gone afterwards.</summary>
internal sealed class TableFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vae-table-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "sales.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public CsvTable Read(string text, CsvTableOptions? options = null) => Read(Encoding.UTF8.GetBytes(text), options);

    public CsvTable Read(byte[] bytes, CsvTableOptions? options = null)
    {
        File.WriteAllBytes(Path, bytes);
        return CsvTable.Read(Path, options);
    }

    /// <summary>The message of a refusal, without the folder.</summary>
    public string Refusal(string text, CsvTableOptions? options = null) => Refusal(Encoding.UTF8.GetBytes(text), options);

    public string Refusal(byte[] bytes, CsvTableOptions? options = null)
        => Assert.Throws<TableException>(() => Read(bytes, options)).Message.Replace(Path, "sales.csv", StringComparison.Ordinal);
}
