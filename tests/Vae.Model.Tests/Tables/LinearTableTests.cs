using System.Globalization;

namespace Vae.Model.Tests.Tables;

/// <summary>Imputation, conditions and scores against a model whose distributions are known in closed form.</summary>
public sealed class LinearTableTests
{
    private const double None = double.NaN;

    public static TheoryData<double, double, double> Rows => new()
    {
        { 0.5, None, 1 }, { None, -0.5, None }, { 1.5, None, None }, { 0.2, 0.25, -0.4 }, { None, None, 0.3 },
    };

    // Standard errors of the estimate itself; 1e-5 for sums of floats.
    [Theory, MemberData(nameof(Rows))]
    public void A_score_is_minus_the_log_density_of_the_known_values(double a, double b, double c)
    {
        using var table = LinearTable.Row(a, b, c);
        var (score, error) = LinearTable.Model.ScoreWithError(table, new TableUse { Draws = 20_000 }).Single();

        Assert.InRange(error, 1e-4, 0.02);                            // far below the scores' size of some nats
        var exact = -LinearTable.LogDensity([a, b, c]);
        Assert.InRange(score, exact - (4 * error) - 1e-5, exact + (4 * error) + 1e-5);
    }

    // One set of weights has the error that it says it has: of 200 seeds the root mean square is within 4 errors of a mean
    // square, sqrt(2 / 200) = 10 % each.
    [Fact]
    public void The_error_of_a_score_is_that_of_many_seeds()
    {
        double[] row = [0.5, None, 1];
        using var table = LinearTable.Row(row);
        var scores = Enumerable.Range(1, 200)
            .Select(seed => LinearTable.Model.ScoreWithError(table, new TableUse { Draws = 1000, Seed = (ulong)seed }).Single())
            .ToArray();
        var square = scores.Average(each => double.Pow(each.Score + LinearTable.LogDensity(row), 2));
        var claimed = scores.Average(each => each.Error * each.Error);

        Assert.InRange(square / claimed, 0.6, 1.4);
    }

    // The mean's error: deviations below 1, over the square root of the effective number of draws, which is above 2,500.
    [Theory, MemberData(nameof(Rows))]
    public void A_point_estimate_is_the_conditional_mean(double a, double b, double c)
    {
        using var table = LinearTable.Row(a, b, c);
        var texts = new List<string[]>();
        var summary = LinearTable.Model.Impute(table, 1, new TableUse { Draws = 20_000 }, row => texts.Add(row.ToArray()));
        double[] row = [a, b, c];
        var (mean, _) = LinearTable.Conditional(row);

        Assert.Equal(mean.Count, summary.Filled);
        Assert.True(mean.Count == 0 ? double.IsNaN(summary.MedianEffectiveSampleSize) : summary.MedianEffectiveSampleSize > 2500);
        for (int i = 0, missing = 0; i < 3; i++)
        {
            var expected = double.IsNaN(row[i]) ? mean[missing++] : row[i];
            Assert.Equal(expected, Number(texts.Single()[i]), double.IsNaN(row[i]) ? 4 / double.Sqrt(2500) : 0);
        }
    }

    // 4 standard errors: sqrt(v / n) of a mean, v sqrt(2 / n) of a variance, and as much of a covariance.
    [Fact]
    public void Multiple_imputations_have_the_conditional_mean_and_covariance()
    {
        double[] row = [None, -0.5, None];
        using var table = LinearTable.Row(row);
        var drawn = new List<double[]>();
        LinearTable.Model.Impute(table, 4000, new TableUse { Draws = 40_000 }, texts => drawn.Add(Numbers(texts)));

        Assert.All(drawn, each => Assert.Equal(-0.5, each[1]));
        RequireGaussian([.. drawn.Select(each => new[] { each[0], each[2] })], row);
    }

    [Fact]
    public void Rows_under_conditions_have_the_conditional_mean_and_covariance()
    {
        double[] row = [1.5, None, None];
        var drawn = new List<double[]>();
        var size = LinearTable.Model.Sample(
            4000, new Dictionary<string, string> { ["a"] = "1.5" }, new TableUse(), texts => drawn.Add(Numbers(texts)));

        Assert.InRange(size, 8000, 80_000);                           // of 20 draws for each row
        Assert.All(drawn, each => Assert.Equal(1.5, each[0]));
        RequireGaussian([.. drawn.Select(each => each[1..])], row);
    }

    [Fact]
    public void Rows_without_conditions_have_the_mean_and_the_covariance_of_the_columns()
    {
        var drawn = new List<double[]>();
        LinearTable.Model.Sample(4000, null, new TableUse(), texts => drawn.Add(Numbers(texts)));

        RequireGaussian([.. drawn], [None, None, None]);
    }

    // With enough draws for the pilots every row has an error of about the wanted one or less.
    [Fact]
    public void The_draws_are_doubled_until_the_error_is_small()
    {
        using var table = LinearTable.Row(0.5, -0.5, None);
        var (_, error) = LinearTable.Model.ScoreWithError(table, new TableUse()).Single();
        var (_, fewer) = LinearTable.Model.ScoreWithError(table, new TableUse { Draws = 16 }).Single();

        Assert.InRange(error, 0, 0.1);
        Assert.True(fewer > error);
    }

    [Fact]
    public void The_rows_are_drawn_in_no_order_of_their_latents()
    {
        var drawn = new List<double[]>();
        LinearTable.Model.Sample(
            2000,
            new Dictionary<string, string> { ["a"] = "1.5" },
            new TableUse { Draws = 200 },
            texts => drawn.Add(Numbers(texts)));
        var mean = drawn.Average(each => each[1]);
        var variance = drawn.Average(each => double.Pow(each[1] - mean, 2));
        var neighbours = drawn.Zip(drawn.Skip(1)).Average(pair => (pair.First[1] - mean) * (pair.Second[1] - mean));

        Assert.InRange(neighbours / variance, -4 / double.Sqrt(2000), 4 / double.Sqrt(2000)); // 4 errors of a correlation of 0
    }

    private static void RequireGaussian(double[][] drawn, double[] row)
    {
        var (mean, covariance) = LinearTable.Conditional(row);
        for (var i = 0; i < mean.Count; i++)
        {
            var average = drawn.Average(each => each[i]);
            var errorOfMean = double.Sqrt(covariance[i, i] / drawn.Length);
            Assert.InRange(average - mean[i], -4 * errorOfMean, 4 * errorOfMean);
            for (var j = 0; j <= i; j++)
            {
                var other = drawn.Average(each => each[j]);
                var found = drawn.Average(each => (each[i] - average) * (each[j] - other));
                var error = double.Sqrt(covariance[i, i] * covariance[j, j] * 2 / drawn.Length);
                Assert.InRange(found - covariance[i, j], -4 * error, 4 * error);
            }
        }
    }

    private static double[] Numbers(ReadOnlyMemory<string> texts) => [.. texts.ToArray().Select(Number)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
