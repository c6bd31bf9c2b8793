namespace Vae.Mnist.Tests;

public class ImageSetTests
{
    private static readonly ImageSet Three = new(2, 2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255], [5, 6, 7]);

    [Fact]
    public void An_image_is_its_own_pixels() => Assert.Equal([4, 5, 6, 7], Three.Image(1).ToArray());

    [Fact]
    public void Samples_are_the_images_scaled_to_one()
    {
        var batch = new double[4];

        Three.Samples.Gather<double>([2], batch);

        Assert.Equal([8 / 255.0, 9 / 255.0, 10 / 255.0, 1.0], batch);
    }

    [Fact]
    public void Take_keeps_the_first_images_and_labels()
    {
        var two = Three.Take(2);

        Assert.Equal((2, 8), (two.Count, two.Length));
        Assert.Equal([5, 6], two.Labels);
        Assert.Same(Three, Three.Take(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Take(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Pixels_must_be_a_whole_number_of_images(int length)
    {
        var wrong = Assert.Throws<ArgumentException>(() => new ImageSet(2, 2, new byte[length]));

        Assert.Contains($"holds {length}", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_labels_must_be_that_of_the_images()
        => Assert.Throws<ArgumentException>(() => Three.WithLabels([1, 2]));

    [Fact]
    public void Only_images_with_labels_have_labelled_samples()
    {
        Assert.Null(Three.WithLabels(null).Labelled);
        Assert.Equal((3, 4, 8), (Three.Labelled!.Count, Three.Labelled.Features, Three.Labelled.Classes));
        Assert.Equal([5, 6, 7], Enumerable.Range(0, 3).Select(Three.Labelled.LabelOf));
    }

    // The first images of MNIST have no nine among them, and those of another alphabet have more than ten letters.
    [Theory, InlineData(3, 10), InlineData(9, 10), InlineData(25, 26)]
    public void Images_of_MNISTs_size_have_ten_classes_or_more(byte label, int classes)
        => Assert.Equal(classes, new ImageSet(28, 28, new byte[784], [label]).Labelled!.Classes);

    [Fact]
    public void An_image_that_is_not_there_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Three.Image(3).Length);
}
