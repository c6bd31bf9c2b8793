using Vae.Model.Tests.Tables;

namespace Vae.Model.Tests;

/// <summary>Mistakes in the use of a model of a table's columns, each refused with its reason.</summary>
public sealed class TableModelMistakesTests
{
    private static TableModel Model => PeopleTable.Model;

    [Fact]
    public void Rows_with_none_of_the_columns_are_refused()
    {
        var failure = Assert.Throws<SchemaException>(() => Model.Read(new MadeReader(["x", "y"], [["1", "2"]])));

        Assert.Contains("'income', 'age'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'x', 'y'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("town", "Rome", "'town', which the model does not have. The columns are 'income', 'age', 'visits'")]
    [InlineData("id", "K1", "'id', which the model does not know: it is no value of a row")]
    [InlineData("note", "x", "'note', which the model does not know")]
    [InlineData("city", "Atlantis", "is 'Atlantis', which is none of its levels: ")]
    [InlineData("smokes", "perhaps", "is 'perhaps', which is none of its levels: 'no', 'yes'")]
    [InlineData("age", "old", "is 'old', but its values are numbers, from 2")]
    [InlineData("age", "", "is '', but its values are numbers, from 2")]
    [InlineData("visits", "1.5", "is '1.5', but its values are whole numbers of 0 or above, from 0 to ")]
    [InlineData("visits", "-1", "is '-1', but its values are whole numbers of 0 or above, from 0 to ")]
    [InlineData("income", "-5", "is '-5', but its values are numbers of 0 or above, from 0")]
    [InlineData("since", "yesterday", "is 'yesterday', but its values are dates written as yyyy-MM-dd, from 2020-01-0")]
    [InlineData("country", "FR", "is 'FR', which is none of its levels: 'IT'")]
    public void A_condition_that_cannot_be_met_is_refused_with_what_is_possible(string column, string text, string expected)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(
            () => Model.Sample(10, new Dictionary<string, string> { [column] = text }));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_plain_numbers_is_refused_with_a_remedy()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        try
        {
            Some.Model<float>(Some.Shape()).Save(path);
            var failure = Assert.Throws<CheckpointException>(() => TableModel.Load(path));

            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
            Assert.Contains("found one of images or plain numbers (Bernoulli)", failure.Message, StringComparison.Ordinal);
            Assert.Contains("VaeModel.Load", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Levels_of_a_file_that_are_not_those_of_its_likelihood_are_refused()
    {
        var wrong = Model.Schema with
        {
            Columns =
            [
                .. Model.Schema.Columns.Select(column => column.Name != "city" ? column
                    : column with { Levels = ["Rome", "Oslo"], LevelCounts = [] }),
            ],
        };
        var failure = Assert.Throws<CheckpointException>(() => TableModel.Of(new VaeModel(Model.Model.Network, wrong), "a.file"));

        Assert.Contains("a.file: column 'city' is a Category of 2 levels", failure.Message, StringComparison.Ordinal);
        Assert.Contains("but the model has a likelihood Category of 3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_a_column_to_learn_is_refused_with_a_remedy()
    {
        var failure = Assert.Throws<ArgumentException>(() => TableModel.Train(
            new MadeReader(["id", "country"], [["K1", "IT"], ["K2", "IT"]]),
            new TableOptions { Kinds = new Dictionary<string, ColumnKind> { ["id"] = ColumnKind.Id } }));

        Assert.Contains("There must be a column whose values differ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'id', 'country'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_count_below_0_is_refused_with_its_row()
    {
        using var table = Model.Read(PeopleTable.Row("523.10", "40.5", "K1", "-3", "Rome", "yes", "4", null, "IT", "x"));

        foreach (var use in new Action[]
        {
            () => Model.Impute(table), () => Model.Score(table), () => Model.Encode(table), () => Model.Reconstruct(table),
        })
        {
            Assert.Contains(
                "row 1 of the reader, column 'visits': a count must be a whole number of 0 or above, but is -3",
                Assert.Throws<ArgumentException>(use).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Draws_below_0_and_fewer_than_one_row_are_refused()
    {
        using var table = Model.Read(PeopleTable.Reader(2, holes: 0.2));
        var wrong = new TableUse { Draws = -1 };

        Assert.Throws<ArgumentException>(() => Model.Impute(table, wrong));
        Assert.Throws<ArgumentException>(() => Model.Score(table, wrong));
        Assert.Throws<ArgumentException>(() => Model.Sample(1, use: wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.Sample(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.Impute(table, 0, new TableUse(), _ => { }));
    }

    [Fact]
    public void Everything_can_be_cancelled()
    {
        using var table = Model.Read(PeopleTable.Reader(2, holes: 0.2));
        var use = new TableUse { CancellationToken = new CancellationToken(canceled: true) };
        var rome = new Dictionary<string, string> { ["city"] = "Rome" };

        Assert.Throws<OperationCanceledException>(() => Model.Impute(table, use));
        Assert.Throws<OperationCanceledException>(() => Model.Score(table, use));
        Assert.Throws<OperationCanceledException>(() => Model.Encode(table, use));
        Assert.Throws<OperationCanceledException>(() => Model.Reconstruct(table, use));
        Assert.Throws<OperationCanceledException>(() => Model.Sample(1, use: use));
        Assert.Throws<OperationCanceledException>(() => Model.Sample(1, rome, use));
        Assert.Throws<OperationCanceledException>(() => TableModel.Train(table, cancellationToken: use.CancellationToken));
    }
}
