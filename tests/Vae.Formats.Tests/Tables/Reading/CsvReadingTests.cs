namespace Vae.Formats.Tests;

public sealed class CsvReadingTests
{
    private static readonly string[] Plain = ["a|b", "0.1|0.2", "0.3|0.1", "-0.2|0.4", "0.5|-0.1"];

    [Theory]
    [InlineData("a,b\n0.1,0.2\n0.3,0.1\n-0.2,0.4\n0.5,-0.1\n")]
    [InlineData("a;b\n0.1;0.2\n0.3;0.1\n-0.2;0.4\n0.5;-0.1\n")]
    [InlineData("a\tb\n0.1\t0.2\n0.3\t0.1\n-0.2\t0.4\n0.5\t-0.1\n")]
    [InlineData("a|b\n0.1|0.2\n0.3|0.1\n-0.2|0.4\n0.5|-0.1\n")]
    [InlineData("a b\n0.1 0.2\n0.3 0.1\n-0.2 0.4\n0.5 -0.1\n")]
    [InlineData("  a     b\n  0.1  0.2\n\n  0.3 \t 0.1  \n -0.2  0.4\n  0.5 -0.1\n")]
    [InlineData("a,b,\n0.1,0.2,\n0.3,0.1,\n-0.2,0.4,\n0.5,-0.1,\n")]
    [InlineData("a,b\n0.1,0.2,\n0.3,0.1,\n-0.2,0.4,\n0.5,-0.1,\n")]
    [InlineData("# exported\na,b\n0.1,0.2\n0.3,0.1\n-0.2,0.4\n0.5,-0.1\n")]
    [InlineData("# exported\n# by us, today\na,b\n0.1,0.2\n0.3,0.1\n# half, of it, is done\n-0.2,0.4\n0.5,-0.1\n")]
    [InlineData("Quarterly sales\na,b\n0.1,0.2\n0.3,0.1\n-0.2,0.4\n0.5,-0.1\n")]
    [InlineData("Quarterly sales\n\n2024\na,b\n0.1,0.2\n0.3,0.1\n-0.2,0.4\n0.5,-0.1\n")]
    [InlineData("# a b\n0.1 0.2\n0.3 0.1\n-0.2 0.4\n0.5 -0.1\n")]
    [InlineData("sep=;\na;b\n0.1;0.2\n0.3;0.1\n-0.2;0.4\n0.5;-0.1\n")]
    [InlineData("\uFEFFa,b\r\n0.1,0.2\r\n0.3,0.1\r\n\r\n-0.2,0.4\r\n  \r\n0.5,-0.1")]
    [InlineData("a,b\r0.1,0.2\r0.3,0.1\r-0.2,0.4\r0.5,-0.1")]
    [InlineData("\"a\", \"b\"\n0.1, 0.2\n\"0.3\", \"0.1\"\n-0.2 ,\t0.4\n0.5,\u00A0-0.1\u00A0\n")]
    public void Every_way_of_writing_a_table_gives_the_same_fields(string text) => Assert.Equal(Plain, ReadTable.Of(text).Shown);

    [Theory]
    [InlineData("a;b\n0,1;0,2\n0,3;0,1\n-0,2;0,4\n0,5;-0,1\n", "a|b", "0,1|0,2")]
    [InlineData("a\tb\n0,1\t0,2\n0,3\t0,1\n", "a|b", "0,1|0,2")]
    [InlineData("a b\n0,1 0,2\n0,3 0,1\n", "a|b", "0,1|0,2")]
    [InlineData("0,1;0,2\n0,3;0,1\n", "column_1|column_2", "0,1|0,2")]
    [InlineData("x\n0,1\n0,3\n-0,2\n", "x", "0,1")]
    [InlineData("preis;b\n1.125,73;0,5\n2.001,50;0,1\n", "preis|b", "1.125,73|0,5")]
    [InlineData("name;preis\nx;0,5\ny;0,1\n", "name|preis", "x|0,5")]
    [InlineData("\"\";\"y\";\"name\"\n\"1\";\"b\";41,59\n\"2\";\"c\";27,67\n", "row|y|name", "1|b|41,59")]
    [InlineData("y;x;z\na;b;0,5\nc;d;0,25\n", "y|x|z", "a|b|0,5")]
    [InlineData("0,1 0,2\n0,3 0,1\n", "column_1|column_2", "0,1|0,2")]
    public void Decimal_commas_are_found(string text, string names, string row)
    {
        var table = ReadTable.Of(text);

        Assert.Equal([names, row], table.Shown[..2]);
        Assert.Equal(',', table.Dialect.Numbers.DecimalPoint);
        Assert.Contains("commas are read as decimal commas", table.Notes);
    }

    [Theory]
    [InlineData("a,\"place, country\"\n0.1,\"Rome, Italy\"\n", "a|place, country", "0.1|Rome, Italy")]
    [InlineData("price, net, EUR;size, m2\n0.1;0.2\n0.3;0.1\n-0.2;0.4\n", "price, net, EUR|size, m2", "0.1|0.2")]
    [InlineData("price, EUR;size\n0.1;0.2\n0.3;0.1\n-0.2;0.4\n", "price, EUR|size", "0.1|0.2")]
    [InlineData("id;comment\n1;Hello, world\n2;Hello, you\n", "id|comment", "1|Hello, world")]
    [InlineData("full name,score\nJohn Smith,5\nAl Gore,6\n", "full name|score", "John Smith|5")]
    [InlineData("my date,val\n2020-01-01 12:00:00,5\n2020-01-02 12:00:00,6\n", "my date|val", "2020-01-01 12:00:00|5")]
    [InlineData("name\nJohn Smith\nAl Gore\n", "name", "John Smith")]
    [InlineData("s,date,price\nM,Jan 1 2000,39.81\nM,Feb 1 2000,36.35\n", "s|date|price", "M|Jan 1 2000|39.81")]
    [InlineData("a,cut,name\n0.5,x,person 0\n1.5,y,person 1\n", "a|cut|name", "0.5|x|person 0")]
    [InlineData("cut,colour,full name\nx,u,person 0\ny,v,person 1\n", "cut|colour|full name", "x|u|person 0")]
    [InlineData("time\n2020-01-01 12:00:00\n2020-01-02 12:00:00\n", "time", "2020-01-01 12:00:00")]
    [InlineData("a\n1\n", "a", "1")]
    [InlineData("colour,n\n#ff0000,1\n#00ff00,2\n", "colour|n", "#ff0000|1")]
    [InlineData("#chrom\tstart\nchr1\t5\nchr2\t7\n", "#chrom|start", "chr1|5")]
    [InlineData("a,b\n5\" pipe,1\nsay \"\"x\"\",2\n", "a|b", "5\" pipe|1")]
    public void Delimiters_in_texts_separate_nothing(string text, string names, string row)
        => Assert.Equal([names, row], ReadTable.Of(text).Shown[..2]);

    [Theory]
    [InlineData(",a,b\n0,0.1,0.2\n1,0.3,0.1\n", "row|a|b", "0|0.1|0.2")]
    [InlineData("\"\",\"a\",\"b\"\n\"0\",0.1,0.2\n\"1\",0.3,0.1\n", "row|a|b", "0|0.1|0.2")]
    [InlineData("\"a\" \"b\"\n\"1\" 0.1 0.2\n\"2\" 0.3 0.1\n", "row|a|b", "1|0.1|0.2")]
    [InlineData("a,b\nx,0.1,0.2\ny,0.3,0.1\n", "row|a|b", "x|0.1|0.2")]
    [InlineData(",row,\n0,1,2\n1,3,4\n", "column_1|row|column_3", "0|1|2")]
    [InlineData("a,b,a,a\n1,2,3,4\n5,6,7,8\n", "a|b|a_2|a_3", "1|2|3|4")]
    [InlineData(",0,1,2\n0,0.1,0.2,5\n1,0.3,0.1,5\n", "row|0|1|2", "0|0.1|0.2|5")]
    public void Columns_without_a_name_of_their_own_get_one(string text, string names, string row)
        => Assert.Equal([names, row], ReadTable.Of(text).Shown[..2]);

    [Theory]
    [InlineData("1,1,0\n2,0,1\n0,2,1\n", 3)]
    [InlineData("5,3,1\n2,0,1\n0,2,1\n4,2,2\n", 4)]
    [InlineData("5.1,3.5\n4.9,3.0\n", 2)]
    [InlineData("1,2\n3,4\n", 2)]
    [InlineData("Rome,5\nBern,7\nRome,9\n", 3)]
    [InlineData("red,yes\nblue,no\nred,no\nblue,yes\n", 4)]
    [InlineData("39, State-gov, 77516\n50, Self-emp, 83311\n", 2)]
    [InlineData("4,2,malignant\n0.1,0.2,1,0\n0.3,0.1,1,0\n-0.2,0.4,1,0\n0.5,-0.1,1,0\n", 4)]
    [InlineData("3,4,setosa,versicolor,virginica\n5.1,3.5,1.4,0.2,0\n4.9,3.0,1.4,0.2,1\n5.1,3.5,1.4,0.2,2\n", 3)]
    [InlineData("2020-01-01,5\n2020-01-02,6\n", 2)]
    public void A_table_without_names_is_recognised(string text, int rows)
    {
        var table = ReadTable.Of(text);

        Assert.Equal(("column_1", rows), (table.Names[0], table.Rows.Count));
        Assert.Contains($"line {table.Dialect.FirstLine} is read as a row, not as the names of the columns", table.Notes);
    }

    [Theory]
    [InlineData("country,1990,1991\nRome,5,6\nBern,7,8\n", "country")]
    [InlineData("0,1,2\n5,6,7\n8,8,8\n", "0")]
    [InlineData("0\n0.5\n0.7\n", "0")]
    [InlineData("city,name\nRome,x\nBern,y\n", "city")]
    [InlineData("name\nx\ny\n", "name")]
    [InlineData("a,b\n1,2\n", "a")]
    [InlineData("date,value\n2020-01-01,?\n2020-01-02,?\n", "date")]
    public void Names_are_recognised(string text, string name) => Assert.Equal(name, ReadTable.Of(text).Names[0]);

    [Fact]
    public void A_short_line_lacks_its_last_values_and_is_noted()
    {
        var table = ReadTable.Of("a,b,c\n1,2,3\n4,5\n6\n7,8,9\n1,2,3\n");

        Assert.Equal(["a|b|c", "1|2|3", "4|5|NULL", "6|NULL|NULL", "7|8|9", "1|2|3"], table.Shown);
        Assert.Equal(
            ["2 lines have too few fields, the first is line 3, and the last values of their rows are missing"], table.Notes);
    }

    [Fact]
    public void Rows_know_their_lines()
        => Assert.Equal([2, 4, 6, 8], ReadTable.Of("a,b\n1,2\n\n\"x\ny\",4\n5,6\n \n7,8\n").Lines);
}
