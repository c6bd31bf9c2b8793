using FsCheck;
using FsCheck.Fluent;

namespace Vae.Math.Tests;

/// <summary>
/// Statistics are held against their standard errors. The seeds are fixed, so a bound of four standard errors is passed
/// or failed once and for all: a right generator had a chance of 6e-5 to be called wrong, when the test was written.
/// </summary>
public class RandomDrawsTests
{
    private const int Many = 400_000;

    [Fact]
    public void The_same_draws_give_the_same_numbers_again()
        => Assert.Equal(Normal<double>(new RandomDraws(1, 2, 3), 100), Normal<double>(new RandomDraws(1, 2, 3), 100));

    [Fact]
    public void A_fill_from_an_element_is_a_slice_of_a_longer_fill()
        => Prop.ForAll(Gen.Choose(0, 300).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (int first, int length) =>
        {
            var draws = new RandomDraws(5, 1, 9);
            var slice = new double[length];
            draws.FillNormal<double>(slice, first);
            return slice.AsSpan().SequenceEqual(Normal<double>(draws, 400).AsSpan(first, length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fill_from_a_far_element_continues_where_another_ends()
    {
        var draws = new RandomDraws(5, 1, 9);
        const long Far = (1L << 34) - 2;                              // the block's number passes 32 bits within
        var (whole, rest) = (new double[10], new double[7]);

        draws.FillNormal<double>(whole, Far);
        draws.FillNormal<double>(rest, Far + 3);

        Assert.Equal(whole[3..], rest);
        Assert.NotEqual(Normal<double>(draws, 8), whole[2..]);        // and does not begin anew
    }

    [Fact]
    public void Float_is_the_rounded_draw_of_double()
    {
        var draws = new RandomDraws(5, 1, 9);
        var (single, whole) = (new float[999], new double[999]);
        draws.FillUniform<float>(single, -3, 2);
        draws.FillUniform<double>(whole, -3, 2);

        Assert.Equal(Normal<double>(draws, 999).Select(draw => (float)draw), Normal<float>(draws, 999));
        Assert.Equal(whole.Select(draw => (float)draw), single);
    }

    public static TheoryData<RandomDraws> Others =>
    [
        new RandomDraws(2, 2, 3), new RandomDraws(1UL << 32, 2, 3), new RandomDraws(1 + (1UL << 32), 2, 3), // another seed
        new RandomDraws(1, 3, 3), new RandomDraws(1, 2 + (1U << 31), 3),                                    // another purpose
        new RandomDraws(1, 2, 4), new RandomDraws(1, 2, 3 + (1UL << 32)), new RandomDraws(1, 2, 3 + (1UL << 47)), // another step
        // the same in another order
        new RandomDraws(2, 1, 3), new RandomDraws(1, 3, 2), new RandomDraws(3, 2, 1),
    ];

    // 1,000 uniform draws of 32 bits share one by chance with another 1,000 once in 4,300 pairs of fills; none of these do.
    [Theory, MemberData(nameof(Others))]
    public void Another_seed_or_purpose_or_step_shares_no_number(RandomDraws other)
    {
        var draws = new RandomDraws(1, 2, 3);

        Assert.Empty(Uniform(draws, 1000).Intersect(Uniform(other, 1000)));
    }

    [Theory, MemberData(nameof(Others))]
    public void Another_seed_or_purpose_or_step_is_not_correlated(RandomDraws other)
    {
        var products = Normal<double>(new RandomDraws(1, 2, 3), Many).Zip(Normal<double>(other, Many), (a, b) => a * b);

        Assert.InRange(products.Average(), -4 / double.Sqrt(Many), 4 / double.Sqrt(Many)); // the product's variance is 1
    }

    // Standard errors of the average of z^k for N(0, 1): sqrt((E z^2k - (E z^k)^2) / n) with E z^4 = 3, E z^6 = 15, E z^8 = 105.
    [Theory, InlineData(1, 0, 1), InlineData(2, 1, 2), InlineData(3, 0, 15), InlineData(4, 3, 96)]
    public void Normal_draws_have_the_moments_of_the_normal_distribution(int power, double expected, double variance)
    {
        var moment = Normal<double>(new RandomDraws(3, 0, 0), Many).Average(z => double.Pow(z, power));

        var error = 4 * double.Sqrt(variance / Many);
        Assert.InRange(moment, expected - error, expected + error);
    }

    // A block holds two cosines and two sines; a fault in one of them hides in the average over all.
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Each_place_of_a_block_is_normal_by_itself(int place)
    {
        var z = Normal<double>(new RandomDraws(4, 0, 0), Many).Where((_, i) => i % 4 == place).ToArray();

        var (mean, square) = (z.Average(), z.Average(value => value * value));
        Assert.InRange(mean, -4 / double.Sqrt(z.Length), 4 / double.Sqrt(z.Length));
        Assert.InRange(square - 1, -4 * double.Sqrt(2.0 / z.Length), 4 * double.Sqrt(2.0 / z.Length));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Neighbours_are_not_correlated(int lag)
    {
        var z = Normal<double>(new RandomDraws(4, 0, 0), Many);

        // z_i z_j and its squares' product have the variances 1 and 4 where z_i and z_j are independent.
        var product = z.Skip(lag).Zip(z, (a, b) => a * b).Average();
        var squares = z.Skip(lag).Zip(z, (a, b) => ((a * a) - 1) * ((b * b) - 1)).Average();
        Assert.InRange(product, -4 / double.Sqrt(Many), 4 / double.Sqrt(Many));
        Assert.InRange(squares, -4 * 2 / double.Sqrt(Many), 4 * 2 / double.Sqrt(Many));
    }

    // Shares of N(0, 1) below a bound, from a table; the share of n draws has the standard error sqrt(p (1 - p) / n).
    [Theory]
    [InlineData(-3, 0.001349898), InlineData(-1, 0.158655254), InlineData(0, 0.5)]
    [InlineData(0.5, 0.691462461), InlineData(2, 0.977249868)]
    public void Normal_draws_lie_below_a_bound_as_often_as_they_should(double bound, double expected)
    {
        var share = Normal<double>(new RandomDraws(6, 0, 0), Many).Count(z => z < bound) / (double)Many;

        var error = 4 * double.Sqrt(expected * (1 - expected) / Many);
        Assert.InRange(share, expected - error, expected + error);
    }

    [Fact]
    public void Normal_draws_are_finite_and_below_6_point_8()
        => Assert.All(Normal<float>(new RandomDraws(8, 0, 0), Many), z => Assert.True(float.Abs(z) < 6.8f));

    [Fact]
    public void Uniform_draws_keep_within_their_bounds()
    {
        var draws = new double[Many];

        new RandomDraws(9, 0, 0).FillUniform<double>(draws, -2, 0.5);

        Assert.All(draws, value => Assert.True(value is >= -2 and < 0.5));
    }

    // The first draw of this stream is 0.99999999255, found by search: nearer to 1 than the last float below 1 is.
    [Fact]
    public void A_uniform_draw_stays_below_its_upper_bound_in_float()
    {
        var draws = new RandomDraws(Seed: 1, Purpose: 1, Step: 82187447);
        var single = new float[1];
        Assert.Equal(1f, (float)draws.Uniform(0));

        draws.FillUniform<float>(single);

        Assert.Equal(float.BitDecrement(1), single[0]);
    }

    // The mean of n uniform draws has the standard error sqrt(1 / 12 n), their variance sqrt(1 / 180 n).
    [Fact]
    public void Uniform_draws_have_the_moments_of_the_uniform_distribution()
    {
        var draws = Uniform(new RandomDraws(9, 0, 0), Many);

        var (mean, variance) = (draws.Average(), draws.Average(u => (u - 0.5) * (u - 0.5)));
        Assert.InRange(mean - 0.5, -4 * double.Sqrt(1 / (12.0 * Many)), 4 * double.Sqrt(1 / (12.0 * Many)));
        Assert.InRange(variance - (1 / 12.0), -4 * double.Sqrt(1 / (180.0 * Many)), 4 * double.Sqrt(1 / (180.0 * Many)));
    }

    [Fact]
    public void Uniform_draws_fill_a_hundred_bins_alike()
    {
        var counts = new double[100];
        foreach (var draw in Uniform(new RandomDraws(10, 0, 0), Many))
        {
            counts[(int)(draw * 100)]++;
        }

        RequireChiSquare(counts, Many / 100.0, freedom: 99);
    }

    [Fact]
    public void A_permutation_has_every_number_once()
        => Prop.ForAll(Gen.Choose(0, 2000).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (int length, int seed) =>
        {
            var permutation = new int[length];
            new RandomDraws((ulong)seed, 0, 0).FillPermutation(permutation);
            return permutation.Order().SequenceEqual(Enumerable.Range(0, length));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_permutations_are_equally_likely()
    {
        const int Trials = 24_000;
        var counts = new Dictionary<(int, int, int, int), double>();
        Span<int> p = stackalloc int[4];
        for (var trial = 0UL; trial < Trials; trial++)
        {
            new RandomDraws(12, 0, trial).FillPermutation(p);
            counts[(p[0], p[1], p[2], p[3])] = counts.GetValueOrDefault((p[0], p[1], p[2], p[3])) + 1;
        }

        Assert.Equal(24, counts.Count);
        RequireChiSquare(counts.Values, Trials / 24.0, freedom: 23);
    }

    [Fact]
    public void Every_number_comes_to_every_place_equally_often()
    {
        const int Length = 10;
        const int Trials = 10_000;
        var counts = new double[Length * Length];
        Span<int> permutation = stackalloc int[Length];
        for (var trial = 0UL; trial < Trials; trial++)
        {
            new RandomDraws(13, 0, trial).FillPermutation(permutation);
            for (var place = 0; place < Length; place++)
            {
                counts[(place * Length) + permutation[place]]++;
            }
        }

        // Rows and columns add up to Trials each, which leaves (Length - 1)^2 degrees of freedom and scales by (Length - 1) /
        // Length.
        RequireChiSquare(counts, Trials / (double)Length, (Length - 1) * (Length - 1), scale: (Length - 1.0) / Length);
    }

    [Fact]
    public void Another_epoch_has_another_order()
    {
        var (first, second) = (new int[100], new int[100]);

        new RandomDraws(1, 0, 0).FillPermutation(first);
        new RandomDraws(1, 0, 1).FillPermutation(second);

        Assert.NotEqual(first, second);
    }

    private static T[] Normal<T>(RandomDraws draws, int count)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        draws.FillNormal<T>(values);
        return values;
    }

    private static double[] Uniform(RandomDraws draws, int count)
    {
        var values = new double[count];
        draws.FillUniform<double>(values);
        return values;
    }

    // Chi-square has the mean f and the variance 2 f at f degrees of freedom. Too little scatter is as wrong as too much.
    private static void RequireChiSquare(IEnumerable<double> counts, double expected, int freedom, double scale = 1)
    {
        var statistic = scale * counts.Sum(count => (count - expected) * (count - expected) / expected);

        var error = 4 * double.Sqrt(2.0 * freedom);
        Assert.InRange(statistic, freedom - error, freedom + error);
    }
}
