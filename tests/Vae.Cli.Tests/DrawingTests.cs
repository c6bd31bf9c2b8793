using System.Buffers.Binary;

namespace Vae.Cli.Tests;

[Collection(SharedRuns.Name)]
public sealed class DrawingTests(TinyRuns tiny)
{
    [Fact]
    public void Samples_are_a_square_sheet()
    {
        // 3 x 3 images of 8 pixels at scale 2, lines of one pixel between them.
        Assert.Equal((50, 50), Draw("sample", tiny.Run, "--count", "9"));
        Assert.Equal((74, 74), Draw("sample", tiny.Run, "--count", "9", "--scale", "3"));
    }

    [Fact]
    public void The_same_seed_draws_the_same_samples()
    {
        string[] files = [tiny.New(".png"), tiny.New(".png"), tiny.New(".png")];

        CommandLine.Execute("sample", tiny.Run, "--seed", "3", "--out", files[0]);
        CommandLine.Execute("sample", tiny.Run, "--seed", "3", "--out", files[1]);
        CommandLine.Execute("sample", tiny.Run, "--seed", "4", "--out", files[2]);

        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
        Assert.NotEqual(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[2]));
    }

    [Fact]
    public void A_sweep_is_a_line_a_plane_or_rows()
    {
        var line = Draw("sweep", tiny.Line, "--from", "-1.5", "--to", "1.5", "--step", "0.03");
        var many = Draw("sweep", tiny.Line, "--from", "0", "--to", "4", "--step", "0.01");
        var plane = Draw("sweep", tiny.Run, "--from", "-1", "--to", "1", "--step", "0.1");
        var rows = Draw("sweep", tiny.Five, "--from", "-1", "--to", "1", "--step", "0.1");

        Assert.InRange(line.Height, (10 * 17) - 1, (10 * 17) + 60);   // 10 x 10 at scale 2, above them the title
        Assert.InRange(many.Height, (20 * 9) - 1, (20 * 9) + 30);     // 400 images are too many for scale 2
        Assert.InRange(plane.Height, (20 * 9) - 1, (20 * 9) + 60);
        Assert.InRange(rows.Height, (5 * 9) - 1, (5 * 9) + 30);
        Assert.InRange(rows.Width, (20 * 9) - 1, (20 * 9) + 60);
    }

    [Fact]
    public void A_sweep_of_too_many_images_is_a_wrong_argument()
        => CommandLine.Execute("sweep", tiny.Run, "--step", "0.001").RequireFailure(2, "36,000,000 images", "--step");

    [Fact]
    public void Reconstructions_stand_below_their_images()
    {
        var (_, height) = Draw("reconstruct", tiny.Run, "--count", "4", "--quiet");

        Assert.InRange(height, (2 * 17) - 1, (2 * 17) + 20);
    }

    [Fact]
    public void No_more_images_than_there_are_can_be_reconstructed()
        => Assert.InRange(
            Draw("reconstruct", tiny.Run, "--count", "500", "--scale", "1", "--quiet").Width,
            50 * 9,
            (50 * 9) + 50);

    [Fact]
    public void An_interpolation_is_a_row()
        => Assert.Equal(((5 * 17) - 1, 16), Draw("interpolate", tiny.Run, "--from", "3", "--to", "7", "--steps", "5", "--quiet"));

    [Fact]
    public void An_interpolation_beyond_the_last_image_is_refused()
        => CommandLine.Execute("interpolate", tiny.Run, "--to", "50", "--quiet", "--out", tiny.New(".png"))
            .RequireFailure(2, "50 images", "image 50");

    [Fact]
    public void A_label_chooses_what_is_drawn()
    {
        string Sample(params string[] label)
        {
            var file = tiny.New(".png");
            var result = CommandLine.Execute(["sample", tiny.Labelled, .. label, "--out", file]);
            Assert.True(result.Code == 0, result.Error);
            return Convert.ToHexString(File.ReadAllBytes(file));
        }

        Assert.Equal(3, new[] { Sample("--label", "7"), Sample("--label", "2"), Sample() }.Distinct().Count());
    }

    [Fact]
    public void A_sweep_has_label_0_by_default()
    {
        string Sweep(params string[] label)
        {
            var file = tiny.New(".png");
            var result = CommandLine.Execute(["sweep", tiny.Labelled, "--from", "-1", "--to", "1", .. label, "--out", file]);
            Assert.True(result.Code == 0, result.Error);
            return Convert.ToHexString(File.ReadAllBytes(file));
        }

        Assert.Equal(Sweep(), Sweep("--label", "0"));
        Assert.NotEqual(Sweep(), Sweep("--label", "7"));
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("sweep")]
    public void A_label_beyond_the_last_is_a_wrong_argument(string command)
        => CommandLine.Execute(command, tiny.Labelled, "--label", "8")
            .RequireFailure(2, "--label wants a whole number from 0 to 7 for this run, but got '8'.");

    [Theory]
    [InlineData("sample")]
    [InlineData("sweep")]
    public void A_label_for_a_run_without_labels_is_a_wrong_argument(string command)
        => CommandLine.Execute(command, tiny.Run, "--label", "0")
            .RequireFailure(2, "a run that was trained with --labels, but this one was trained without");

    [Theory]
    [InlineData("reconstruct")]
    [InlineData("interpolate")]
    public void A_conditional_run_is_drawn_with_the_labels_of_the_images(string command)
        => Assert.True(Draw(command, tiny.Labelled, "--quiet").Width > 0);

    [Fact]
    public void A_picture_that_cannot_be_written_is_named()
        => CommandLine.Execute("sample", tiny.Run, "--out", tiny.Root).RequireFailure(1, tiny.Root);

    [Theory]
    [InlineData("reconstruct")]
    [InlineData("interpolate")]
    public void Images_of_another_size_are_refused(string command)
        => CommandLine.Execute(command, tiny.Run, "--data", tiny.OtherSize, "--quiet", "--out", tiny.New(".png"))
            .RequireFailure(1, "64", "81");

    private (int Width, int Height) Draw(params string[] arguments)
    {
        var file = tiny.New(".png");
        var result = CommandLine.Execute([.. arguments, "--out", file]);
        Assert.True(result.Code == 0, result.Error);
        var header = File.ReadAllBytes(file).AsSpan(16, 8);           // PNG's first chunk: width, height
        var size = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        Assert.Equal($"{file}: {size.Item1} x {size.Item2} pixels\n", result.Output.ReplaceLineEndings("\n"));
        return size;
    }
}
