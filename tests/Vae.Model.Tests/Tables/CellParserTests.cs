using System.Globalization;
using System.Text;

namespace Vae.Model.Tests.Tables;

/// <summary>What is recognised in a field: numbers, dates, missing values.</summary>
public sealed class CellParserTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("-7", -7)]
    [InlineData("+7", 7)]
    [InlineData("-0", 0)]
    [InlineData("00420", 420)]
    [InlineData("1.5", 1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("-0.0", 0)]
    [InlineData("1e3", 1000)]
    [InlineData("1E-05", 1e-5)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    [InlineData("4.9406564584124654e-324", double.Epsilon)]
    [InlineData("0.1234567890123456789012345678901234567890", 0.1234567890123456789)]
    [InlineData("1e-400", 0)]
    public void A_number_is_read_to_the_nearest_double(string field, double expected)
        => Assert.Equal(expected, Number(field));

    [Theory]
    [InlineData("-0"), InlineData("-0.0"), InlineData("-000")]
    [InlineData("-0e5"), InlineData("-1e-400"), InlineData("-.0")]
    public void A_negative_zero_keeps_its_sign(string field) => Assert.True(double.IsNegative(Number(field)));

    [Fact]
    public void Random_decimals_have_the_bits_that_the_framework_reads()
    {
        var random = new Random(15);
        for (var i = 0; i < 200_000; i++)
        {
            var whole = random.NextInt64(1L << random.Next(1, 62));
            var text = random.Next(4) switch
            {
                0 => $"{whole}.{random.NextInt64(1L << random.Next(1, 62))}",
                1 => $"{random.NextDouble():R}",
                2 => $"-{whole}e{random.Next(-330, 310)}",
                _ => $"{random.Next()}.{random.Next(1000):D3}",
            };
            var expected = double.Parse(text, CultureInfo.InvariantCulture);
            var cell = Parse(text);
            Assert.True(double.IsInfinity(expected) ? cell.IsHole : cell.Number.Equals(expected), $"{text}: {cell.Number:R}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData("n/a")]
    [InlineData("#N/A")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("<NA>")]
    [InlineData("?")]
    [InlineData("Inf")]
    [InlineData("-inf")]
    [InlineData("+Infinity")]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    public void A_word_for_a_missing_value_and_an_infinite_number_are_holes(string field) => Assert.True(Parse(field).IsHole);

    [Theory]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1 5")]
    [InlineData("0x1A")]
    [InlineData("12a")]
    [InlineData("--1")]
    [InlineData("none")]
    [InlineData("Nan")]
    [InlineData("info")]
    [InlineData("2024-13-01")]
    [InlineData("2023-02-29")]
    [InlineData("2024-01-01 24:00")]
    [InlineData("2024-01-01T10:00:61")]
    [InlineData("2024-01-01x")]
    [InlineData("2024-01/01")]
    [InlineData("0000-01-01")]
    [InlineData("9007199254740993")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void Anything_else_is_a_text(string field) => Assert.False(new CellParser().TryParse(Utf8(field), out _));

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("100000000000000000000")]
    [InlineData("-18014398509481984")]
    public void A_long_whole_number_is_a_number_where_a_double_holds_all_of_it(string field)
        => Assert.Equal(double.Parse(field, CultureInfo.InvariantCulture), Number(field));

    [Theory]
    [InlineData("1,5", 1.5)]
    [InlineData("-1,25e2", -125)]
    [InlineData("1.234,5", 1234.5)]
    [InlineData("1.234.567", 1234567)]
    [InlineData("12345678901234567,25", 12345678901234567.25)]
    [InlineData("123.456.789.012.345.678,5", 123456789012345678.5)]
    public void Decimal_commas_and_thousands_points_are_read_where_the_source_has_them(string field, double expected)
        => Assert.Equal(expected, Parse(field, new CellParser((byte)',', (byte)'.')).Number);

    [Theory]
    [InlineData("1.23")]
    [InlineData("1234.567")]
    [InlineData("1.2345")]
    [InlineData(".123")]
    [InlineData("1..234")]
    public void Groups_of_thousands_have_three_digits(string field)
        => Assert.False(new CellParser((byte)',', (byte)'.').TryParse(Utf8(field), out _));

    [Theory]
    [InlineData("1970-01-01", 0)]
    [InlineData("1970/01/02", 1)]
    [InlineData("1969-12-31", -1)]
    [InlineData("2024-02-29", 19782)]
    [InlineData("1970-01-01T12:00", 0.5)]
    [InlineData("1970-01-01 18:00:00", 0.75)]
    [InlineData("1970-01-01 00:00:00.0864", 1e-6)]
    [InlineData("1970-01-01T00:00:00,0864Z", 1e-6)]
    [InlineData("1970-01-02T00:00:00+02:00", 1)]
    [InlineData("1970-01-02T00:00:00-0230", 1)]
    [InlineData("0001-01-01", -719162)]
    public void A_date_is_the_days_since_1970_on_its_own_clock(string field, double days) => Assert.Equal(days, Number(field));

    [Theory]
    [InlineData("yyyy-MM-dd", "2024-01-31")]
    [InlineData("yyyy/MM/dd", "2024/01/31")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2024-01-31", "2024-01-31 10:11:12")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.fff", "2024-01-31T10:00", "2024-01-31T10:11:12.125", "2024-01-31T10:11:12.1")]
    [InlineData("yyyy-MM-dd'T'HH:mm'Z'", "2024-01-31T10:00Z")]
    [InlineData("yyyy-MM-dd HH:mm:ss'-03:30'", "2024-01-31 10:00:00-03:30", "2024-01-31 10:00:00Z")]
    public void The_pattern_of_dates_is_the_most_precise_one(string pattern, params string[] fields)
    {
        var parser = new CellParser();
        var cells = fields.Select(field => Parse(field, parser)).ToArray();
        Assert.Equal(pattern, parser.Notation.DateFormat);
        Assert.True(DatePattern.TryParse(pattern, out var parts));
        Assert.Equal(pattern, parts.ToString());

        var again = new CellParser(known: new ColumnSchema("d", ColumnKind.Date) { DateFormat = pattern });
        Assert.Equal(cells, fields.Reverse().Select(field => Parse(field, again)).Reverse());
        Assert.Equal(pattern, again.Notation.DateFormat);
    }

    [Fact]
    public void Moments_of_other_offsets_are_told_by_the_first_ones_clock()
    {
        var parser = new CellParser();
        var noon = Parse("2024-01-01T12:00+01:00", parser).Number;
        Assert.Equal(noon, Parse("2024-01-01T11:00Z", parser).Number);
        Assert.Equal(noon, Parse("2024-01-01T13:00+0200", parser).Number);
    }

    [Fact]
    public void A_given_pattern_of_dates_is_read_beside_ISO_8601()
    {
        var parser = new CellParser(dateFormat: "dd.MM.yyyy");
        Assert.Equal(1, Parse("02.01.1970", parser).Number);
        Assert.Equal(2, Parse("1970-01-03", parser).Number);
        Assert.Equal("dd.MM.yyyy", parser.Notation.DateFormat);
        Assert.False(parser.TryParse("32.01.1970"u8, out _));
    }

    [Fact]
    public void A_given_pattern_may_have_names_of_months_or_digits_alone()
    {
        Assert.Equal(31, Parse("Feb 1, 1970", new CellParser(dateFormat: "MMM d, yyyy")).Number);
        Assert.Equal(31, Parse("19700201", new CellParser(dateFormat: "yyyyMMdd")).Number);
        Assert.Equal(19700231, Parse("19700231", new CellParser(dateFormat: "yyyyMMdd")).Number);
    }

    [Fact]
    public void The_first_number_or_date_of_a_column_decides_which_it_has()
    {
        var (numbers, dates) = (new CellParser(), new CellParser());
        Parse("1", numbers);
        Parse("2024-01-01", dates);
        Assert.False(numbers.TryParse("2024-01-01"u8, out _));
        Assert.False(dates.TryParse("1"u8, out _));
    }

    [Fact]
    public void A_known_column_of_dates_has_no_numbers_and_one_of_numbers_no_dates()
    {
        var dates = new CellParser(known: new ColumnSchema("d", ColumnKind.Date) { DateFormat = "dd.MM.yyyy" });
        Assert.False(dates.TryParse("1"u8, out _));
        Assert.Equal(1, Parse("02.01.1970", dates).Number);
        var numbers = new CellParser(known: new ColumnSchema("n", ColumnKind.Real));
        Assert.False(numbers.TryParse("2024-01-01"u8, out _));
    }

    [Theory]
    [InlineData(0, 0, "1", "20")]
    [InlineData(2, 0, "1", "2.50", "3.1")]
    [InlineData(7, 0, "2.5e-6")]
    [InlineData(0, 0, "2.5e6")]
    [InlineData(15, 0, "0.12345678901234567")]
    [InlineData(0, 5, "01234", "98765")]
    [InlineData(0, 0, "01234", "9876")]
    [InlineData(0, 0, "01234", "-1234")]
    [InlineData(0, 0, "0", "1")]
    public void Decimals_and_leading_zeros_are_counted(int decimals, int width, params string[] fields)
    {
        var parser = new CellParser();
        foreach (var field in fields)
        {
            Parse(field, parser);
        }

        Assert.Equal(new CellNotation(decimals, width, null), parser.Notation);
    }

    [Fact]
    public void Recognising_allocates_nothing()
    {
        var parser = new CellParser();
        var dates = new CellParser(dateFormat: "dd.MM.yyyy");
        byte[][] fields = [.. new[] { "1234", "0.25", "1.2345678901234567e-200", "text", "NA" }.Select(Utf8)];
        var date = Utf8("31.12.2024");
        var recognised = 0;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var field in fields)
            {
                recognised += parser.TryParse(field, out _) ? 1 : 0;
            }

            recognised += dates.TryParse(date, out _) ? 1 : 0;
            Assert.True(round == 0 || GC.GetAllocatedBytesForCurrentThread() == before);
        }

        Assert.Equal(2 * 5, recognised);                              // all but the text
    }

    private static double Number(string field) => Parse(field).Number;

    private static Cell Parse(string field, CellParser? parser = null)
    {
        Assert.True((parser ?? new CellParser()).TryParse(Utf8(field), out var cell), field);
        return cell;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
