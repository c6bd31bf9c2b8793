using System.Text.Json;

namespace Vae.Benchmarks;

/// <summary>A cell's true value: a number, a text or nothing.</summary>
/// <param name="Number">The number; NaN for a text or a hole.</param>
/// <param name="Text">The text; null for a number or a hole.</param>
internal readonly record struct TrueCell(double Number, string? Text)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsHole => Text is null && double.IsNaN(Number);

    /// <inheritdoc/>
    public override string ToString()
        => IsHole ? "a hole" : Text is null ? FormattableString.Invariant($"{Number:R}") : $"'{Text}'";
}

/// <summary>A table's values by an independent reader, as <c>benchmarks/tables/make.sh</c> writes them.</summary>
/// <param name="HasHeader">Whether the file names its columns.</param>
/// <param name="Columns">The names; empty for a column without one.</param>
/// <param name="Rows">The rows.</param>
internal sealed record TableReference(bool HasHeader, string[] Columns, List<TrueCell[]> Rows)
{
    /// <summary>Reads a reference: a line with the names, a line for each row.</summary>
    public static TableReference Read(string path)
    {
        using var lines = File.ReadLines(path).GetEnumerator();
        lines.MoveNext();
        using var head = JsonDocument.Parse(lines.Current);
        var names = head.RootElement.GetProperty("columns").EnumerateArray().Select(name => name.GetString()!).ToArray();
        var rows = new List<TrueCell[]>();
        while (lines.MoveNext())
        {
            using var row = JsonDocument.Parse(lines.Current);
            rows.Add([.. row.RootElement.EnumerateArray().Select(Cell)]);
        }

        return new TableReference(head.RootElement.GetProperty("header").GetBoolean(), names, rows);
    }

    private static TrueCell Cell(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Number => new TrueCell(cell.GetDouble(), null),
        JsonValueKind.String => new TrueCell(double.NaN, cell.GetString()),
        _ => new TrueCell(double.NaN, null),
    };
}
