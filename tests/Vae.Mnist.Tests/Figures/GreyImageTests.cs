namespace Vae.Mnist.Tests;

public class GreyImageTests
{
    [Fact]
    public void Fill_colours_its_rectangle_and_nothing_else()
    {
        var image = new GreyImage(4, 3);

        image.Fill(1, 1, 2, 1, 9);

        Assert.Equal([0, 0, 0, 0, 0, 9, 9, 0, 0, 0, 0, 0], image.Pixels);
        Assert.Equal(9, image[2, 1]);
    }

    [Fact]
    public void Blit_makes_a_square_of_every_pixel()
    {
        var image = new GreyImage(5, 4);

        image.Blit([1, 2], columns: 2, x: 1, y: 1, scale: 2);

        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 0, 1, 1, 2, 2, 0, 0, 0, 0, 0], image.Pixels);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void A_rectangle_outside_the_picture_is_refused(int x, int y)
    {
        var image = new GreyImage(4, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => image.Fill(x, y, 2, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Blit([1, 2, 3, 4], 2, x, y));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(100_000, 100_000)]
    public void A_picture_without_pixels_or_with_too_many_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreyImage(width, height));
}
