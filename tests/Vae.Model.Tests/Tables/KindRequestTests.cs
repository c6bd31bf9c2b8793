namespace Vae.Model.Tests;

public sealed class KindRequestTests
{
    [Theory]
    [InlineData(ColumnKind.Count, "1 2 -3 4", "'-3' in line 4")]
    [InlineData(ColumnKind.Count, "1 2.5 3 4", "'2.5' in line 3")]
    [InlineData(ColumnKind.Positive, "1 2 3 -4", "'-4' in line 5")]
    [InlineData(ColumnKind.Flag, "a a b b c c", "'c' in line 6")]
    [InlineData(ColumnKind.Real, "red blue red blue", "'red' in line 2")]
    [InlineData(ColumnKind.Date, "red blue red blue", "'red' in line 2")]
    [InlineData(ColumnKind.Date, "1 2 3 4", "TableOptions.DateFormat")]
    public void A_kind_that_cannot_hold_the_values_is_refused(ColumnKind kind, string values, string expected)
    {
        var failure = Assert.Throws<ArgumentException>(() => Infer(values.Split(' '), kind));

        Assert.Contains("Column 'a' cannot have the kind " + kind, failure.Message);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void Too_many_different_numbers_are_no_category()
        => Assert.Contains(
            "TableOptions.Kinds[\"a\"] = ColumnKind.Real",
            Assert.Throws<ArgumentException>(
                () => Infer([.. Enumerable.Range(0, 5000).Select(row => $"{row}")], ColumnKind.Category)).Message);

    [Theory]
    [InlineData(ColumnKind.Category, "4 6 8 4")]
    [InlineData(ColumnKind.Ordinal, "4 6 8 4")]
    [InlineData(ColumnKind.Real, "4 6 8 4")]
    [InlineData(ColumnKind.Count, "4 6 8 4")]
    [InlineData(ColumnKind.Positive, "4 6 8 4")]
    [InlineData(ColumnKind.Id, "4 6 8 4")]
    [InlineData(ColumnKind.Ignore, "4 6 8 4")]
    [InlineData(ColumnKind.Category, "red blue green red")]
    [InlineData(ColumnKind.Ordinal, "red blue green red")]
    [InlineData(ColumnKind.Flag, "red blue blue red")]
    public void A_kind_that_can_hold_the_values_is_taken(ColumnKind kind, string values)
        => Assert.Equal(kind, Infer(values.Split(' '), kind).Column.Kind);

    [Fact]
    public void A_column_that_is_not_there_is_named_with_those_that_are()
    {
        var options = new TableOptions { Kinds = new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Id } };
        var failure = Assert.Throws<ArgumentException>(
            () => SchemaInference.Infer(TinyCells.OfColumn("a", ["1", "2"]), options));

        Assert.Contains("TableOptions.Kinds names 'b'", failure.Message);
        Assert.Contains("'a'", failure.Message);
    }

    private static ColumnFinding Infer(string[] values, ColumnKind kind)
    {
        var options = new TableOptions { Kinds = new Dictionary<string, ColumnKind> { ["a"] = kind } };
        return SchemaInference.Infer(TinyCells.OfColumn("a", values), options).Findings[0];
    }
}
