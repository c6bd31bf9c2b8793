namespace Vae.Cli.Tests;

/// <summary>The libraries' advice on tables becomes options that work when typed.</summary>
public sealed class TableAdviceTests
{
    [Theory]
    [InlineData("""codes? TableOptions.Kinds["zip"] = ColumnKind.Category""", "codes? --kind zip=category")]
    [InlineData("""TableOptions.Kinds["a \"b\""] = ColumnKind.Count""", """--kind 'a "b"=count'""")]
    [InlineData("""TableOptions.Kinds["-b"] = ColumnKind.Real""", "--kind=-b=real")]
    [InlineData("""TableOptions.Kinds["name"] = ColumnKind.Id""", "--id name")]
    [InlineData("""TableOptions.Kinds["place, country"] = ColumnKind.Ignore""", """--ignore "place, country" """)]
    [InlineData("CsvTableOptions.Delimiter = '|'", """--delimiter "|" """)]
    [InlineData("CsvTableOptions.Delimiter = '\\t'", "--delimiter tab")]
    [InlineData("CsvTableOptions.HasHeader = false", "--no-header")]
    [InlineData("CsvTableOptions.HasHeader = true", "--header")]
    [InlineData("CsvTableOptions.DecimalComma = true", "--decimal-comma")]
    [InlineData("CsvTableOptions.DecimalComma = false", "--decimal-comma false")]
    [InlineData("TableOptions.DateFormat = \"dd.MM.yyyy\"", "--date-format dd.MM.yyyy")]
    [InlineData("TableOptions.MostLevels = 2000", "--most-levels 2000")]
    public void An_assignment_becomes_an_option(string advice, string option)
        => Assert.Equal(option.TrimEnd(), OptionNames.In(advice));

    [Fact]
    public void A_sentence_of_assignments_becomes_one_line_to_type()
        => Assert.Equal(
            "x.csv: wrong. Remedy. Or try: --no-header --delimiter \";\"",
            OptionNames.In(
                "x.csv: wrong. Remedy. Or set CsvTableOptions.HasHeader = false and CsvTableOptions.Delimiter = ';'."));

    [Theory]
    [InlineData("x. Or set CsvTableOptions.Delimiter = ''.", "x. Or drop --delimiter")]
    [InlineData(
        "x. Or set CsvTableOptions.HasHeader = false and CsvTableOptions.DecimalComma = null.",
        "x. Or drop --decimal-comma and try: --no-header")]
    [InlineData("x. Or set CsvTableOptions.Delimiter = '\\u{9}'.", "x. Or try: --delimiter tab")]
    public void An_option_that_misleads_is_advised_to_be_dropped(string message, string advice)
        => Assert.Equal(advice, OptionNames.In(message));

    [Fact]
    public void Columns_to_leave_out_are_one_option()
        => Assert.Equal(
            "x. Or try: --ignore cut,color",
            OptionNames.In(
                "x. Or set TableOptions.Kinds[\"cut\"] = ColumnKind.Ignore "
                + "and TableOptions.Kinds[\"color\"] = ColumnKind.Ignore."));

    [Fact]
    public void Advice_that_cannot_be_typed_is_left_out()
        => Assert.Equal("x.", OptionNames.In("x. Or set TableOptions.Kinds[\"b\\u{7}c\"] = ColumnKind.Ignore."));
}
