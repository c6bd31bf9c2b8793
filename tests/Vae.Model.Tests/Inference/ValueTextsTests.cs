namespace Vae.Model.Tests;

/// <summary>The texts of estimated and drawn values.</summary>
public sealed class ValueTextsTests
{
    private static readonly ColumnSchema City = new("city", ColumnKind.Category)
    {
        Levels = ["Rome", "Oslo"], LevelCounts = [50, 30], PooledLevels = ["Bern", "Bonn"], PooledCounts = [1, 3],
    };

    [Theory]
    [InlineData(1.2345, "1.23")]
    [InlineData(1, "1.00")]
    [InlineData(-0.001, "0.00")]                                      // no minus before a zero
    [InlineData(99, "9.50")]
    [InlineData(-99, "-2.00")]
    [InlineData(double.NegativeInfinity, "-2.00")]
    [InlineData(double.PositiveInfinity, "9.50")]
    public void A_number_has_its_columns_decimals_and_stays_within_its_bounds(double value, string expected)
        => Assert.Equal(
            expected, ValueTexts.Of(new ColumnSchema("x", ColumnKind.Real) { Least = -2, Largest = 9.5, Decimals = 2 }, value));

    [Fact]
    public void A_column_without_known_bounds_has_none()
        => Assert.Equal("-123456.5", ValueTexts.Of(new ColumnSchema("x", ColumnKind.Real) { Decimals = 1 }, -123456.5));

    [Theory, InlineData(2.4, "2"), InlineData(2.6, "3"), InlineData(-0.3, "0"), InlineData(40, "7")]
    public void A_count_is_a_whole_number(double value, string expected)
        => Assert.Equal(expected, ValueTexts.Of(new ColumnSchema("n", ColumnKind.Count) { Least = 0, Largest = 7 }, value));

    [Fact]
    public void Whole_numbers_are_padded_to_the_columns_width()
        => Assert.Equal(
            "00042", ValueTexts.Of(new ColumnSchema("zip", ColumnKind.Real) { Least = 1, Largest = 99_999, Width = 5 }, 41.7));

    // 2020-01-02 is day 18,263 since 1970-01-01.
    [Theory]
    [InlineData(18_263.4, "2020-01-02")]
    [InlineData(18_263.6, "2020-01-03")]
    [InlineData(0, "2020-01-01")]
    [InlineData(1e9, "2020-12-31")]
    public void A_date_is_the_nearest_day_within_its_bounds(double days, string expected)
        => Assert.Equal(
            expected,
            ValueTexts.Of(Date("yyyy-MM-dd") with { Least = 18_262, Largest = 18_627 }, days));

    [Fact]
    public void A_moment_keeps_its_time_of_day()
        => Assert.Equal("2020-01-02 12:00", ValueTexts.Of(Date("yyyy-MM-dd HH:mm"), 18_263.5));

    [Fact]
    public void A_letter_in_quotes_of_a_dates_pattern_is_no_time_of_day()
        => Assert.Equal("h 2020-01-03", ValueTexts.Of(Date("'h' yyyy-MM-dd"), 18_263.6));

    [Fact]
    public void A_level_is_written_by_its_text()
    {
        Assert.Equal("Oslo", ValueTexts.Of(City, 1));
        Assert.Equal("yes", ValueTexts.Of(new ColumnSchema("smokes", ColumnKind.Flag) { Levels = ["no", "yes"] }, 1));
    }

    [Fact]
    public void The_pooled_level_is_written_by_its_most_frequent_text() => Assert.Equal("Bonn", ValueTexts.Of(City, 2));

    // One in four rows of the pooled level is Bern's.
    [Theory, InlineData(0, "Bern"), InlineData(0.249, "Bern"), InlineData(0.251, "Bonn"), InlineData(0.999, "Bonn")]
    public void A_drawn_pooled_level_gets_its_texts_as_often_as_they_occur(double uniform, string expected)
        => Assert.Equal(expected, ValueTexts.Of(City, 2, uniform));

    [Fact]
    public void A_column_of_one_value_is_written_with_it()
    {
        Assert.Equal("IT", ValueTexts.OfConstant(new ColumnSchema("country", ColumnKind.Category) { Levels = ["IT"] }));
        var oneNumber = new ColumnSchema("x", ColumnKind.Real) { Least = 1.5, Largest = 1.5, Decimals = 1 };
        Assert.Equal("1.5", ValueTexts.OfConstant(oneNumber));
        Assert.Equal("", ValueTexts.OfConstant(new ColumnSchema("id", ColumnKind.Id)));
        Assert.Equal("", ValueTexts.OfConstant(new ColumnSchema("nothing", ColumnKind.Real)));
    }

    private static ColumnSchema Date(string format) => new("d", ColumnKind.Date) { DateFormat = format };
}
