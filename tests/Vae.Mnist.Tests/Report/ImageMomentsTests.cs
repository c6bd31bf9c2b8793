namespace Vae.Mnist.Tests;

public sealed class ImageMomentsTests
{
    [Fact]
    public void A_bar_is_wide_or_high_and_not_round()
    {
        var horizontal = ImageMoments.Of(Shapes.HorizontalBar, Shapes.Side);
        var vertical = ImageMoments.Of(Shapes.VerticalBar, Shapes.Side);

        Assert.Equal(40, horizontal.Ink);
        Assert.Equal(33.25, horizontal.Xx, 9);                        // of 0 to 19: (20^2 - 1) / 12
        Assert.Equal(0.25, horizontal.Yy, 9);
        Assert.Equal((horizontal.Xx, horizontal.Yy), (vertical.Yy, vertical.Xx));
        Assert.Equal(double.Sqrt(0.25 / 33.25), horizontal.Roundness, 9);
        Assert.Equal(horizontal.Roundness, vertical.Roundness, 9);
    }

    [Fact]
    public void A_disc_is_round_and_upright()
    {
        var disc = ImageMoments.Of(Shapes.Disc, Shapes.Side);

        Assert.Equal(1, disc.Roundness, 9);
        Assert.Equal(0, disc.Slant, 9);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(-0.25)]
    public void Slant_is_pixels_to_the_right_for_each_pixel_upwards(double slant)
    {
        var moments = ImageMoments.Of(Shapes.Leaning(slant), Shapes.Side);

        Assert.True(double.Abs(moments.Slant - slant) < 0.03, $"{moments.Slant}"); // a stroke of whole pixels has steps
    }

    [Fact]
    public void Roundness_does_not_depend_on_how_a_bar_is_turned()
    {
        var diagonal = ImageMoments.Of(Shapes.Draw((x, y) => int.Abs(x - y) <= 1 && x is >= 6 and <= 21), Shapes.Side);

        Assert.True(diagonal.Roundness < 0.2, $"{diagonal.Roundness}");
        Assert.True(diagonal.Slant < -0.9, $"{diagonal.Slant}");      // from top left to bottom right
    }

    [Fact]
    public void An_empty_image_has_no_shape()
    {
        var empty = ImageMoments.Of(new float[Shapes.Side * Shapes.Side], Shapes.Side);

        Assert.False(empty.HasShape);
        Assert.Equal(0, empty.Ink);
    }

    [Fact]
    public void Ink_below_zero_counts_for_nothing()
    {
        float[] pixels = [.. Shapes.Disc.Select(pixel => pixel == 0 ? -0.01f : pixel)];

        Assert.Equal(ImageMoments.Of(Shapes.Disc, Shapes.Side), ImageMoments.Of(pixels, Shapes.Side));
    }
}
