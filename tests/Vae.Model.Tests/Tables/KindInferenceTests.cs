namespace Vae.Model.Tests;

public sealed class KindInferenceTests
{
    [Theory]
    [InlineData("married", "yes no", ColumnKind.Flag)]
    [InlineData("churn", "True False", ColumnKind.Flag)]
    [InlineData("am", "0 1", ColumnKind.Flag)]
    [InlineData("sex", "male female", ColumnKind.Flag)]
    [InlineData("supp", "OJ VC", ColumnKind.Flag)]
    [InlineData("Species", "setosa versicolor virginica", ColumnKind.Category)]
    [InlineData("tension", "L M H", ColumnKind.Ordinal)]
    [InlineData("risk", "low medium high", ColumnKind.Ordinal)]
    [InlineData("agegp", "25-34 35-44 45-54 55-64 65-74 75+", ColumnKind.Ordinal)]
    [InlineData("class", "1 2 3", ColumnKind.Category)]
    [InlineData("rating", "1 2 3 4 5", ColumnKind.Ordinal)]
    [InlineData("cyl", "4 6 8", ColumnKind.Ordinal)]
    [InlineData("zip", "10001 94103 60601 73301 98101", ColumnKind.Category)]
    [InlineData("code", "01234 11234 41234 71234 91234", ColumnKind.Category)]
    [InlineData("Month", "5 6 7 8 9", ColumnKind.Ordinal)]
    [InlineData("n_children", "0 1 2 3", ColumnKind.Count)]
    [InlineData("day", "2024-01-31 2024-02-29 2024-03-01", ColumnKind.Date)]
    [InlineData("t", "36.6 37.2 35.1 38.9 36.8", ColumnKind.Real)]
    [InlineData("balance", "-5 12 830 -77 41", ColumnKind.Real)]
    [InlineData("nothing", "NA NA", ColumnKind.Ignore)]
    [InlineData("edema", "0 0.5 1", ColumnKind.Ordinal)]
    [InlineData("hospital", "3 17 21 24 39", ColumnKind.Category)]
    [InlineData("SID79", "0 1 2 3 4 5 6 7 9 11 12 13 14 17", ColumnKind.Count)]
    [InlineData("townid", "3 17 21 24 39", ColumnKind.Category)]
    [InlineData("lot.frontage", "3 17 21 24 39", ColumnKind.Real)]
    [InlineData("YearsCodedJob", "1 2 3 4 5 6 7 9", ColumnKind.Count)]
    [InlineData("no.babies", "3 4 5 7 8", ColumnKind.Count)]
    [InlineData("dose", "0.5 1 2", ColumnKind.Real)]
    [InlineData("PID", "0 1 2 3 4 5 6", ColumnKind.Count)]
    [InlineData("site id", "1 2 3 4 5 6", ColumnKind.Category)]
    [InlineData("beds", "1 2 3 4", ColumnKind.Count)]
    [InlineData("YearsAtCompany", "1 2 3 4 5 7", ColumnKind.Count)]
    [InlineData("size", "1 2 3 4 6", ColumnKind.Count)]
    [InlineData("leaf.size", "1 2 3", ColumnKind.Ordinal)]
    [InlineData("stars", "1 2 3 4 5", ColumnKind.Ordinal)]
    [InlineData("education", "6 8 9 10 12 13 14 16 18", ColumnKind.Count)]
    [InlineData("education", "1 2 3 4 5", ColumnKind.Ordinal)]
    [InlineData("income", "1 2 3 4 5 6 7 8 9 10 11 12 13 14", ColumnKind.Ordinal)]
    public void Values_that_repeat_have_the_kind_that_people_give_them(string name, string values, ColumnKind kind)
        => Assert.Equal(kind, Infer(name, Repeated(values.Split(' '), 60)).Column.Kind);

    [Fact]
    public void A_flag_has_the_level_of_no_first()
    {
        Assert.Equal(["no", "yes"], Infer("a", Repeated(["yes", "no", "yes"], 30)).Column.Levels);
        Assert.Equal(["False", "True"], Infer("a", Repeated(["True", "False", "True"], 30)).Column.Levels);
        Assert.Equal([10, 20], Infer("a", Repeated(["True", "False", "True"], 30)).Column.LevelCounts);
        Assert.Equal(["low", "high"], Infer("a", Repeated(["high", "low"], 30)).Column.Levels);
    }

    [Fact]
    public void Skewed_numbers_above_0_are_positive_and_counts_are_counts()
    {
        var random = new Random(1);
        double Exponential() => -double.Log(1 - random.NextDouble());
        Assert.Equal(ColumnKind.Positive, Infer("price", Texts(500, () => 100 * Exponential(), "F2")).Column.Kind);
        Assert.Equal(ColumnKind.Positive, Infer("a", Texts(500, () => random.Next(2) * 100 * Exponential(), "F2")).Column.Kind);
        Assert.Equal(ColumnKind.Count, Infer("visits", Texts(500, () => double.Floor(5 * Exponential()), "F0")).Column.Kind);
        Assert.Equal(ColumnKind.Count, Infer("a", Texts(500, () => double.Floor(8 * Exponential()), "F0")).Column.Kind);
        Assert.Equal(ColumnKind.Positive,
            Infer("income", Texts(500, () => double.Floor(9000 * Exponential()), "F0")).Column.Kind);
        Assert.Equal(ColumnKind.Real, Infer("a", Texts(500, random.NextDouble, "F4")).Column.Kind);
    }

    [Theory]
    [InlineData("experience", ColumnKind.Count)]
    [InlineData("tenure", ColumnKind.Count)]
    [InlineData("futime", ColumnKind.Count)]
    [InlineData("listings", ColumnKind.Count)]
    [InlineData("samplesize", ColumnKind.Count)]
    [InlineData("Sample.size", ColumnKind.Count)]
    [InlineData("weight", ColumnKind.Real)]
    [InlineData("a", ColumnKind.Real)]
    public void Durations_in_whole_units_and_things_are_counts_where_they_begin_near_0(string name, ColumnKind kind)
    {
        var random = new Random(1);
        Assert.Equal(kind, Infer(name, Texts(500, () => random.Next(20, 2000), "F0")).Column.Kind);
    }

    [Fact]
    public void Ages_are_numbers_and_other_whole_numbers_that_are_skewed_are_asked_about_where_they_may_count()
    {
        var random = new Random(1);
        double Exponential() => -double.Log(1 - random.NextDouble());
        Assert.Equal(ColumnKind.Real, Infer("age", Texts(500, () => 18 + double.Floor(8 * Exponential()), "F0")).Column.Kind);
        var others = Infer("a", Texts(500, () => 18 + double.Floor(80 * Exponential()), "F0"));
        Assert.Equal(ColumnKind.Positive, others.Column.Kind);
        Assert.Contains("ColumnKind.Count", others.Note);
    }

    [Fact]
    public void A_duration_that_begins_far_from_0_is_a_number()
    {
        var random = new Random(1);
        Assert.Equal(ColumnKind.Real, Infer("time", Texts(500, () => random.Next(20_000, 22_000), "F0")).Column.Kind);
    }

    [Fact]
    public void Many_small_whole_numbers_without_a_name_are_counts_and_asked_about_and_rounded_ones_are_amounts()
    {
        var random = new Random(1);
        double Exponential() => -double.Log(1 - random.NextDouble());
        var counts = Infer("a", Texts(2000, () => double.Floor(300 * Exponential()), "F0"));
        Assert.Equal(ColumnKind.Count, counts.Column.Kind);
        Assert.Contains("ColumnKind.Positive", counts.Note);
        Assert.Equal(ColumnKind.Positive, Infer("a", Texts(2000, () => 50 * double.Floor(6 * Exponential()), "F0")).Column.Kind);
        Assert.Equal(ColumnKind.Positive, Infer("rent", Texts(2000, () => double.Floor(300 * Exponential()), "F0")).Column.Kind);
    }

    [Fact]
    public void Numbers_about_a_mean_or_evenly_spread_from_0_on_are_no_counts_but_asked_about()
    {
        var random = new Random(1);
        var angles = Infer("direction", Texts(2000, () => random.Next(0, 360), "F0"));
        Assert.Equal(ColumnKind.Real, angles.Column.Kind);
        Assert.Contains("ColumnKind.Count", angles.Note);
    }

    [Fact]
    public void Few_numbers_of_which_the_larger_are_rarer_are_counts_and_those_of_a_scale_are_steps()
    {
        static string[] Digits(string digits) => [.. digits.Select(digit => $"{digit}")];
        var rare = Infer("carb", Repeated(Digits("11122222233344461212121212121212"), 320));
        Assert.Equal(ColumnKind.Count, rare.Column.Kind);
        Assert.Contains("ColumnKind.Ordinal", rare.Note);
        Assert.Equal(ColumnKind.Ordinal, Infer("a", Repeated(Digits("111111222233451212121212121212"), 300)).Column.Kind);
    }

    [Fact]
    public void One_number_far_from_all_others_makes_no_column_skewed()
    {
        var random = new Random(1);
        var values = Texts(1000, () => 20 + random.NextDouble(), "F3");
        values[17] = "400";

        Assert.Equal(ColumnKind.Real, Infer("a", values).Column.Kind);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("customer_id")]
    [InlineData("PassengerId")]
    [InlineData("")]
    [InlineData("Unnamed: 0")]
    [InlineData("rownames")]
    public void Numbers_that_name_the_rows_are_an_ID(string name)
        => Assert.Equal(ColumnKind.Id, Infer(name, [.. Enumerable.Range(1, 50).Select(row => $"{row}")]).Column.Kind);

    [Theory]
    [InlineData("x")]
    [InlineData("X")]
    [InlineData("column_1")]
    public void Numbers_that_are_all_different_without_such_a_name_are_numbers(string name)
        => Assert.Equal(ColumnKind.Real,
            Infer(name, [.. Enumerable.Range(1, 50).Select(row => $"{20_000_000 + (row * 73 % 51)}")]).Column.Kind);

    [Fact]
    public void Numbers_that_rise_by_1_without_such_a_name_are_asked_about()
    {
        var finding = Infer("a", [.. Enumerable.Range(1, 50).Select(row => $"{row}")]);

        Assert.NotEqual(ColumnKind.Id, finding.Column.Kind);
        Assert.Contains("TableOptions.Kinds[\"a\"] = ColumnKind.Id", finding.Note);
    }

    [Fact]
    public void Texts_that_are_all_different_or_nearly_so_are_an_ID_with_a_note()
    {
        var names = Enumerable.Range(0, 100).Select(row => $"name {row}").ToArray();
        Assert.Equal(ColumnKind.Id, Infer("a", names).Column.Kind);
        Assert.NotNull(Infer("a", names).Note);
        names[7] = names[8];
        Assert.Equal(ColumnKind.Id, Infer("a", names).Column.Kind);
    }

    [Fact]
    public void Texts_of_which_some_are_repeated_are_a_category_unless_they_are_titles()
    {
        var counties = Enumerable.Range(0, 400).Select(row => $"county {row * 3 / 4}").ToArray();
        Assert.Equal(ColumnKind.Category, Infer("county", counties).Column.Kind);
        Assert.Contains("pooled", Infer("county", counties).Note);
        Assert.Equal(ColumnKind.Id, Infer("name", counties).Column.Kind);
    }

    [Fact]
    public void Rare_levels_of_many_are_pooled_and_the_note_says_so()
    {
        var random = new Random(1);
        var finding = Infer("winery", [.. Enumerable.Range(0, 5000).Select(_ => $"winery {random.Next(1, 500)}")]);

        Assert.Equal(ColumnKind.Category, finding.Column.Kind);
        Assert.Equal(99, finding.Column.Levels.Count);
        Assert.Equal(499, finding.Column.Levels.Count + finding.Column.PooledLevels.Count);
        Assert.Equal(5000, finding.Column.LevelCounts.Sum() + finding.Column.PooledCounts.Sum());
        Assert.Contains("pooled", finding.Note);
        Assert.True(finding.Column.LevelCounts.Zip(finding.Column.LevelCounts.Skip(1)).All(pair => pair.First >= pair.Second));
    }

    [Fact]
    public void Words_for_a_missing_value_among_numbers_are_kept_with_the_column()
    {
        var finding = Infer("a", [.. Repeated(["1.5", "2.7", ".", "8.8", "unknown"], 50)]);

        Assert.Equal(ColumnKind.Real, finding.Column.Kind);
        Assert.Equal([".", "unknown"], finding.Column.Missing.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Few_other_texts_among_numbers_are_noted_and_many_make_a_category()
    {
        var random = new Random(1);
        var values = Texts(100, random.NextDouble, "F3");
        values[3] = "broken";
        var few = Infer("a", values);
        Assert.Equal(ColumnKind.Real, few.Column.Kind);
        Assert.Contains("'broken'", few.Note);
        Assert.Equal(ColumnKind.Category, Infer("a", Repeated(["1", "2", "red", "blue"], 80)).Column.Kind);
    }

    [Fact]
    public void Numbers_with_an_open_end_are_steps_in_order()
        => Assert.Equal(["0", "1", "2", "3+"], Infer("dependents", Repeated(["3+", "1", "0", "2", "0"], 100)).Column.Levels);

    [Fact]
    public void A_column_with_one_value_is_noted()
    {
        Assert.Contains("one value", Infer("a", Repeated(["7"], 20)).Note);
        Assert.Contains("one value", Infer("a", Repeated(["red"], 20)).Note);
    }

    [Fact]
    public void Years_and_codes_are_asked_about()
    {
        var random = new Random(1);
        Assert.NotNull(Infer("year", Texts(300, () => random.Next(1950, 2020), "F0")).Note);
        Assert.NotNull(Infer("plz", Texts(300, () => random.Next(10000, 99999), "F0")).Note);
        Assert.NotNull(Infer("a", Texts(300, () => random.Next(10000, 99999), "F0")).Note);
    }

    internal static ColumnFinding Infer(string name, IReadOnlyList<string> values)
        => SchemaInference.Infer(TinyCells.OfColumn(name, values), new TableOptions()).Findings[0];

    internal static string[] Repeated(string[] values, int rows)
        => [.. Enumerable.Range(0, rows).Select(row => values[row % values.Length])];

    private static string[] Texts(int rows, Func<double> draw, string format) => [.. Enumerable.Range(0, rows)
        .Select(_ => draw().ToString(format, System.Globalization.CultureInfo.InvariantCulture))];
}
