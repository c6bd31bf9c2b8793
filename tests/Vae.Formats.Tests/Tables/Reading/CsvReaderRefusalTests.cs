namespace Vae.Formats.Tests;

public sealed class CsvReaderRefusalTests
{
    [Fact]
    public void A_long_line_is_refused_with_both_counts() => Assert.Equal(
        "sales.csv, line 3: 2 fields are wanted, as in line 1, but there are 4. "
        + "Put a field with a semicolon in it into quotes, or remove the line; the delimiter of fields is a semicolon.",
        ReadTable.Refusal("a;b\n1;2\n1;2;3;4\n5;6\n7;8\n"));

    [Fact]
    public void Empty_fields_beyond_the_last_column_are_no_fault()
        => Assert.Equal(["a|b", "1|2", "3|4"], ReadTable.Of("a,b\n1,2,,,\n3,4\n").Shown);

    [Theory]
    [InlineData("a;b\n1;2\n3;4\n", ',', "a;b")]
    [InlineData("a,b\n1,2\n3,4\n", ';', "a,b")]
    public void A_delimiter_that_is_given_is_taken(string text, char delimiter, string name)
        => Assert.Equal([name], ReadTable.Of(text, new CsvTableOptions { Delimiter = delimiter }).Names);

    [Fact]
    public void A_table_can_be_read_with_the_options_that_its_refusal_suggests()
    {
        const string text = "a;b,c\n1;2,5\n1;2,6\n1;2,7\n3;4,5,1\n";
        var given = new CsvTableOptions { Delimiter = ',' };

        var refusal = Assert.Throws<TableException>(() => ReadTable.Of(text, given));

        Assert.EndsWith("Or set CsvTableOptions.Delimiter = null.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b,c"], ReadTable.Of(text, refusal.Suggestion).Names);
    }

    [Theory, InlineData(""), InlineData("\n\n"), InlineData("\uFEFF"), InlineData("\r\n  \r\n")]
    public void An_empty_file_is_refused(string text) => Assert.Equal(
        "sales.csv: a table is wanted, but the file is empty. "
        + "Write a line with the names of the columns, and a line for each sample.",
        ReadTable.Refusal(text));

    [Theory]
    [InlineData("{\n  \"columns\": []\n}\n"), InlineData("[[1, 2], [3, 4]]")]
    [InlineData("\uFEFF[\n{\"a\": 1}\n]"), InlineData("{}")]
    public void JSON_is_refused(string text) => Assert.Equal(
        "sales.csv: a table as text is wanted, but this is JSON. "
        + "Write its rows as CSV. A file of columns is a schema (TableOptions.Schema).",
        ReadTable.Refusal(text));

    [Fact]
    public void Names_in_brackets_are_no_JSON()
        => Assert.Equal(["[a]", "[b]"], ReadTable.Of("[a],[b]\n1,2\n3,4\n").Names);

    [Fact]
    public void Names_alone_are_refused()
    {
        Assert.Equal(
            "sales.csv: at least one row is wanted, but there is none after the names of the columns in line 2. "
            + "Write a line for each sample. Or set CsvTableOptions.HasHeader = false.",
            ReadTable.Refusal("\na,b\n"));
        Assert.Single(ReadTable.Of("\na,b\n", new CsvTableOptions { HasHeader = false }).Rows);
        Assert.Single(ReadTable.Of("1.5,2\n").Rows);
    }

    [Theory, InlineData("a,b\n1,2\n\"3,4\n5,6\n"), InlineData("a,b\n1,2\n3,\"4\n")]
    public void A_quote_that_is_never_closed_is_refused(string text) => Assert.Equal(
        "sales.csv, line 3: a quoted field must end in a quote, but this one never does. "
        + "Close it, or double the quote if it is a character (\"5\"\" pipe\").",
        ReadTable.Refusal(text));

    [Fact]
    public void Lines_of_one_field_under_names_of_several_are_refused() => Assert.Equal(
        "sales.csv, line 2: 3 fields are wanted, as in line 1, but most lines have 1. "
        + "Complete the lines; the delimiter of fields is a comma.",
        ReadTable.Refusal("a,b,c\n1 2 3 4 5\n1 2 3\n7 8\n"));

    [Theory]
    [InlineData('5'), InlineData('a'), InlineData('"'), InlineData('\n')]
    [InlineData('.'), InlineData('-'), InlineData('ä'), InlineData('\0'), InlineData('#')]
    public void A_delimiter_that_may_occur_in_numbers_names_or_lines_is_refused(char delimiter)
        => Assert.Throws<ArgumentException>(
            () => CsvTable.OpenReader("none.csv", new CsvTableOptions { Delimiter = delimiter }));
}
