namespace Vae.Mnist.Tests;

public class ImageGridTests
{
    [Fact]
    public void Pictures_stand_side_by_side_with_a_grey_line_between()
    {
        var grid = new ImageGrid(2, 2, tileRows: 1, tileColumns: 2);
        grid.SetTile(0, 0, new byte[] { 1, 2 });
        grid.SetTile(0, 1, new byte[] { 3, 4 });
        grid.SetTile(1, 0, new byte[] { 5, 6 });
        grid.SetTile(1, 1, new byte[] { 7, 8 });

        var image = grid.Render();

        Assert.Equal((5, 3), (image.Width, image.Height));
        Assert.Equal([1, 2, 128, 3, 4, 128, 128, 128, 128, 128, 5, 6, 128, 7, 8], image.Pixels);
    }

    [Fact]
    public void Scale_enlarges_pictures_and_not_the_lines()
    {
        var grid = new ImageGrid(1, 2, 1, 1) { Scale = 2 };
        grid.SetTile(0, 0, new byte[] { 1 });
        grid.SetTile(0, 1, new byte[] { 2 });

        Assert.Equal([1, 1, 128, 2, 2, 1, 1, 128, 2, 2], grid.Render().Pixels);
    }

    [Fact]
    public void Lines_can_be_left_out()
    {
        var grid = new ImageGrid(1, 2, 1, 1) { Separator = 0 };
        grid.SetTile(0, 1, new byte[] { 2 });

        Assert.Equal([0, 2], grid.Render().Pixels);
    }

    [Fact]
    public void Numbers_become_shades_and_those_outside_0_to_1_become_black_or_white()
    {
        var grid = new ImageGrid(1, 2, 1, 3);
        grid.SetTile<float>(0, 0, [0f, 0.5f, 1f]);
        grid.SetTile<double>(0, 1, [-3.0, 1.0 / 255, double.PositiveInfinity]);

        Assert.Equal([0, 128, 255, 128, 0, 1, 255], grid.Render().Pixels);
    }

    [Fact]
    public void A_picture_with_NaN_is_refused_and_the_pixel_named()
    {
        var grid = new ImageGrid(1, 1, 1, 2);

        var wrong = Assert.Throws<ArgumentException>(() => grid.SetTile<float>(0, 0, [0f, float.NaN]));

        Assert.Contains("pixel 1", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_another_size_or_place_is_refused()
    {
        var grid = new ImageGrid(2, 3, 2, 2);

        Assert.Throws<ArgumentException>(() => grid.SetTile(0, 0, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.SetTile(2, 0, new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => grid.SetTile(0, 3, new byte[4]));
    }

    [Fact]
    public void Labels_are_written_on_white_paper_outside_the_pictures()
    {
        var image = new ImageGrid(2, 2)
        {
            TopTitle = "z1",
            LeftTitle = "z2",
            TopLabels = ["-1.5", "1.5"],
            LeftLabels = ["-1.5", "1.5"],
        }.Render();

        var (left, top) = (image.Width - 57 - 3, image.Height - 57 - 3);   // 57: two pictures and a line; 3: paper beyond
        Assert.Equal(255, image[0, 0]);
        Assert.Equal(0, image[left, top]);
        Assert.True(Ink(image, left, 0, 28, top) > 10);
        Assert.True(Ink(image, left + 29, 0, 28, top) > 10);
        Assert.True(Ink(image, 0, top, left, 28) > 10);
        Assert.True(Ink(image, 0, top + 29, left, 28) > 10);
        Assert.Equal(0, Ink(image, 0, 0, left - 6, top));
    }

    [Fact]
    public void A_one_is_drawn_as_a_one()
    {
        var image = new ImageGrid(1, 1, 8, 7) { TopLabels = ["1"], Separator = 0 }.Render();

        // The label's five columns stand in the middle of the seven of the picture.
        string[] lines = [.. Enumerable.Range(3, 7).Select(y =>
            string.Concat(Enumerable.Range(1, 5).Select(x => image[x, y] == 0 ? '#' : '.')))];
        Assert.Equal(["..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."], lines);
    }

    [Fact]
    public void Every_letter_has_a_shape_of_its_own()
    {
        // The last is drawn as a box.
        const string letters = "0123456789-.,:+=()/%_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ?";

        var shapes = letters.Select(letter =>
            Convert.ToHexString(new ImageGrid(1, 1, 9, 9) { TopLabels = [letter.ToString()] }.Render().Pixels));

        Assert.Equal(letters.Length, shapes.Distinct().Count());
    }

    [Fact]
    public void Labels_that_would_touch_are_thinned_out()
    {
        var image = new ImageGrid(1, 4, 8, 8) { TopLabels = ["-1.5", "-0.5", "0.5", "1.5"], Separator = 0 }.Render();

        // 23 dots and 3 between them over pictures of 8: every fourth is drawn, which is the first only.
        Assert.True(Ink(image, 0, 0, 24, 10) > 10);
        Assert.Equal(0, Ink(image, 24, 0, image.Width - 24, 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Words_larger_than_the_pictures_enlarge_the_paper(int scale)
    {
        var image = new ImageGrid(1, 1, 1, 1)
        {
            Scale = scale, TopTitle = "a long title", LeftTitle = "mean", TopLabels = ["wide label"], LeftLabels = ["0"],
        }.Render();

        Assert.True(image.Width >= 71 * scale, $"The width is {image.Width}.");
        Assert.True(Ink(image, 0, 0, image.Width, image.Height) > 0);
    }

    [Fact]
    public void The_number_of_labels_must_be_that_of_the_columns_and_rows()
    {
        Assert.Throws<InvalidOperationException>(() => new ImageGrid(2, 2) { TopLabels = ["a"] }.Render());
        Assert.Throws<InvalidOperationException>(() => new ImageGrid(2, 2) { LeftLabels = ["a", "b", "c"] }.Render());
    }

    [Fact]
    public void Thousands_of_pictures_fit_in_one_figure()
    {
        var grid = new ImageGrid(70, 70);
        var tile = new byte[784];
        for (var i = 0; i < 4900; i++)
        {
            tile.AsSpan().Fill((byte)i);
            grid.SetTile(i / 70, i % 70, tile);
        }

        var image = grid.Render();

        Assert.Equal((70 * 29) - 1, image.Width);
        Assert.Equal(4899 % 256, image[image.Width - 1, image.Height - 1]);
    }

    private static int Ink(GreyImage image, int x, int y, int width, int height) =>
        Enumerable.Range(y, height).Sum(row => Enumerable.Range(x, width).Count(column => image[column, row] == 0));
}
