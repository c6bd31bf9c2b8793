using System.Globalization;
using Vae.Math;

namespace Vae.Model.Tests.Tables;

/// <summary>The likelihood of a column that a person or the inference says is a count.</summary>
public sealed class CountChoiceTests
{
    [Fact]
    public void Counts_of_rare_things_have_a_likelihood_of_counts()
        => Assert.Null(CountChoice.ModelledAs(Values(random => double.Floor(-5 * double.Log(1 - random.NextDouble())))));

    [Fact]
    public void Whole_numbers_that_no_negative_binomial_fits_are_modelled_as_real()
        => Assert.Equal(ColumnKind.Real, CountChoice.ModelledAs(Values(Hours)));

    [Fact]
    public void Large_whole_numbers_are_modelled_as_positive()
        => Assert.Equal(ColumnKind.Positive, CountChoice.ModelledAs(Values(random => random.Next(100_000))));

    [Fact]
    public void A_column_without_a_training_value_has_a_likelihood_of_counts() => Assert.Null(CountChoice.ModelledAs([]));

    [Theory]
    [InlineData(0, 1, ColumnFamily.GaussianMixture, ColumnKind.Real)]
    [InlineData(0, 5000, ColumnFamily.GaussianMixture, ColumnKind.Positive)]
    public void A_count_stays_one_and_its_results_are_whole_whichever_likelihood_models_it(
        double least, double unit, ColumnFamily family, ColumnKind modelledAs)
    {
        var training = new TrainingOptions { Epochs = 4, BatchSize = 64, ValidationSamples = 30 };
        var options = new TableOptions { Kinds = new Dictionary<string, ColumnKind> { ["hours"] = ColumnKind.Count } };
        var model = TableModel.Train(Reader(300, unit), options, training);
        var column = model.Schema.Columns[0];
        Assert.Equal((ColumnKind.Count, modelledAs), (column.Kind, column.ModelledAs));
        Assert.Equal(family, model.Model.Options.Columns[0].Likelihood.Family);
        Assert.Equal(column.Scale, model.Model.Preparation!.Scale[0]); // scaled as its likelihood reads it

        // Without known bounds no clamp hides a draw below 0.
        var unbounded = model.Schema with
        {
            Columns = [column with { Least = double.NaN, Largest = double.NaN }, model.Schema.Columns[1]],
        };
        var other = TableModel.Of(new VaeModel(model.Model.Network, unbounded), "made");
        using var holes = other.Read(Reader(40, unit, isHole: true));
        string[] texts =
        [
            .. other.Sample(200).Rows.Cast<System.Data.DataRow>().Select(row => (string)row[0]),
            .. other.Impute(holes).Rows.Cast<System.Data.DataRow>().Select(row => (string)row[0]),
            .. new VaeModel(model.Model.Network, unbounded).Sample(200, seed: 1)
                .Select(row => row[0].ToString("R", CultureInfo.InvariantCulture)),
        ];
        Assert.All(texts, text =>
        {
            var value = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.True(double.IsInteger(value) && value >= least, text);
        });
    }

    [Fact]
    public void The_likelihood_of_a_count_is_kept_with_the_schema_and_an_older_file_has_its_own()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "schema.json");
        var schema = new TableSchema([new ColumnSchema("hours", ColumnKind.Count) { ModelledAs = ColumnKind.Real, Scale = 3 }])
        {
            Scaling = Scaling.ByKind,
        };
        schema.Save(path);
        Assert.Equal(schema, TableSchema.Load(path));
        Assert.Equal([3], schema.ToPreparation().Scale);

        File.WriteAllText(path, """{ "scaling": "by_kind", "columns": [ { "name": "hours", "kind": "count", "scale": 3 } ] }""");
        Assert.Null(TableSchema.Load(path).Columns[0].ModelledAs);
        Assert.Equal([1], TableSchema.Load(path).ToPreparation().Scale); // a likelihood of counts reads the count

        File.WriteAllText(path, """{ "columns": [ { "name": "hours", "kind": "category", "modelled_as": "real" } ] }""");
        Assert.Null(TableSchema.Load(path).Columns[0].ModelledAs);    // a person changed the kind

        File.WriteAllText(path, """{ "columns": [ { "name": "hours", "kind": "count", "modelled_as": "date" } ] }""");
        Assert.Contains("'hours', modelled_as", Assert.Throws<SchemaException>((Action)(() => TableSchema.Load(path))).Message);
    }

    [Fact]
    public void A_count_that_is_modelled_as_real_takes_a_fraction_in_a_new_row()
    {
        var training = new TrainingOptions { Epochs = 1, BatchSize = 64, ValidationSamples = 30 };
        var options = new TableOptions { Kinds = new Dictionary<string, ColumnKind> { ["hours"] = ColumnKind.Count } };
        var model = TableModel.Train(Reader(300, 1), options, training);
        using var row = model.Read(new MadeReader(["hours", "age"], [["37.5", "40.1"]]));
        Assert.True(double.IsFinite(model.Score(row)[0]));
    }

    // Few hours or some forty: two modes.
    private static double Hours(Random random) => random.Next(2) == 0 ? random.Next(3) : 38 + random.Next(5);

    private static double[] Values(Func<Random, double> next)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 1000).Select(_ => next(random))];
    }

    private static MadeReader Reader(int rows, double unit, bool isHole = false)
    {
        var random = new Random(2);
        return new MadeReader(["hours", "age"], [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var (hours, age) = (unit * Hours(random), 20 + (40 * random.NextDouble()));
            return (object?[])
            [
                isHole ? null : hours.ToString("F0", CultureInfo.InvariantCulture),
                age.ToString("F1", CultureInfo.InvariantCulture),
            ];
        })]);
    }
}
