using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>The columns that options name.</summary>
public sealed class TableRequestTests
{
    private static readonly string[] Names = ["a", "b", "place, country", "a,c", "x=y"];

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a, b", "a|b")]
    [InlineData("place, country", "place, country")]
    [InlineData("b,place, country,a", "b|place, country|a")]
    [InlineData("a,c", "a,c")]
    [InlineData("a,d", "a|d")]
    [InlineData("none", "none")]
    public void A_list_of_names_is_split_at_commas_that_are_in_no_name(string argument, string names)
        => Assert.Equal(
            names.Split('|'), new TableRequest { Ignore = [argument] }.For(Names).Kinds.Keys);

    [Fact]
    public void Kinds_ids_and_columns_to_leave_out_are_kinds()
    {
        var options = Parsed("--kind", "x=y=count", "--kind", "b=category", "--id", "a", "--ignore", "place, country").For(Names);

        Assert.Equal(
            new Dictionary<string, ColumnKind>
            {
                ["x=y"] = ColumnKind.Count,
                ["b"] = ColumnKind.Category,
                ["a"] = ColumnKind.Id,
                ["place, country"] = ColumnKind.Ignore,
            },
            options.Kinds);
        Assert.Null(options.Columns);
    }

    [Fact]
    public void Two_kinds_of_a_column_are_refused()
    {
        var failure = Assert.Throws<UsageException>(() => Parsed("--kind", "a=count", "--id", "a").For(Names));

        Assert.Equal("Column 'a' can have one kind, but count and id are given.", failure.Message);
    }

    [Theory]
    [InlineData(";", ';')]
    [InlineData("tab", '\t')]
    [InlineData("space", ' ')]
    [InlineData("|", '|')]
    public void A_delimiter_is_a_character_or_has_a_name(string text, char delimiter)
        => Assert.Equal(delimiter, Parsed("--delimiter", text).Notation.Delimiter);

    [Fact]
    public void What_is_not_said_is_looked_for()
    {
        var notation = Parsed().Notation;

        Assert.Equal((null, null, null), (notation.Delimiter, notation.HasHeader, notation.DecimalComma));
        Assert.False(Parsed("--no-header").Notation.HasHeader);
        Assert.True(Parsed("--header").Notation.HasHeader);
        Assert.False(Parsed("--decimal-comma", "false").Notation.DecimalComma);
        Assert.True(Parsed("--decimal-comma").Notation.DecimalComma);
    }

    private static TableRequest Parsed(params string[] arguments)
    {
        var table = new TableArguments(takesLists: false);
        var command = new System.CommandLine.RootCommand();
        command.With(table.All);
        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return table.Request(parsed);
    }
}
