namespace Vae.Mnist.Tests;

public sealed class YardstickTests
{
    [Fact]
    public void A_grey_pixel_given_back_exactly_leaves_its_own_entropy()
    {
        var grey = new ImageData(new ImageSet(1, 2, [0, 51]), new ImageSet(1, 2, [0, 51]), "a test");

        var yardstick = Yardstick.Of(grey);

        Assert.Equal(-(0.2 * double.Log(0.2)) - (0.8 * double.Log(0.8)), yardstick.Perfect, 12);
        Assert.Equal(yardstick.Perfect, yardstick.MeanImage, 12);
    }

    [Fact]
    public void The_mean_image_leaves_the_entropy_of_each_pixel_over_the_images()
    {
        var data = new ImageData(new ImageSet(1, 1, [0, 0, 0, 255]), new ImageSet(1, 1, [0, 255]), "a test");

        var yardstick = Yardstick.Of(data);

        Assert.Equal(0, yardstick.Perfect);
        Assert.Equal(-(double.Log(0.75) + double.Log(0.25)) / 2, yardstick.MeanImage, 12);
    }

    [Fact]
    public void A_pixel_that_no_training_image_has_costs_a_finite_amount()
    {
        var data = new ImageData(new ImageSet(1, 1, [0]), new ImageSet(1, 1, [255]), "a test");

        Assert.Equal(-double.Log(1e-7), Yardstick.Of(data).MeanImage, 1e-6); // 1 - 1e-7 of it counts: 1e-7 * 16 less
    }

    [MnistFact]
    public void On_MNIST_the_yardstick_has_the_known_values()
    {
        var data = ImageData.FromFolder(MnistFactAttribute.Folder!);

        var yardstick = Yardstick.Of(data);

        Assert.Equal(45.53, yardstick.Perfect, 2);
        Assert.Equal(205.80, yardstick.MeanImage, tolerance: 0.005); // anchors give two digits
        Assert.Equal(0.060733, Yardstick.PrincipalComponents(1, data));
    }

    [Fact]
    public void Principal_components_are_known_for_MNIST_only()
        => Assert.Null(Yardstick.PrincipalComponents(1, ImageData.Drawn(seed: 1, trainImages: 5, testImages: 5)));
}
