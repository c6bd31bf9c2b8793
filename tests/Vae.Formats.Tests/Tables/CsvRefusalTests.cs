using System.Text;

namespace Vae.Formats.Tests;

public sealed class CsvRefusalTests : IDisposable
{
    private readonly TableFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_refusal_names_line_and_column()
    {
        var lines = string.Concat(Enumerable.Range(2, 17).Select(line => $"{line},1\n"));
        Assert.Equal(
            "sales.csv, line 19, column 'price': a number is wanted, but the field is empty. "
            + "Fill it in or remove the row. Or set CsvTableOptions.Ignore = [\"price\"].",
            _file.Refusal($"price,size\n{lines},2\n"));
    }

    [Fact]
    public void A_refusal_has_its_parts()
    {
        var refusal = Assert.Throws<TableException>(() => _file.Read("a,b\n1,x\n"));

        Assert.Equal((_file.Path, 2L, "b"), (refusal.FilePath, refusal.Line, refusal.Column));
        Assert.Equal(
            ("a number is wanted, but the field is 'x'", "Correct it or remove the row."), (refusal.Problem, refusal.Remedy));
        Assert.Equal(["b"], refusal.Suggestion!.Ignore);
        Assert.IsAssignableFrom<IOException>(refusal);
    }

    [Theory]
    [InlineData("a,b\n1,x\n")]
    [InlineData("a,\"place, \"\"the\"\" country\"\n1,x\n")]
    [InlineData("a;b\n1,5;2\n")]
    [InlineData("a,b\n\"1,5\",2\n")]
    [InlineData("1.5,2.5\n3,4\n")]
    public void A_table_can_be_read_with_the_options_that_its_refusal_suggests(string text)
    {
        var suggestion = Assert.Throws<TableException>(() => _file.Read(text)).Suggestion;

        Assert.NotEqual(0, _file.Read(text, suggestion!).Count);
    }

    [Fact]
    public void A_table_with_decimal_points_can_be_read_with_the_options_that_its_refusal_suggests()
    {
        const string text = "a,\"b;c\"\n1.5,2\n";                     // a comma is found, were it not for the decimal comma
        var given = new CsvTableOptions { DecimalComma = true, Delimiter = ',' };

        var suggestion = Assert.Throws<TableException>(() => _file.Read(text, given)).Suggestion;

        Assert.Equal(1.5f, _file.Read(text, suggestion!).Row(0)[0]);
    }

    [Fact]
    public void Columns_that_are_left_out_already_stay_in_the_suggestion()
    {
        var refusal = Assert.Throws<TableException>(() => _file.Read("a,b,c\nx,y,1\n", new CsvTableOptions { Ignore = ["a"] }));

        Assert.Equal(["a", "b"], refusal.Suggestion!.Ignore);
        Assert.EndsWith("Or set CsvTableOptions.Ignore = [\"a\", \"b\"].", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_column_is_not_suggested_to_be_left_out()
        => Assert.Null(Assert.Throws<TableException>(() => _file.Read("a\nx\n")).Suggestion);

    [Theory]
    [InlineData("NA"), InlineData("N/A"), InlineData("NaN"), InlineData("nan")]
    [InlineData("null"), InlineData("NULL"), InlineData("?")]
    public void A_word_for_a_missing_value_is_refused(string word) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number is wanted, but the field is '{word}', a missing value. "
        + "Fill it in or remove the row. Or set CsvTableOptions.Ignore = [\"b\"].",
        _file.Refusal($"a,b\n1,{word}\n"));

    [Theory, InlineData(""), InlineData("  "), InlineData("\"\""), InlineData("\" \"")]
    public void An_empty_field_is_refused(string nothing) => Assert.Equal(
        "sales.csv, line 2, column 'b': a number is wanted, but the field is empty. "
        + "Fill it in or remove the row. Or set CsvTableOptions.Ignore = [\"b\"].",
        _file.Refusal($"a,b\n1,{nothing}\n"));

    [Theory]
    [InlineData("red", "red"), InlineData("0x10", "0x10"), InlineData("1 2", "1 2")]
    [InlineData("1e", "1e"), InlineData("$5", "$5")]
    [InlineData("5%", "5%"), InlineData("(5)", "(5)"), InlineData("\"say \"\"x\"\"\"", "say \"x\"")]
    [InlineData("\u001b[2J", @"\u{1B}[2J"), InlineData("1\0", @"1\u{0}"), InlineData("\"1\n2\"", @"1\u{A}2")]
    [InlineData("\u202E1", @"\u{202E}1")]
    public void Text_is_refused_and_shown_escaped(string field, string shown) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number is wanted, but the field is '{shown}'. "
        + "Correct it or remove the row. Or set CsvTableOptions.Ignore = [\"b\"].",
        _file.Refusal($"a,b\n1,{field}\n"));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(
        $"sales.csv, line 2, column '{new string('n', 80)}...': a number is wanted, but the field is '{new string('x', 80)}...'. "
        + $"Correct it or remove the row. Or set CsvTableOptions.Ignore = [\"{new string('n', 80)}...\"].",
        _file.Refusal($"a,{new string('n', 5000)}\n1,{new string('x', 5000)}\n"));

    [Theory, InlineData("1e39"), InlineData("-3.5e38"), InlineData("Infinity"), InlineData("-infinity")]
    public void A_number_that_a_float_cannot_hold_is_refused(string number) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number of at most 3.4e38 is wanted, but the field is '{number}'. "
        + "Correct it or remove the row. Or set CsvTableOptions.Ignore = [\"b\"].",
        _file.Refusal($"a,b\n1,{number}\n"));

    [Fact]
    public void A_name_is_quoted_as_a_csharp_string()
        => Assert.EndsWith(@" = [""say \""x\"" \\""].", _file.Refusal("a,\"say \"\"x\"\" \\\"\n1,x\n"), StringComparison.Ordinal);

    [Fact]
    public void The_other_decimal_point_is_refused_and_suggested()
    {
        Assert.Equal(
            "sales.csv, line 2, column 'a': a number is wanted, but the field is '1,5'. "
            + "If the comma separates thousands, remove it. Or set CsvTableOptions.DecimalComma = true.",
            _file.Refusal("a;b\n1,5;2\n"));
        Assert.Equal(
            "sales.csv, line 2, column 'a': a number is wanted, but the field is '1.5'. "
            + "If the point separates thousands, remove it. Or set CsvTableOptions.DecimalComma = false.",
            _file.Refusal("a;b\n1.5;2\n", new CsvTableOptions { DecimalComma = true }));
        Assert.EndsWith(
            "Or set CsvTableOptions.DecimalComma = true and CsvTableOptions.Delimiter = ','.",
            _file.Refusal("a,b\n\"1,5\",2\n"),
            StringComparison.Ordinal);
        Assert.Contains("the field is '1,234.5'. Correct it", _file.Refusal("a;b\n1,234.5;2\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_and_too_many_fields_are_refused_with_both_counts()
    {
        Assert.Equal(
            "sales.csv, line 3: 3 fields are wanted, as in line 1, but there are 2. "
            + "Complete or remove the line; the delimiter of fields is a comma.",
            _file.Refusal("a,b,c\n1,2,3\n4,5\n"));
        Assert.Equal(
            "sales.csv, line 2: 2 fields are wanted, as in line 1, but there are 4. "
            + "Put a field with a semicolon in it into quotes, or remove the line; the delimiter of fields is a semicolon.",
            _file.Refusal("a;b\n1;2;3;4\n"));
        Assert.Equal(
            "sales.csv, line 3: 1 field is wanted, as in line 2, but there are 2. "
            + "Put a field with a comma in it into quotes, or remove the line; the delimiter of fields is a comma.",
            _file.Refusal("\na\n1,5\n"));
        Assert.Equal(
            "sales.csv, line 2: 2 fields are wanted, as in line 1, but there is 1. "
            + "Complete or remove the line; the delimiter of fields is '|'.",
            _file.Refusal("1|2\n3\n", new CsvTableOptions { HasHeader = false, Delimiter = '|' }));
    }

    [Fact]
    public void Names_that_are_missing_or_the_same_are_refused()
    {
        Assert.Equal(
            "sales.csv, line 1: every column must have a name, but column 1 has none. Give it a name.",
            _file.Refusal(",a\n0,1\n"));
        Assert.Equal(
            "sales.csv, line 1: every column must have a name, but column 2 has none. Give it a name.",
            _file.Refusal("a,\" \"\n0,1\n"));
        Assert.Equal(
            "sales.csv, line 1: the names of columns must differ, but columns 1 and 3 are both 'a'. Rename one of them.",
            _file.Refusal("a,b,a\n0,1,2\n"));
    }

    [Fact]
    public void A_first_sample_is_not_taken_for_a_header() => Assert.Equal(
        "sales.csv, line 1: names of columns are wanted, but all of them are numbers. "
        + "Write a line with the names above it, or give a column a name that is not a number. "
        + "Or set CsvTableOptions.HasHeader = false.",
        _file.Refusal("5.1,3.5\n4.9,3.0\n"));

    [Fact]
    public void Columns_that_are_not_in_the_table_are_refused()
    {
        const string text = "price,size\n1,2\n";
        Assert.Equal(
            "sales.csv, line 1: a column 'prise' to leave out is wanted, but there is none. The columns are price, size.",
            _file.Refusal(text, new CsvTableOptions { Ignore = ["prise"] }));
        Assert.Equal(
            "sales.csv, line 1: a column 'Size' to read is wanted, but there is none. The columns are price, size.",
            _file.Refusal(text, new CsvTableOptions { Columns = ["Size"] }));
        Assert.Equal(
            "sales.csv, line 1: a column can be read once, but 'size' is asked for 2 times. Name it once.",
            _file.Refusal(text, new CsvTableOptions { Columns = ["size", "price", "size"] }));
        Assert.Equal(
            "sales.csv, line 1: at least one column is wanted, but all are left out. Leave fewer out.",
            _file.Refusal(text, new CsvTableOptions { Ignore = ["size", "price"] }));
    }

    [Fact]
    public void A_table_without_rows_is_refused()
    {
        const string empty = "sales.csv: a table is wanted, but the file is empty. "
            + "Write a line with the names of the columns, and a line for each sample.";
        Assert.Equal(empty, _file.Refusal(""));
        Assert.Equal(empty, _file.Refusal("\uFEFF"));
        Assert.Equal(empty, _file.Refusal("\n\r\n\n"));
        Assert.Equal(
            "sales.csv: at least one row is wanted, but there is none after the names of the columns in line 2. "
            + "Write a line for each sample.",
            _file.Refusal("\na,b\n\n"));
    }

    [Fact]
    public void Misplaced_quotes_are_refused()
    {
        const string remedy = "Put the field into quotes and double each quote in it (\"5\"\" pipe\"), or remove the quote.";
        Assert.Equal(
            $"sales.csv, line 3: a quoted field must end in a quote, but this one never does. {remedy}",
            _file.Refusal("a,b\n1,2\n\"3,4\n5,6\n"));
        Assert.Equal(
            $"sales.csv, line 2: a quoted field must end with its closing quote, but there is text after it. {remedy}",
            _file.Refusal("a,b\n\"1\"2,3\n"));
        Assert.Equal(
            "sales.csv, line 2: a quote must be the first of a field or stand in a quoted one, "
            + $"but here it is in the middle of a field without quotes. {remedy}",
            _file.Refusal("a,b\n1,5\" pipe\n"));
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        const string refused = "a line of at most 1048576 bytes is wanted, but this one is longer. "
            + "Close every quote in it. Or is this no table?";
        Assert.Equal($"sales.csv, line 2: {refused}", _file.Refusal("a,b\n1,\"2" + new string('\n', 2 << 20)));
        Assert.Equal($"sales.csv, line 1: {refused}", _file.Refusal(new byte[2 << 20]));
        Assert.Equal($"sales.csv, line 2: {refused}", _file.Refusal("a\n" + new string('1', 2 << 20)));
    }

    [Fact]
    public void More_columns_than_the_limit_are_refused()
        => Assert.Equal(
            "sales.csv, line 1: at most 100000 columns are wanted, but there are 1000001. "
            + "Is the delimiter of this table a comma?",
            _file.Refusal(new string(',', 1_000_000)));

    [Fact]
    public void A_header_that_is_not_text_is_refused()
    {
        Assert.Equal(
            "sales.csv, line 1: the name of column 2 must be UTF-8, but is not. Save the table as UTF-8. Or is this no text?",
            _file.Refusal([.. Encoding.Latin1.GetBytes("a,größe\n1,2\n")]));
        Assert.Equal(
            "sales.csv, line 1: a text is wanted, but the name of column 1 has a NUL in it. This is no table.",
            _file.Refusal("a\0b,c\n1,2\n"));
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_refused_by_the_system()
    {
        Assert.Throws<FileNotFoundException>(() => CsvTable.Read(_file.Path));
        Assert.Throws<UnauthorizedAccessException>(() => CsvTable.Read(Path.GetDirectoryName(_file.Path)!));
        Assert.Throws<ArgumentException>(() => CsvTable.Read(""));
    }
}
