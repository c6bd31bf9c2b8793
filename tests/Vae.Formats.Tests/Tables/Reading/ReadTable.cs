using System.Text;
using Vae.Model;

namespace Vae.Formats.Tests;

/// <summary>A table as <see cref="CsvTable.OpenReader(string, CsvTableOptions)"/> gives it, with all its fields.</summary>
internal sealed record ReadTable(
    IReadOnlyList<string> Names,
    IReadOnlyList<string?[]> Rows,
    IReadOnlyList<long> Lines,
    CsvDialect Dialect,
    IReadOnlyList<string> Notes)
{
    /// <summary>Reads a text from memory.</summary>
    public static ReadTable Of(string text, CsvTableOptions? options = null) => Of(Encoding.UTF8.GetBytes(text), options);

    public static ReadTable Of(byte[] bytes, CsvTableOptions? options = null)
    {
        using var reader = new CsvDataReader(
            new TableSource(new MemoryStream(bytes), "sales.csv"), options ?? new CsvTableOptions());
        return Of(reader);
    }

    public static ReadTable Of(CsvDataReader reader)
    {
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        var (rows, lines) = (new List<string?[]>(), new List<long>());
        while (reader.Read())
        {
            rows.Add([.. names.Select((_, column) => reader.IsDBNull(column) ? null : reader.GetString(column))]);
            lines.Add(reader.Line);
        }

        return new ReadTable(names, rows, lines, reader.Dialect, reader.Notes);
    }

    /// <summary>The message of a refusal.</summary>
    public static string Refusal(string text, CsvTableOptions? options = null)
        => Assert.Throws<TableException>(() => Of(text, options)).Message;

    /// <summary>The names, then the rows, each as one text with bars between fields.</summary>
    public string[] Shown =>
    [
        string.Join('|', Names),
        .. Rows.Select(row => string.Join('|', row.Select(text => text ?? "NULL"))),
    ];
}
