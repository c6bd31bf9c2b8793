using System.Numerics;

namespace Vae.Math.Tests;

public class BinarisationTests
{
    private static readonly RandomDraws Draws = new(Seed: 3, Purpose: 1, Step: 7);

    // Every length up to 40 from every place in a block, and beyond 2^32 elements; half of the numbers need no draw.
    [Fact]
    public void A_draw_is_one_where_the_elements_uniform_number_is_below_the_probability()
    {
        for (var length = 0; length <= 40; length++)
        {
            foreach (var first in new long[] { 0, 1, 2, 3, 4, 777, (1L << 34) + 3 })
            {
                Require<float>(length, first);
                Require<double>(length, first);
            }
        }

        static void Require<T>(int length, long first)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var values = Probabilities<T>(length);
            var expected = values.Select(
                (p, i) => T.CreateChecked(Draws.Uniform(first + i) < double.CreateChecked(p) ? 1 : 0)).ToArray();

            Binarisation.Draw<T>(values, Draws, first);

            Assert.Equal(expected, values);
        }
    }

    [Fact]
    public void Pieces_of_a_span_have_the_bits_of_the_whole()
    {
        var whole = Probabilities<float>(100);
        var pieces = Probabilities<float>(100);

        Binarisation.Draw<float>(whole, Draws, 5);
        Binarisation.Draw(pieces.AsSpan(0, 33), Draws, 5);
        Binarisation.Draw(pieces.AsSpan(33, 2), Draws, 38);
        Binarisation.Draw(pieces.AsSpan(35), Draws, 40);

        Assert.Equal(whole, pieces);
    }

    // The first number of this stream is 0.99999999255 (RandomDrawsTests), the nearest to 1 that there is at hand.
    [Fact]
    public void Zero_is_never_drawn_and_one_always_is()
    {
        var nearOne = new RandomDraws(Seed: 1, Purpose: 1, Step: 82187447);
        float[] values = [1, 0, -0f, 1, 0.5f];

        Binarisation.Draw<float>(values, nearOne, 0);

        Assert.Equal([1, 0, 0, 1], values[..4]);
        var ones = Enumerable.Repeat(1.0, 1000).Concat(Enumerable.Repeat(0.0, 1000)).ToArray();
        Binarisation.Draw(ones.AsSpan(), nearOne, 0);
        Assert.Equal((1, 0), (ones[..1000].Average(), ones[1000..].Average()));
    }

    // Every grey value there is, thousands of times: a grey is another number as a double, and yet the same pixels are drawn.
    [Fact]
    public void Float_and_double_draw_the_same()
    {
        var bytes = new byte[256 * 1000];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)i;
        }

        var (single, wide) = (new float[bytes.Length], new double[bytes.Length]);
        Bytes.ToUnit<float>(bytes, single);
        Bytes.ToUnit<double>(bytes, wide);

        Binarisation.Draw<float>(single, Draws, 0);
        Binarisation.Draw<double>(wide, Draws, 0);

        Assert.Equal(single.Select(x => (double)x), wide);
    }

    // u rounds down to a float, and so does p, which is above u by less than a float can tell: as doubles u < p, as floats not.
    [Fact]
    public void A_double_is_compared_as_the_float_that_it_rounds_to()
    {
        var element = Enumerable.Range(0, 100).First(i => (float)Draws.Uniform(i) < Draws.Uniform(i));
        var p = Draws.Uniform(element) + 1e-15;
        double[] values = [p];

        Binarisation.Draw<double>(values, Draws, element);

        Assert.True(Draws.Uniform(element) < p);
        Assert.Equal(0, values[0]);
    }

    [Fact]
    public void The_threshold_is_one_from_a_half_on_at_every_length()
    {
        for (var length = 0; length <= 40; length++)
        {
            Require<float>(length);
            Require<double>(length);
        }

        static void Require<T>(int length)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var half = T.CreateChecked(0.5);
            T[] edges = [half, T.BitDecrement(half), T.BitIncrement(half), T.Zero, T.One, T.NegativeZero, T.Epsilon];
            T[] results = [T.One, T.Zero, T.One, T.Zero, T.One, T.Zero, T.Zero];
            var values = Enumerable.Range(0, length).Select(i => edges[i % edges.Length]).ToArray();

            Binarisation.Threshold<T>(values);

            Assert.Equal(Enumerable.Range(0, length).Select(i => results[i % results.Length]), values);
        }
    }

    public static TheoryData<double> NoProbabilities
        => [double.NaN, double.BitIncrement(1) + 1e-6, -1e-30, double.PositiveInfinity, double.NegativeInfinity, 255];

    [Theory, MemberData(nameof(NoProbabilities))]
    public void A_number_outside_0_to_1_is_found_at_every_place(double wrong)
    {
        for (var place = 0; place < 40; place++)
        {
            Assert.Equal(place, Binarisation.FirstOutside<float>(With(place, (float)wrong)));
            Assert.Equal(place, Binarisation.FirstOutside<double>(With(place, wrong)));
        }

        static T[] With<T>(int place, T wrong)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var values = Probabilities<T>(40);
            values[39] = wrong;                                       // the first counts, not the last
            values[place] = wrong;
            return values;
        }
    }

    [Fact]
    public void Zero_of_either_sign_and_one_and_all_between_are_probabilities()
    {
        Assert.Equal(-1, Binarisation.FirstOutside<float>([-0f, 0, 1, float.Epsilon, float.BitDecrement(1), -0f]));
        Assert.Equal(-1, Binarisation.FirstOutside<double>([-0.0, 0, 1, double.Epsilon, double.BitDecrement(1), -0.0]));
        Assert.Equal(-1, Binarisation.FirstOutside<double>([]));
        Assert.Equal(2, Binarisation.FirstOutside<double>([-0.0, -0.0, 2]));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var (values, probabilities) = (new float[784], Probabilities<float>(784));

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            probabilities.CopyTo(values, 0);
            Binarisation.FirstOutside<float>(values);
            Binarisation.Draw<float>(values, Draws, 784);
            Binarisation.Threshold<float>(values);
        }));
    }

    // Runs of zeros, of greys and of ones, as in an image; floats, so exact in both types.
    private static T[] Probabilities<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. Enumerable.Range(0, length)
            .Select(i => T.CreateChecked((i / 5 % 4) switch { 0 => 0f, 2 => 1f, _ => (i * 37 % 101) / 101f }))];
}
