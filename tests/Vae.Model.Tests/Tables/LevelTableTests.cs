using System.Globalization;
using Vae.Math;

namespace Vae.Model.Tests.Tables;

/// <summary>Levels in a model with one latent, whose integrals over z a sum on a fine grid gives.</summary>
public sealed class LevelTableTests
{
    private const double Variance = 0.25;

    private static readonly double[] Slopes = [1.5, -0.5, -2];        // of the levels' logits
    private static readonly double[] Offsets = [0.2, 0.5, -0.1];
    private static readonly string[] Levels = ["Rome", "Oslo", "Bern"];
    private static readonly TableModel Model = Make();

    // 4 errors of a frequency among n rows, of which the draws behind them add at most as much again.
    [Theory, InlineData(-1.0), InlineData(0.0), InlineData(1.5)]
    public void Levels_under_a_condition_come_as_often_as_they_should(double x)
    {
        const int Count = 4000;
        var found = new Dictionary<string, int>();
        Model.Sample(
            Count,
            new Dictionary<string, string> { ["x"] = x.ToString(CultureInfo.InvariantCulture) },
            new TableUse(),
            row => found[row.Span[0]] = found.GetValueOrDefault(row.Span[0]) + 1);

        for (var level = 0; level < Levels.Length; level++)
        {
            var share = Mean(z => Density(x, z) * Share(level, z)) / Mean(z => Density(x, z));
            var error = double.Sqrt(2 * share * (1 - share) / Count);
            Assert.InRange((double)found.GetValueOrDefault(Levels[level]) / Count, share - (4 * error), share + (4 * error));
        }
    }

    // The posterior's q is the prior: the effective number of draws is above 2,000 for all levels.
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void A_number_under_a_level_is_its_conditional_mean(int level)
    {
        using var table = Model.Read(new MadeReader(["city", "x"], [[Levels[level], null]]));
        var texts = new List<string[]>();
        var summary = Model.Impute(table, 1, new TableUse { Draws = 20_000 }, row => texts.Add(row.ToArray()));
        var expected = Mean(z => z * Share(level, z)) / Mean(z => Share(level, z));

        Assert.True(summary.MedianEffectiveSampleSize > 2000);
        Assert.Equal(expected, double.Parse(texts.Single()[1], CultureInfo.InvariantCulture), 4 / double.Sqrt(2000));
    }

    [Theory, InlineData(-1.5), InlineData(0.1), InlineData(1.5)]
    public void A_missing_level_is_the_likeliest_one(double x)
    {
        using var table = Model.Read(new MadeReader(["city", "x"], [[null, x]]));
        var shares = Enumerable.Range(0, 3).Select(level => Mean(z => Density(x, z) * Share(level, z))).ToArray();

        Assert.Equal(Levels[Array.IndexOf(shares, shares.Max())], Model.Impute(table).Rows[0]["city"]);
    }

    [Theory, InlineData(0, double.NaN), InlineData(2, double.NaN), InlineData(1, 0.5)]
    public void A_score_is_minus_the_log_probability_of_a_level_with_or_without_a_number(int level, double x)
    {
        using var table = Model.Read(new MadeReader(["city", "x"], [[Levels[level], double.IsNaN(x) ? null : x]]));
        var (score, error) = Model.ScoreWithError(table, new TableUse { Draws = 20_000 }).Single();
        var expected = -double.Log(Mean(z => Share(level, z) * (double.IsNaN(x) ? 1 : Density(x, z))));

        Assert.InRange(error, 1e-4, 0.02);
        Assert.InRange(score, expected - (4 * error) - 1e-5, expected + (4 * error) + 1e-5); // 1e-5: sums of floats
    }

    [Fact]
    public void A_level_as_a_condition_stands_in_every_row()
        => Model.Sample(
            100, new Dictionary<string, string> { ["city"] = "Oslo" }, new TableUse(), row => Assert.Equal("Oslo", row.Span[0]));

    // E over z ~ N(0, 1): a sum over steps of 1/100 from -8 to 8 is exact to more digits than any test here wants.
    private static double Mean(Func<double, double> of)
        => Enumerable.Range(-800, 1601).Sum(i => of(i / 100.0) * double.Exp(-i * i / 20_000.0))
            / 100 / double.Sqrt(2 * double.Pi);

    private static double Density(double x, double z)
        => double.Exp(-(x - z) * (x - z) / (2 * Variance)) / double.Sqrt(2 * double.Pi * Variance);

    private static double Share(int level, double z)
    {
        var all = Enumerable.Range(0, 3).Select(i => double.Exp((Slopes[i] * z) + Offsets[i])).ToArray();
        return all[level] / all.Sum();
    }

    // q(z|x) = N(0, 1), the prior: all weights of the encoder are 0.
    private static TableModel Make()
    {
        var category = new ColumnLikelihood { Family = ColumnFamily.Category, Levels = 3 };
        var number = new ColumnLikelihood { Family = ColumnFamily.Gaussian, SharesScale = true };
        var options = new VaeOptions
        {
            Features = 2,
            Columns = [new ColumnOptions(category), new ColumnOptions(number)],
            Likelihood = Likelihood.Columns,
            Hidden = [1],
            Latent = 1,
            LinearPaths = true,
        };
        var model = new VariationalAutoencoder<float>(options);
        for (var level = 0; level < 3; level++)
        {
            model.Decoder.Linear!.Weight.Value[level, 0] = (float)Slopes[level];
            model.Decoder.Output.Bias.Value[level, 0] = (float)Offsets[level];
        }

        model.Decoder.Linear!.Weight.Value[3, 0] = 1;                 // x = z + noise
        model.Decoder.Shared!.Value.Value.AsSpan().Fill(
            (float)LearntScale.RawOf(double.Log(Variance), LearntScale.LogVarianceFloor(number)));
        var schema = new TableSchema(
        [
            new ColumnSchema("city", ColumnKind.Category) { Levels = Levels, LevelCounts = [1, 1, 1] },
            new ColumnSchema("x", ColumnKind.Real) { Decimals = 6 },
        ])
        {
            Scaling = Scaling.ByKind,
        };
        return TableModel.Of(new VaeModel(model, schema), "a test");
    }
}
