using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Prints the columns of a table: as a table on a terminal, as aligned lines in a file or a pipe.</summary>
internal static class SchemaPrinter
{
    private const int MostOfCell = 48;                                // characters in aligned lines
    private const string Between = "  ";

    private static readonly string[] Headings = ["column", "kind", "values", "holes", "examples", "why"];

    /// <summary>Prints all columns.</summary>
    public static void Write(IReadOnlyList<ColumnFinding> findings, TextWriter output)
    {
        var rows = findings.Select(CellsOf).ToArray();
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
        {
            Write(rows, AnsiConsole.Console);
            return;
        }

        foreach (var line in Lines(Headings, rows))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Prints rows on a terminal, whose lines wrap inside their cells.</summary>
    public static void Write(IReadOnlyList<string[]> rows, IAnsiConsole terminal)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple);
        foreach (var heading in Headings)
        {
            table.AddColumn(new TableColumn(heading) { NoWrap = heading is "kind" or "holes" });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        terminal.Write(table);
    }

    /// <summary>The cells of a column: name, kind, levels or range, holes, examples, reason.</summary>
    public static string[] CellsOf(ColumnFinding finding) =>
    [
        ColumnText.Shown(finding.Column.Name),
        ColumnText.KindOf(finding.Column),
        ColumnText.ValuesOf(finding.Column),
        finding.Holes == 0 ? "" : finding.Holes.ToString("N0", CultureInfo.InvariantCulture),
        ColumnText.ExamplesOf(finding),
        OptionNames.In(finding.Why),
    ];

    /// <summary>Lines whose cells stand below each other.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string>? headings, IReadOnlyList<string[]> rows)
    {
        string[][] all = [.. (headings is null ? [] : new[] { headings.ToArray() }).Concat(rows)
            .Select(row => row.Select(Shortened).ToArray())];
        var widths = Enumerable.Range(0, all.Length == 0 ? 0 : all[0].Length)
            .Select(column => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join(Between, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>A column as JSON.</summary>
    public static JsonObject Json(ColumnFinding finding)
    {
        var column = finding.Column;
        var result = new JsonObject
        {
            ["name"] = column.Name,
            ["kind"] = ColumnText.KindOf(column),
            ["why"] = OptionNames.In(finding.Why),
            ["holes"] = finding.Holes,
            ["examples"] = Texts(finding.Examples),
        };
        if (finding.Note is not null)
        {
            result["note"] = OptionNames.In(finding.Note);
        }

        if (column.Levels.Count > 0)
        {
            result["levels"] = Texts(column.Levels);
            result["pooled_levels"] = column.PooledLevels.Count;
        }

        if (double.IsFinite(column.Least))
        {
            result["least"] = column.Least;
            result["largest"] = column.Largest;
            result["decimals"] = column.Decimals;
        }

        if (column.DateFormat is not null)
        {
            result["date_format"] = column.DateFormat;
        }

        return result;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static string Shortened(string text) => text.Length <= MostOfCell ? text : $"{text[..(MostOfCell - 3)]}...";
}
