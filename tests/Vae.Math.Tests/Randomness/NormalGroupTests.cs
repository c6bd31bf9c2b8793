namespace Vae.Math.Tests;

public class NormalGroupTests
{
    // Relative to a draw, in units of 2.2e-16: the logarithm's 1 is halved by the root, which adds 1/2; the sine has 1 1/2, the
    // product 1/2; and the library's functions that they are held against have about as much.
    [Theory, InlineData(0), InlineData(1), InlineData((1L << 34) - 20)]
    public void Normal_draws_are_those_of_Box_and_Muller_one_by_one(long first)
    {
        var draws = new RandomDraws(0x1234_5678_9ABC_DEF0, 3, 5 + (7UL << 32));
        var values = new double[10_000];

        draws.FillNormal<double>(values, first);

        for (var i = 0; i < values.Length; i++)
        {
            var expected = BoxMuller(draws, first + i);
            Assert.True(
                double.Abs(values[i] - expected) <= 6 * 2.2e-16 * double.Abs(expected), $"{values[i]:R} is not {expected:R}");
        }
    }

    [Theory, InlineData(0, 1000), InlineData(3, 1001), InlineData(30, 37), InlineData((1L << 34) - 6, 100)]
    public void Normal_draws_have_the_same_bits_at_every_width(long first, int count)
    {
        var draws = new RandomDraws(1, 2, 3);

        double[] Values(int bits)
        {
            var values = new double[count];
            draws.FillNormal<double>(values, first, bits);
            return values;
        }

        Assert.Equal(Values(0), Values(128));
        Assert.Equal(Values(0), Values(256));
        Assert.Equal(Values(0), Values(512));
    }

    // One at a time, by the library's functions. The angle is reduced to the nearest quarter of the circle first, which is exact:
    // double.SinCosPi is up to 8 units off where the angle is small.
    private static double BoxMuller(RandomDraws draws, long element)
    {
        var (w0, w1, w2, w3) = draws.Words(element >> 2);
        var (radius, angle) = (element & 2) == 0 ? (w0, w1) : (w2, w3);
        var r = double.Sqrt(-2 * double.Log((radius + 0.5) / (1UL << 32)));
        var quarters = angle / (double)(1UL << 30);
        var (sine, cosine) = double.SinCos(double.Pi / 2 * (quarters - double.Round(quarters)));
        var turned = ((int)double.Round(quarters) & 3) switch         // cosine and sine that many quarters on
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
        return r * ((element & 1) == 0 ? turned.Item1 : turned.Item2);
    }
}
