using System.Numerics;
using static System.Math;

namespace Vae.Math.Tests;

/// <summary>Extreme arguments, draws, point estimates and starts of the families of numbers.</summary>
public class NumberFamilyTests
{
    private const int Count = 100_000;

    private static readonly RandomDraws Draws = new(Seed: 5, Purpose: 3, Step: 7);

    public static TheoryData<int> EveryColumn => [.. Enumerable.Range(0, SomeTable.Columns.Length)];

    [Theory, MemberData(nameof(EveryColumn))]
    public void Extreme_outputs_and_targets_have_finite_losses_and_gradients(int column)
    {
        Check<float>(1e30);
        Check<double>(1e300);

        void Check<T>(double extreme)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var family = ColumnFamilies.Of<T>(SomeTable.Columns[column] with { LeastDeviation = 1e-3 });
            double[] values = [0, 1e4, -1e4, 1e6, -1e6, extreme, -extreme];
            var random = new Random(3);
            var (given, loss) = (new T[family.Outputs * 16], new T[16]);
            var (x, gradient) = (new T[16], new T[family.Outputs * 16]);
            for (var round = 0; round < 300; round++)
            {
                foreach (ref var output in given.AsSpan())
                {
                    output = T.CreateTruncating(values[random.Next(values.Length)]);
                }

                foreach (ref var target in x.AsSpan())
                {
                    target = T.CreateTruncating(values[random.Next(values.Length)]);
                }

                family.Loss(given, x, loss, gradient);

                Assert.All(loss, value => Assert.True(T.IsFinite(value)));
                Assert.All(gradient, value => Assert.True(T.IsFinite(value)));
            }
        }
    }

    [Fact]
    public void A_column_that_is_met_exactly_has_a_bounded_likelihood()
    {
        var loss = new double[1];

        ColumnFamilies.Of<double>(new() { Family = ColumnFamily.Gaussian, LeastDeviation = 0.1 })
            .Loss([0.5, -1e4], [0.5], loss, []);

        Assert.Equal(Log(0.1) + (Log(2 * PI) / 2), loss[0], 1e-15);   // the density at the mean, rounded a few times
    }

    // Mean and variance: m, exp(v); m, c^2 nu / (nu - 2); those of the components' mixture.
    [Fact]
    public void Draws_have_the_mean_and_the_variance_of_their_distribution()
    {
        RequireMoments(DrawsOf(new() { Family = ColumnFamily.Gaussian }, 0.5, -1), 0.5, Exp(Above(-1, 2 * Log(1e-3))));
        // nu = 12: the fourth moment exists, and so the tolerance.
        RequireMoments(
            DrawsOf(new() { Family = ColumnFamily.StudentT }, 0.5, -1, LearntScale.InverseSoftplus(10)),
            0.5, Exp(2 * Above(-1, Log(1e-3))) * 12 / 10);
        var v = Exp(Above(-1, 2 * Log(1e-3)));
        RequireMoments(
            DrawsOf(new() { Family = ColumnFamily.GaussianMixture, Components = 2 }, Log(3), 0, -1, 2, -1, -1), // shares 3/4, 1/4
            -0.25, v + (0.75 * 1) + (0.25 * 4) - (0.25 * 0.25));
    }

    [Fact]
    public void Draws_are_zeros_as_often_as_their_probability_says()
    {
        var values = DrawsOf(new() { Family = ColumnFamily.Gaussian, HasZeros = true }, -1, 0.5, -1);
        var p = 1 / (1 + E);

        // Five standard errors.
        Assert.Equal(p, values.Count(double.IsNegativeInfinity) / (double)Count, 5 * Sqrt(p * (1 - p) / Count));
        Assert.Equal(0.5, values.Where(double.IsFinite).Average(), 5 * 0.7 / Sqrt(Count * (1 - p)));
    }

    // By mpmath 1.2.1, 40 digits. Relative to the tail, for which Hill's series beyond 200 degrees has 9 digits up to 8 scales.
    [Theory]
    [InlineData(0.5, 2.1, 0.66771248377820694)]
    [InlineData(0.5, 10, 0.68605319712851353)]
    [InlineData(0.5, 150, 0.69109610681373013)]
    [InlineData(0.5, 201, 0.69118899013048201)]
    [InlineData(0.5, 1000.0, 0.69140745958306259)]
    [InlineData(0.5, 1000000.0, 0.69146240626381431)]
    [InlineData(-0.5, 2.1, 0.33228751622179306)]
    [InlineData(-0.5, 10, 0.31394680287148647)]
    [InlineData(-0.5, 150, 0.30890389318626987)]
    [InlineData(-0.5, 201, 0.30881100986951799)]
    [InlineData(-0.5, 1000.0, 0.30859254041693741)]
    [InlineData(-0.5, 1000000.0, 0.30853759373618569)]
    [InlineData(3, 2.1, 0.95500485664458647)]
    [InlineData(3, 10, 0.99332817248871521)]
    [InlineData(3, 150, 0.99841886169583854)]
    [InlineData(3, 201, 0.99847935712594076)]
    [InlineData(3, 1000.0, 0.9986166454778809)]
    [InlineData(3, 1000000.0, 0.9986500687292891)]
    [InlineData(-3, 2.1, 0.044995143355413526)]
    [InlineData(-3, 10, 0.0066718275112847886)]
    [InlineData(-3, 150, 0.0015811383041614582)]
    [InlineData(-3, 201, 0.0015206428740592401)]
    [InlineData(-3, 1000.0, 0.0013833545221190962)]
    [InlineData(-3, 1000000.0, 0.0013499312707108985)]
    [InlineData(-8, 2.1, 0.0066130312654777815)]
    [InlineData(-8, 10, 5.8874713948330799e-6)]
    [InlineData(-8, 150, 1.5617426633133775e-13)]
    [InlineData(-8, 201, 4.8508598831157199e-14)]
    [InlineData(-8, 1000.0, 1.7133307411957372e-15)]
    [InlineData(-8, 1000000.0, 6.2275317166012598e-16)]
    public void The_distribution_function_of_a_Student_t_agrees_with_mpmath(double t, double nu, double expected)
        => Assert.Equal(1, NumberDistributions.StudentT(t, nu) / expected, 1e-9);

    [Theory, MemberData(nameof(EveryColumn))]
    public void The_median_of_a_weighted_mixture_halves_it(int column)
    {
        var likelihood = SomeTable.Columns[column] with { IsLogarithm = true };
        var family = ColumnFamilies.Of<double>(likelihood);
        var outputs = SomeTable.Output<double>(3).AsSpan()[..(family.Outputs * 3)].ToArray();
        var zeros = likelihood.HasZeros ? 1 : 0;
        outputs.AsSpan(0, 3 * zeros).Fill(-1.5);                      // zeros are rarer than one in two
        double[] weights = [0.5, 0.2, 0.3];

        var median = family.Point(outputs, weights);

        // The trapezoidal rule from the median up to 300 deviations, in steps that grow; its error is below 1e-6.
        var above = 0.0;
        var (last, lastDensity) = (median, Density(median));
        for (var i = 1; i <= 60_000; i++)
        {
            var x = median + Expm1(i / 60_000.0 * 14) * 1e-3;
            var density = Density(x);
            above += (x - last) * (density + lastDensity) / 2;
            (last, lastDensity) = (x, density);
        }

        Assert.Equal(0.5, above, 2e-5);                               // a t with 2 degrees has 3e-6 beyond 1,200 scales

        double Density(double x)
        {
            var loss = new double[3];
            family.Loss(outputs, [x, x, x], loss, []);
            return loss.Zip(weights, (one, weight) => weight * Exp(-one)).Sum();
        }
    }

    [Fact]
    public void A_mixture_of_draws_that_is_zero_more_often_than_not_has_the_median_zero()
    {
        var family = ColumnFamilies.Of<float>(new() { Family = ColumnFamily.Gaussian, HasZeros = true, IsLogarithm = true });

        Assert.Equal(double.NegativeInfinity, family.Point([3, -3, 0, 0, 0, 0], [0.6, 0.4]));
        Assert.True(double.IsFinite(family.Point([3, -3, 0, 0, 0, 0], [0.4, 0.6])));
    }

    [Fact]
    public void The_point_of_a_number_is_the_weighted_mean()
    {
        double[] weights = [0.25, 0.75];

        Assert.Equal(1.75, Of(new() { Family = ColumnFamily.Gaussian }).Point([1, 2, 0, 0], weights), 1e-15); // rounded once
        Assert.Equal(1.75, Of(new() { Family = ColumnFamily.StudentT }).Point([1, 2, 0, 0, 0, 0], weights), 1e-15);
        // Shares 1/2, 1/2 and 3/4, 1/4 of means 1, 3 and 2, 6: 2 and 3. A few roundings.
        Assert.Equal(2.75, Of(new() { Family = ColumnFamily.GaussianMixture, Components = 2 }).Point(
            [0, Log(3), 0, 0, 1, 2, 3, 6, 0, 0, 0, 0], weights), 1e-14);

        static IColumnFamily<double> Of(ColumnLikelihood column) => ColumnFamilies.Of<double>(column);
    }

    // Two bumps and one in three a zero: draws from the start have the values' mean, deviation and zeros.
    [Theory, MemberData(nameof(EveryColumn))]
    public void Draws_from_the_start_have_the_marginal(int column)
    {
        var likelihood = SomeTable.Columns[column];
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(i => likelihood.HasZeros && i % 3 == 0
            ? double.NegativeInfinity
            : (i % 4 == 0 ? 3 : -1) + random.NextDouble() + random.NextDouble())];
        var outputs = new double[likelihood.Outputs];

        new TableLikelihood<double>([likelihood]).Start(0, values, outputs);
        var draws = DrawsOf(likelihood, outputs);

        var (numbers, drawn) = (values.Where(double.IsFinite).ToArray(), draws.Where(double.IsFinite).ToArray());
        var (mean, variance) = Moments.Of(numbers);
        var (drawnMean, drawnVariance) = Moments.Of(drawn);
        // Five standard errors of a third: 0.02; a Student-t begins at the median, up to a deviation beside the mean.
        Assert.Equal(numbers.Length / 20_000.0, drawn.Length / (double)Count, 0.01);
        Assert.Equal(mean, drawnMean, likelihood.Family == ColumnFamily.StudentT ? Sqrt(variance) : 0.03);
        Assert.Equal(1, drawnVariance / variance, 0.1);               // the soft floors of 0.3 and 0.1 and an EM's selection
        if (likelihood.Components > 1)
        {
            // Between the bumps there is little: the mixture sees them both.
            Assert.Equal(numbers.Average(x => x > 2 ? 1.0 : 0), drawn.Average(x => x > 2 ? 1.0 : 0), 0.02);
        }
    }

    [Theory, MemberData(nameof(EveryColumn))]
    public void A_start_without_values_is_0_and_one_with_equal_values_is_finite(int column)
    {
        var likelihood = new TableLikelihood<float>([SomeTable.Columns[column]]);
        var outputs = new double[SomeTable.Columns[column].Outputs];

        likelihood.Start(0, [], outputs);
        Assert.All(outputs, output => Assert.Equal(0, output));

        likelihood.Start(0, [2, 2, 2], outputs);
        Assert.All(outputs, output => Assert.True(double.IsFinite(output)));
    }

    [Fact]
    public void A_batch_that_is_drawn_in_parts_has_the_same_draws_in_float_and_double()
    {
        var likelihood = SomeTable.Likelihood<float>();
        var output = SomeTable.Output<float>(11);
        var (whole, part) = (Some.Zeros<float>(9, 11), Some.Zeros<float>(9, 4));
        var inDouble = Some.Zeros<double>(9, 11);

        likelihood.Draw(output, whole, Draws, firstColumn: 100);
        likelihood.Draw(output.SubMatrix(0, output.RowCount, 5, 4), part, Draws, firstColumn: 105);
        SomeTable.Likelihood<double>().Draw(SomeTable.Output<double>(11), inDouble, Draws, firstColumn: 100);

        Assert.Equal(whole.SubMatrix(0, 9, 5, 4), part);
        Assert.Equal(Some.Doubles(whole), Some.Doubles(inDouble).Select(x => (double)(float)x)); // all in double, rounded once
    }

    // v = floor + log(1 + exp(r - floor))
    private static double Above(double raw, double floor) => floor + Log(1 + Exp(raw - floor));

    private static double Expm1(double x) => Exp(x) - 1;

    private static double[] DrawsOf(ColumnLikelihood column, params double[] outputs)
    {
        var family = ColumnFamilies.Of<double>(column);
        return [.. Enumerable.Range(0, Count).Select(i =>
        {
            var random = new EntryDraws(Draws, i);
            return family.Draw(outputs, ref random);
        })];
    }

    // Five standard errors of each: sqrt(variance / n), and sqrt((fourth central moment - variance^2) / n).
    private static void RequireMoments(double[] values, double mean, double variance)
    {
        var moment2 = values.Average(value => Pow(value - mean, 2));
        var moment4 = values.Average(value => Pow(value - mean, 4));

        Assert.Equal(mean, values.Average(), 5 * Sqrt(variance / Count));
        Assert.Equal(variance, moment2, 5 * Sqrt((moment4 - (moment2 * moment2)) / Count));
    }
}
