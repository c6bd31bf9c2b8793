using Spectre.Console;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>The columns of a table, printed.</summary>
public sealed class SchemaPrinterTests
{
    private static readonly ColumnFinding[] Findings =
    [
        new(
            new ColumnSchema("age", ColumnKind.Count) { Least = 17, Largest = 90 },
            "whole numbers of 0 or above",
            null,
            0,
            ["39", "50"]),
        new(
            new ColumnSchema("workclass", ColumnKind.Category)
            {
                Levels = ["Private", "Self-emp-not-inc", "Local-gov", "State-gov", "Never-worked"], PooledLevels = ["x", "y"],
            },
            "7 different texts", null, 1836, ["State-gov"]),
        new(new ColumnSchema("grade", ColumnKind.Ordinal) { Levels = ["low", "high"] }, "a known order", null, 0, []),
        new(
            new ColumnSchema("day", ColumnKind.Date) { Least = 0, Largest = 31, DateFormat = "dd.MM.yyyy" },
            "dates",
            null,
            0,
            []),
        new(new ColumnSchema("price", ColumnKind.Positive) { Least = 0.1, Largest = 1e6, Decimals = 2 }, "skewed", null, 0, []),
        new(
            new ColumnSchema("zip", ColumnKind.Count) { Least = 1, Largest = 1 },
            "whole numbers",
            "codes? TableOptions.Kinds[\"zip\"] = ColumnKind.Category",
            0,
            ["\u001b[2J"]),
    ];

    [Fact]
    public void Redirected_columns_are_aligned_lines()
    {
        using var output = new StringWriter();
        SchemaPrinter.Write(Findings, output);

        var lines = output.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.Equal(7, lines.Length);
        Assert.StartsWith("column     kind      values", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("age        count     17 to 90 ", lines[1], StringComparison.Ordinal);
        Assert.Contains(" 1,836 ", lines[2], StringComparison.Ordinal);
        Assert.Contains("low < high", lines[3], StringComparison.Ordinal);
        Assert.Contains("01.01.1970 to 01.02.1970", lines[4], StringComparison.Ordinal);
        Assert.Contains("0.1 to 1000000", lines[5], StringComparison.Ordinal);
        Assert.Contains("only 1", lines[6], StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_levels_are_counted_and_pooled_ones_are_said()
        => Assert.Equal(
            "5 and 2 pooled: Private, Self-emp-not-inc, Local-gov, ...",
            ColumnText.ValuesOf(Findings[1].Column));

    [Fact]
    public void A_note_in_json_advises_options_of_the_command_line()
        => Assert.Equal("codes? --kind zip=category", (string?)SchemaPrinter.Json(Findings[5])["note"]);

    [Fact]
    public void A_terminal_of_80_columns_wraps_inside_the_cells()
    {
        using var screen = new StringWriter();
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(screen),
        });
        terminal.Profile.Width = 80;

        SchemaPrinter.Write([.. Findings.Select(SchemaPrinter.CellsOf)], terminal);

        Assert.All(screen.ToString().ReplaceLineEndings("\n").Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("workclass", screen.ToString(), StringComparison.Ordinal);
    }
}
