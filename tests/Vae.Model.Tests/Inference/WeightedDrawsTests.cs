namespace Vae.Model.Tests;

/// <summary>Weights of draws, and the choice among them.</summary>
public sealed class WeightedDrawsTests
{
    [Fact]
    public void Equal_weights_count_in_full_and_one_weight_counts_as_one()
    {
        Assert.Equal(4, WeightedDraws.EffectiveSize([0.25, 0.25, 0.25, 0.25]));
        Assert.Equal(1, WeightedDraws.EffectiveSize([0, 1, 0, 0]));
        Assert.Equal(2, WeightedDraws.EffectiveSize([0.5, 0, 0.5, 0]));
    }

    // w = (1, 3) over a mean of 2: k w = (0.5, 1.5), a deviation of sqrt(0.5), over the root of 2. The tolerance: roundings.
    [Fact]
    public void The_standard_error_is_the_deviation_of_the_weights_over_their_mean_and_the_root_of_their_number()
    {
        Assert.Equal(0.5, WeightedDraws.StandardError([0.25, 0.75]), 1e-15);
        Assert.Equal(0, WeightedDraws.StandardError([0.25, 0.25, 0.25, 0.25]));
        Assert.Equal(double.NaN, WeightedDraws.StandardError([1]));
    }

    [Fact]
    public void Normalised_weights_give_the_logarithm_of_the_mean_weight()
    {
        var weights = new double[2];
        var bound = WeightedDraws.Normalise([double.Log(1) - 1000, double.Log(3) - 1000], weights);

        Assert.Equal(double.Log(2) - 1000, bound, 1e-12);             // roundings of 1,000
        Assert.Equal(0.25, weights[0], 1e-12);
    }

    [Theory, InlineData(double.NaN), InlineData(double.NegativeInfinity)]
    public void Weights_that_are_no_numbers_are_all_alike(double logWeight)
    {
        var weights = new double[4];
        WeightedDraws.Normalise([logWeight, logWeight, logWeight, logWeight], weights);

        Assert.All(weights, weight => Assert.Equal(0.25, weight));
    }

    [Theory, InlineData(0.0), InlineData(0.3), InlineData(0.7), InlineData(0.999)]
    public void A_draw_is_chosen_as_often_as_its_weight_says_rounded_up_or_down(double uniform)
    {
        double[] weights = [0.05, 0.3, 0, 0.449, 0.201];
        var chosen = new int[100];
        WeightedDraws.Choose(weights, uniform, chosen);

        for (var draw = 0; draw < weights.Length; draw++)
        {
            var count = chosen.Count(one => one == draw);
            Assert.InRange(count, double.Floor((100 * weights[draw]) - 1e-9), double.Ceiling((100 * weights[draw]) + 1e-9));
        }
    }

    [Fact]
    public void One_of_many_is_chosen_by_its_share()
    {
        var chosen = new int[1];
        WeightedDraws.Choose([0.2, 0.8], 0.19, chosen);
        Assert.Equal(0, chosen[0]);
        WeightedDraws.Choose([0.2, 0.8], 0.21, chosen);
        Assert.Equal(1, chosen[0]);
    }

    // Rounded weights may sum to less than 1.
    [Fact]
    public void The_last_draw_takes_what_the_sum_of_the_weights_lacks()
    {
        var chosen = new int[2];
        WeightedDraws.Choose([0.4, 0.5], 0.99, chosen);
        Assert.Equal([1, 1], chosen);
    }
}
