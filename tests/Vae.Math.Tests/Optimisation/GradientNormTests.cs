using System.Numerics;

namespace Vae.Math.Tests;

public class GradientNormTests
{
    [Fact]
    public void The_norm_is_the_root_of_the_sum_of_the_squares_of_all_gradients()
    {
        var (first, second) = (new Parameter<double>("first", 1, 1), new Parameter<double>("second", 2, 1));
        first.Gradient.AsSpan().Fill(-2);
        second.Gradient.AsSpan()[0] = 3;
        second.Gradient.AsSpan()[1] = 6;

        Assert.Equal(7, GradientNorm.Of([first, second], WorkerTeam.OfOne));
        Assert.Equal(0, GradientNorm.Of<double>([], WorkerTeam.OfOne));
    }

    // Whole numbers up to 1000: every square and every sum is exact, so only the root rounds, and nothing may be missing.
    [Fact]
    public void No_entry_is_left_out_at_any_length()
    {
        Require<float>();
        Require<double>();

        static void Require<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (var length in Enumerable.Range(1, 70).Concat([511, 512, 513, 545, 16_383, 16_384, 16_385, 50_001]))
            {
                var weight = new Parameter<T>("weight", length, 1);
                var sum = 0.0;
                for (var i = 0; i < length; i++)
                {
                    weight.Gradient.AsSpan()[i] = T.CreateChecked((i % 1000) + 1);
                    sum += ((i % 1000) + 1.0) * ((i % 1000) + 1.0);
                }

                Assert.Equal(double.Sqrt(sum), GradientNorm.Of([weight], WorkerTeam.OfOne));
            }
        }
    }

    // 32 sums side by side in each part of 16,384, added up in order: the plain sums computed here must have the same bits.
    [Fact]
    public void The_norm_has_the_bits_of_32_plain_sums_whatever_the_width_of_vectors()
    {
        var weight = Large();
        var total = 0.0;
        foreach (var part in weight.Gradient.AsSpan().ToArray().Chunk(SimdLoop.PartLength))
        {
            var lanes = new double[32];
            for (var i = 0; i < part.Length; i++)
            {
                lanes[i % 32] = double.FusedMultiplyAdd(part[i], part[i], lanes[i % 32]);
            }

            total += lanes.Sum();
        }

        Assert.Equal(double.Sqrt(total), GradientNorm.Of([weight], WorkerTeam.OfOne));
    }

    [Fact]
    public void The_norm_has_the_same_bits_for_any_number_of_threads()
    {
        var (weight, bias) = (Large(), new Parameter<float>("bias", 33, 1));
        Some.Matrix<float>(33, 1, seed: 2).CopyTo(bias.Gradient);

        var norms = Some.ByTeamsOfOneTwoAndThree(team => GradientNorm.Of([weight, bias], team));

        Assert.Equal(norms[0], norms[1]);
        Assert.Equal(norms[0], norms[2]);
    }

    // 257 parts: one more than have a place at once.
    [Fact]
    public void A_gradient_of_many_parts_is_summed_to_its_end()
    {
        var weight = new Parameter<float>("weight", SimdLoop.PartLength, 257);
        weight.Gradient.AsSpan().Fill(1);

        Assert.Equal(double.Sqrt(257.0 * SimdLoop.PartLength), GradientNorm.Of([weight], WorkerTeam.OfOne));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_shows_in_the_norm_and_no_factor_hides_it(float wrong)
    {
        var weight = Large();
        weight.Gradient.AsSpan()[^1] = wrong;

        var norm = GradientNorm.Of([weight], WorkerTeam.OfOne);

        Assert.False(double.IsFinite(norm));
        Assert.True(double.IsNaN(GradientNorm.ClipFactor(norm, 1)));
    }

    // The square of a float's largest number is 1e77, far from a double's end.
    [Fact]
    public void The_squares_of_floats_do_not_overflow()
    {
        var weight = new Parameter<float>("weight", 4, 1);
        weight.Gradient.AsSpan().Fill(float.MaxValue);

        Assert.Equal(2 * (double)float.MaxValue, GradientNorm.Of([weight], WorkerTeam.OfOne));
    }

    [Fact]
    public void A_warm_norm_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        Parameter<float>[] parameters = [Large(), new Parameter<float>("bias", 33, 1)];

        Assert.Equal(0, Some.AllocatedBytes(() => GradientNorm.Of(parameters, team)));
    }

    [Theory]
    [InlineData(0, 5, 1)]
    [InlineData(4, 5, 1)]
    [InlineData(10, 5, 5 / (10 + 1e-6))]
    [InlineData(5, 5, 5 / (5 + 1e-6))]
    public void The_factor_shortens_a_norm_above_the_limit_and_leaves_others(double norm, double clipNorm, double factor)
        => Assert.Equal(factor, GradientNorm.ClipFactor(norm, clipNorm));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_norm_that_nothing_can_be_clipped_to_is_refused(double clipNorm)
        => Assert.Throws<ArgumentOutOfRangeException>(() => GradientNorm.ClipFactor(1, clipNorm));

    private static Parameter<float> Large()
    {
        // more than three parts, the last short
        var weight = new Parameter<float>("weight", 400, (3 * SimdLoop.PartLength / 400) + 1);
        Some.Matrix<float>(400, weight.Value.ColumnCount, seed: 1).CopyTo(weight.Gradient);
        return weight;
    }
}
