namespace Vae.Formats.Tests;

/// <summary>Quotes other than those of RFC 4180: single ones, and quotes in a text behind a backslash.</summary>
public sealed class CsvQuotesTests
{
    [Theory]
    [InlineData("'a' 'b'\n1 2\n3 4\n", "a|b", "1|2")]
    [InlineData("'a'\t'b'\n1\t2\n3\t4\n", "a|b", "1|2")]
    [InlineData("'a, net', 'b'\n1, 2\n3, 4\n", "a, net|b", "1|2")]
    [InlineData("a,b\n'x, y',2\n'it''s',4\n", "a|b", "x, y|2")]
    [InlineData("a,b\n'x',2\n'',4\n", "a|b", "x|2")]
    public void Single_quotes_around_all_names_or_all_texts_are_no_part_of_them(string text, string names, string row)
    {
        var table = ReadTable.Of(text);

        Assert.Equal([names, row], table.Shown[..2]);
        Assert.Contains("fields in single quotes", table.Dialect.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n'x',2\ny,4\n", "'x'|2")]
    [InlineData("a,b\n'tis,2\n'x',4\n", "'tis|2")]
    [InlineData("a,b\nit's,2\n90's,4\n", "it's|2")]
    [InlineData("a,b\n\"'x'\",2\n\"'y'\",4\n", "'x'|2")]
    [InlineData("'a',b\nx,2\ny,4\n", "x|2")]
    public void Other_single_quotes_are_characters(string text, string row) => Assert.Equal(row, ReadTable.Of(text).Shown[1]);

    [Theory]
    [InlineData("\"h\" \"n\"\n\"1\" \"5' 4\\\"\" 2\n\"2\" \"6\" 3\n", "row|h|n", "1|5' 4\"|2")]
    [InlineData("\"h\",\"n\"\n\"say \\\"x, y\\\" now\",2\n\"6\",3\n", "h|n", "say \"x, y\" now|2")]
    [InlineData("\"h\",\"n\"\n\"\\\"\",2\n\"\",3\n", "h|n", "\"|2")]
    public void A_quote_behind_a_backslash_is_a_character(string text, string names, string row)
    {
        var table = ReadTable.Of(text);

        Assert.Equal([names, row], table.Shown[..2]);
        Assert.Contains("quotes in texts behind a backslash", table.Dialect.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n\"C:\\\",2\n\"D:\\\",4\n", "C:\\|2")]
    [InlineData("a,b\n\"C:\\\",\"x\"\n\"\"\"D:\\\"\"\",\"y\"\n", "C:\\|x")]
    [InlineData("a,b\n5\\\" pipe,2\n6\\\" pipe,4\n", "5\\\" pipe|2")]
    public void A_backslash_before_the_end_of_a_quoted_text_is_a_character(string text, string row)
        => Assert.Equal(row, ReadTable.Of(text).Shown[1]);

    [Fact]
    public void Quotes_behind_backslashes_are_found_wherever_the_source_divides_the_text()
    {
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"\"{new string('x', i % 7)}\\\"y\" {i}\n"));

        var table = ReadTable.Of("\"text\" \"number\"\n" + rows);

        Assert.All(table.Rows, (row, i) => Assert.Equal($"{new string('x', i % 7)}\"y|{i}", string.Join('|', row)));
    }
}
