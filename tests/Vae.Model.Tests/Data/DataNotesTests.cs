namespace Vae.Model.Tests;

/// <summary>Notes on columns that a person should look at before a training, and on rows beyond a min-max scaling.</summary>
public class DataNotesTests
{
    private static readonly TrainingOptions All = new() { ValidationSamples = 0, Epochs = 1 };
    private static readonly VaeOptions Shape = Some.Shape(3, likelihood: Likelihood.GaussianWithVariance);

    [Fact]
    public void A_column_with_one_value_is_named_with_that_value()
        => Assert.Equal(
            ["column 'k' (0.1) has one value in all rows: it tells no rows apart, and there is no deviation to divide by. "
                + "Another value in a new row counts by its distance in the column's own unit, which may be next to nothing. "
                + "Leave it out."],
            Notes([[1, 0.1, 3], [2, 0.1, double.NaN], [4, 0.1, 7]], Scaling.Standard));

    [Fact]
    public void A_column_without_a_number_is_named()
        => Assert.Equal(
            ["column 'k' has no number in any row, so that nothing is learnt of it. Leave it out."],
            Notes([[1, double.NaN, 3], [2, double.NaN, 5]], Scaling.MinMax));

    [Fact]
    public void Large_numbers_are_named_where_columns_are_not_scaled()
    {
        double[][] rows = [[20239974, 0.1, 3], [20240051, 0.2, 5]];

        Assert.Equal(
            ["column 'a' (up to 2.02E+07) is not scaled, where a network expects numbers of about 1: the training may fail, or "
                + "learn little of the other columns. Standardise the columns (Scaling.Standard)."],
            Notes(rows, Scaling.None));
        Assert.Empty(Notes(rows, Scaling.Standard));
    }

    [Fact]
    public void Many_columns_are_counted_and_the_first_five_named()
    {
        var ranges = new FeatureRanges(7);
        ranges.Add([1, 2, 3, 4, 5, 6, 7]);

        Assert.StartsWith(
            "feature 0 (1), feature 1 (2), feature 2 (3), feature 3 (4), feature 4 (5) and 2 more have one value in all rows: ",
            Assert.Single(ranges.Notes(new ArraySamples([[1, 2, 3, 4, 5, 6, 7]]))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_has_the_notes_when_it_begins_and_logs_them()
    {
        using var folder = new TemporaryFolder();
        var data = Named([[1, 0.1, 3], [2, 0.1, 4], [4, 0.1, 7]]);
        var record = new RunRecord(Shape, All with { BatchSize = 3 }, new DataRecord("table", 3, "ab"))
        {
            Preparation = Preparation.Fit(data, Scaling.Standard, All),
        };

        using var run = TrainingRun<float>.Begin(folder.File("run"), record, data, Some.Model<float>(Shape).Product);

        Assert.StartsWith("column 'k' (0.1) has one value", Assert.Single(run.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_divergence_names_the_column_of_the_largest_numbers()
    {
        var random = new Random(1);
        double[] Row() => [random.NextDouble(), 2e15 + random.NextDouble(), 0];
        var data = Named([.. Enumerable.Range(0, 40).Select(_ => Row())]);
        var trainer = TrainerTests.Trainer<float>(
            data, new TrainingOptions { Epochs = 100, ValidationSamples = 0, BatchSize = 10 }, Shape);

        var message = Assert.Throws<TrainingDivergedException>(() => trainer.Train()).Message;

        Assert.Contains(
            "The numbers of column 'k' are of the size 2E+15, where a network expects about 1: "
                + "standardise the data (Scaling.Standard). Try a smaller learning rate",
            message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_beyond_a_min_max_scaling_are_counted_and_the_column_named()
    {
        var preparation = Preparation.Fit(Named([[0, 5, 1], [10, 6, 3]]), Scaling.MinMax, All);
        var rows = Named([[10, 5.5, 1], [1e9, 5, double.NaN], [-1, 7, 2], [3, 5, 2]]);

        Assert.Equal(
            "2 of 4 rows have a number beyond the range of the training rows, which counts as the end of that range, however far "
                + "it is: column 'a', from 0 to 10, in 2 of them. To find rows that are far away, train with standardised "
                + "columns (Scaling.Standard).",
            ClampedNumbers.Note(rows, preparation, CancellationToken.None));
        Assert.Null(ClampedNumbers.Note(Named([[0, 6, 1], [10, 5, double.NaN]]), preparation, CancellationToken.None));
        Assert.Null(ClampedNumbers.Note(rows, preparation with { Scaling = Scaling.Standard }, CancellationToken.None));
    }

    private static IReadOnlyList<string> Notes(double[][] rows, Scaling scaling)
    {
        var data = Named(rows);
        return SampleRange.Require(Preparation.Fit(data, scaling, All).Apply(data), Shape);
    }

    private static DoubleSamples Named(double[][] rows) => new(rows, ["a", "k", "c"]);
}
