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
            + "Fill it in, leave the row out, or leave the column out (--ignore price).",
            _file.Refusal($"price,size\n{lines},2\n"));
    }

    [Fact]
    public void A_refusal_has_its_parts()
    {
        var refusal = Assert.Throws<TableException>(() => _file.Read("a,b\n1,x\n"));

        Assert.Equal(
            (_file.Path, 2L, "b", "a number is wanted, but the field is 'x'", "Correct it, leave the row out, or leave the column out (--ignore b)."),
            (refusal.FilePath, refusal.Line, refusal.Column, refusal.Problem, refusal.Remedy));
        Assert.IsAssignableFrom<IOException>(refusal);
    }

    [Theory]
    [InlineData("NA"), InlineData("N/A"), InlineData("NaN"), InlineData("nan"), InlineData("null"), InlineData("NULL"), InlineData("?")]
    public void A_word_for_a_missing_value_is_refused(string word) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number is wanted, but the field is '{word}', a missing value. "
        + "Fill it in, leave the row out, or leave the column out (--ignore b).",
        _file.Refusal($"a,b\n1,{word}\n"));

    [Theory, InlineData(""), InlineData("  "), InlineData("\"\""), InlineData("\" \"")]
    public void Nothing_is_refused(string nothing) => Assert.Equal(
        "sales.csv, line 2, column 'b': a number is wanted, but the field is empty. Fill it in, leave the row out, or leave the column out (--ignore b).",
        _file.Refusal($"a,b\n1,{nothing}\n"));

    [Theory]
    [InlineData("red", "red"), InlineData("0x10", "0x10"), InlineData("1 2", "1 2"), InlineData("1e", "1e"), InlineData("$5", "$5"), InlineData("5%", "5%"), InlineData("(5)", "(5)")]
    [InlineData("\"say \"\"x\"\"\"", "say \"x\"")]
    [InlineData("\u001b[2J", @"\u{1B}[2J"), InlineData("1\0", @"1\u{0}"), InlineData("\"1\n2\"", @"1\u{A}2"), InlineData("\u202E1", @"\u{202E}1")]
    public void Text_is_refused_and_shown_escaped(string field, string shown) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number is wanted, but the field is '{shown}'. Correct it, leave the row out, or leave the column out (--ignore b).",
        _file.Refusal($"a,b\n1,{field}\n"));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(
        $"sales.csv, line 2, column '{new string('n', 80)}...': a number is wanted, but the field is '{new string('x', 80)}...'. "
        + $"Correct it, leave the row out, or leave the column out (--ignore {new string('n', 80)}...).",
        _file.Refusal($"{new string('n', 5000)}\n{new string('x', 5000)}\n"));

    [Theory, InlineData("1e39"), InlineData("-3.5e38"), InlineData("Infinity"), InlineData("-infinity")]
    public void What_a_float_cannot_hold_is_refused(string number) => Assert.Equal(
        $"sales.csv, line 2, column 'b': a number of at most 3.4e38 is wanted, but the field is '{number}'. Correct it, leave the row out, or leave the column out (--ignore b).",
        _file.Refusal($"a,b\n1,{number}\n"));

    [Fact]
    public void A_name_with_a_space_is_quoted_as_a_shell_wants_it() => Assert.EndsWith("(--ignore \"unit price\").", _file.Refusal("unit price\nx\n"), StringComparison.Ordinal);

    [Fact]
    public void The_other_decimal_point_is_refused_and_said()
    {
        Assert.Equal(
            "sales.csv, line 2, column 'a': a number is wanted, but the field is '1,5'. "
            + "If the decimal point of this table is a comma, say so (--decimal-comma); if it parts thousands, take it out.",
            _file.Refusal("a;b\n1,5;2\n"));
        Assert.Equal(
            "sales.csv, line 2, column 'a': a number is wanted, but the field is '1.5'. If the decimal point of this table is a point, leave --decimal-comma away.",
            _file.Refusal("a;b\n1.5;2\n", new CsvTableOptions { DecimalComma = true }));
        Assert.Contains("the field is '1,234.5'. Correct it", _file.Refusal("a;b\n1,234.5;2\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_and_too_many_fields_are_refused_with_both_counts()
    {
        Assert.Equal(
            "sales.csv, line 3: 3 fields are wanted, as in line 1, but there are 2. Complete the line or take it out; what separates fields is a comma.",
            _file.Refusal("a,b,c\n1,2,3\n4,5\n"));
        Assert.Equal(
            "sales.csv, line 2: 2 fields are wanted, as in line 1, but there are 4. "
            + "Put a field with a semicolon in it into quotes, or take the line out; what separates fields is a semicolon.",
            _file.Refusal("a;b\n1;2;3;4\n"));
        Assert.Equal(
            "sales.csv, line 3: 1 field is wanted, as in line 2, but there are 2. Put a field with a comma in it into quotes, or take the line out; what separates fields is a comma.",
            _file.Refusal("\na\n1,5\n"));
        Assert.Equal(
            "sales.csv, line 2: 2 fields are wanted, as in line 1, but there is 1. Complete the line or take it out; what separates fields is '|'.",
            _file.Refusal("1|2\n3\n", new CsvTableOptions { HasHeader = false, Delimiter = '|' }));
    }

    [Fact]
    public void Names_that_are_missing_or_the_same_are_refused()
    {
        Assert.Equal(
            "sales.csv, line 1: every column must have a name, but column 1 has none. Name it; once it has a name it can also be left out (--ignore).", _file.Refusal(",a\n0,1\n"));
        Assert.Equal(
            "sales.csv, line 1: every column must have a name, but column 2 has none. Name it; once it has a name it can also be left out (--ignore).", _file.Refusal("a,\" \"\n0,1\n"));
        Assert.Equal("sales.csv, line 1: the names of columns must differ, but columns 1 and 3 are both 'a'. Rename one of them.", _file.Refusal("a,b,a\n0,1,2\n"));
    }

    [Fact]
    public void A_first_sample_is_not_taken_for_a_header() => Assert.Equal(
        "sales.csv, line 1: names of columns are wanted, but all of them are numbers. "
        + "If the table has no header, say so (--no-header); else give a column a name that is no number.",
        _file.Refusal("5.1,3.5\n4.9,3.0\n"));

    [Fact]
    public void Columns_that_there_are_not_are_refused()
    {
        const string text = "price,size\n1,2\n";
        Assert.Equal(
            "sales.csv, line 1: a column 'prise' to leave out is wanted, but there is none. The columns are price, size.",
            _file.Refusal(text, new CsvTableOptions { Ignore = ["prise"] }));
        Assert.Equal(
            "sales.csv, line 1: a column 'Size' to take is wanted, but there is none. The columns are price, size.", _file.Refusal(text, new CsvTableOptions { Columns = ["Size"] }));
        Assert.Equal(
            "sales.csv, line 1: a column can be taken once, but 'size' is asked for 2 times. Name it once.",
            _file.Refusal(text, new CsvTableOptions { Columns = ["size", "price", "size"] }));
        Assert.Equal(
            "sales.csv, line 1: at least one column is wanted, but all are left out. Leave out fewer.", _file.Refusal(text, new CsvTableOptions { Ignore = ["size", "price"] }));
    }

    [Fact]
    public void A_table_without_rows_is_refused()
    {
        const string empty = "sales.csv: a table is wanted, but the file is empty. Write a line with the names of the columns, and a line for each sample.";
        Assert.Equal(empty, _file.Refusal(""));
        Assert.Equal(empty, _file.Refusal("\uFEFF"));
        Assert.Equal(empty, _file.Refusal("\n\r\n\n"));
        Assert.Equal(
            "sales.csv: at least one row is wanted, but there is none after the names of the columns in line 2. Write a line for each sample.", _file.Refusal("\na,b\n\n"));
    }

    [Fact]
    public void Quotes_that_are_wrong_are_refused()
    {
        const string remedy = "Put the field into quotes and double each quote in it (\"5\"\" pipe\"), or take the quote out.";
        Assert.Equal($"sales.csv, line 3: a quoted field must end in a quote, but this one never does. {remedy}", _file.Refusal("a,b\n1,2\n\"3,4\n5,6\n"));
        Assert.Equal($"sales.csv, line 2: a quoted field must end with its closing quote, but there is text after it. {remedy}", _file.Refusal("a,b\n\"1\"2,3\n"));
        Assert.Equal(
            $"sales.csv, line 2: a quote must be the first of a field or stand in a quoted one, but here it is in the middle of a field without quotes. {remedy}",
            _file.Refusal("a,b\n1,5\" pipe\n"));
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        const string refused = "a line of at most 1048576 bytes is wanted, but this one is longer. Is there a quote in it that is never closed? Or is this no table?";
        Assert.Equal($"sales.csv, line 2: {refused}", _file.Refusal("a,b\n1,\"2" + new string('\n', 2 << 20)));
        Assert.Equal($"sales.csv, line 1: {refused}", _file.Refusal(new byte[2 << 20]));
        Assert.Equal($"sales.csv, line 2: {refused}", _file.Refusal("a\n" + new string('1', 2 << 20)));
    }

    [Fact]
    public void More_columns_than_anybody_has_are_refused() => Assert.Equal(
        "sales.csv, line 1: at most 100000 columns are wanted, but there are 1000001. Is this a table whose fields are separated by a comma?", _file.Refusal(new string(',', 1_000_000)));

    [Fact]
    public void What_is_no_text_is_refused()
    {
        Assert.Equal(
            "sales.csv, line 1: the name of column 2 must be UTF-8, but is not. Save the table as UTF-8, or is this no text at all?",
            _file.Refusal([.. Encoding.Latin1.GetBytes("a,größe\n1,2\n")]));
        Assert.Equal("sales.csv, line 1: a text is wanted, but the name of column 1 has a NUL in it. This is no table.", _file.Refusal("a\0b,c\n1,2\n"));
    }

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_the_systems_refusal()
    {
        Assert.Throws<FileNotFoundException>(() => CsvTable.Read(_file.Path));
        Assert.Throws<UnauthorizedAccessException>(() => CsvTable.Read(Path.GetDirectoryName(_file.Path)!));
        Assert.Throws<ArgumentException>(() => CsvTable.Read(""));
    }
}
