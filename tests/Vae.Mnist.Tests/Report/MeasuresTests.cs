using MathNet.Numerics.LinearAlgebra;

namespace Vae.Mnist.Tests;

public sealed class MeasuresTests
{
    private static readonly float[] Ramp = [0f, 0f, 0.25f, 0.5f, 0.75f, 1f, 1f, 1f];
    private static readonly float[] Edge = [0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f];

    [Fact]
    public void A_sharp_edge_is_sharper_and_less_grey_than_a_ramp()
    {
        var edge = ImageLook.Of(Columns(Edge), columns: 8);
        var ramp = ImageLook.Of(Columns(Ramp), columns: 8);

        Assert.Equal(1 / 4.0, edge.Sharpness, 6);                     // one step of 1 over four pixels of ink
        Assert.Equal(1 / 4.5, ramp.Sharpness, 6);
        Assert.Equal((0, 0.5), (edge.MidGrey, ramp.MidGrey));         // three of six
        Assert.Equal(0.5, edge.Contrast, 6);
        Assert.True(ramp.Contrast < edge.Contrast);
    }

    [Fact]
    public void Sharpness_counts_both_directions_and_no_edge_from_row_to_row()
    {
        var look = ImageLook.Of(Columns([0f, 1f, 0f, 1f]), columns: 2); // two rows of 0 1

        Assert.Equal(1, look.Sharpness, 6);                           // two steps across, none down, over two pixels
    }

    [Fact]
    public void Halving_the_light_halves_the_contrast_but_not_the_sharpness()
    {
        var half = ImageLook.Of(Columns([.. Edge.Select(pixel => pixel / 2)]), columns: 8);

        Assert.Equal(0.25, half.Contrast, 6);
        Assert.Equal(0.25, half.Sharpness, 6);
    }

    [Fact]
    public void An_empty_image_has_no_contrast_and_no_sharpness()
        => Assert.Equal(new ImageLook(0, 0, 0), ImageLook.Of(Columns(new float[8]), columns: 8));

    [Fact]
    public void A_look_is_the_mean_over_images()
    {
        var both = ImageLook.Of(Columns(Edge, Ramp), columns: 8);

        Assert.Equal(((1 / 4.0) + (1 / 4.5)) / 2, both.Sharpness, 6);
    }

    [Fact]
    public void Continuity_compares_the_distance_of_neighbours_with_that_of_any_two()
    {
        var even = Continuity.Of(Columns([0f, 0f], [0.1f, 0.1f], [0.2f, 0.2f], [0.3f, 0.3f]));
        var jump = Continuity.Of(Columns([0f, 0f], [0f, 0f], [1f, 1f], [1f, 1f]));

        Assert.Equal(0.1, even.MedianStep, 6);
        Assert.Equal(0.1, even.LargestStep, 6);
        Assert.Equal(((3 * 0.1) + (2 * 0.2) + 0.3) / 6, even.AnyTwo, 6);
        Assert.Equal(0, jump.MedianStep);
        Assert.Equal(1, jump.LargestStep, 6);
    }

    [Fact]
    public void A_sweep_of_one_image_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Continuity.Of(Columns(Edge)));

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(90)]
    [InlineData(-135)]
    public void An_exactly_linear_property_has_correlation_1_in_its_own_direction(double degrees)
    {
        var (first, second) = Plane();
        var (sine, cosine) = double.SinCos(double.DegreesToRadians(degrees));
        var property = first.Zip(second, (a, b) => 3 + (2 * ((cosine * a) + (sine * b)))).ToArray();

        var dependence = Dependence.Of(first, second, property);

        Assert.Equal(1, dependence.Best, 9);
        Assert.Equal(degrees, dependence.Direction, 6);
        Assert.Equal(cosine, dependence.First, 9);                    // the plane is square and its axes are uncorrelated
        Assert.Equal(sine, dependence.Second, 9);
    }

    [Fact]
    public void A_property_of_neither_latent_has_no_correlation()
    {
        var (first, second) = Plane();
        var property = first.Zip(second, (a, b) => a * b).ToArray();

        var dependence = Dependence.Of(first, second, property);

        Assert.Equal(0, dependence.First, 9);
        Assert.Equal(0, dependence.Second, 9);
    }

    [Fact]
    public void The_spread_leaves_one_code_in_a_hundred_outside()
    {
        var spread = CodeSpread.Of([.. Enumerable.Range(0, 1001).Select(i => i / 1000.0)]);

        Assert.Equal((0.0, 1.0), (spread.Least, spread.Greatest));
        Assert.Equal(0.5, spread.Mean, 9);
        Assert.InRange(spread.Low, 0.004, 0.006);                     // definitions of a quantile differ by less than a rank
        Assert.InRange(spread.High, 0.994, 0.996);
        Assert.Equal(double.Sqrt(1 / 12.0), spread.StandardDeviation, 3);
    }

    private static Matrix<float> Columns(params float[][] images) => Matrix<float>.Build.DenseOfColumnArrays(images);

    private static (double[] First, double[] Second) Plane()
    {
        var tiles = Enumerable.Range(0, 121).ToArray();
        return ([.. tiles.Select(tile => (tile % 11) - 5.0)], [.. tiles.Select(tile => (tile / 11) - 5.0)]);
    }
}
