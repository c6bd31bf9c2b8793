namespace Vae.Mnist.Tests;

/// <summary>Known values of the official MNIST.</summary>
public class RealMnistTests
{
    private static readonly Lazy<ImageData> Loaded = new(() => ImageData.FromFolder(MnistFactAttribute.Folder!));

    private static ImageData Mnist => Loaded.Value;

    [MnistFact]
    public void MNIST_has_60000_and_10000_labelled_images_of_28_by_28()
    {
        Assert.Equal((60_000, 28, 28), (Mnist.Train.Count, Mnist.Train.Rows, Mnist.Train.Columns));
        Assert.Equal((10_000, 28, 28), (Mnist.Test.Count, Mnist.Test.Rows, Mnist.Test.Columns));
        Assert.Equal((60_000, 10_000), (Mnist.Train.Labels!.Length, Mnist.Test.Labels!.Length));
        Assert.Equal([5, 0, 4, 1, 9], Mnist.Train.Labels[..5]);
    }

    [MnistFact]
    public void MNIST_is_recognised_by_its_content()
    {
        Assert.True(Mnist.IsMnist);
        Assert.StartsWith("MNIST from ", Mnist.Source, StringComparison.Ordinal);
    }

    [MnistFact]
    public void One_changed_pixel_is_noticed()
    {
        var pixels = Mnist.Test.AllPixels();
        pixels[400]++;

        Assert.False(new ImageData(Mnist.Train, new ImageSet(28, 28, pixels, Mnist.Test.Labels), "changed").IsMnist);
    }

    [MnistFact]
    public void Every_file_has_the_known_checksum()
    {
        var text = new MnistLocator { CacheFolder = MnistFactAttribute.Folder!, ReadVariable = _ => null }.Describe();

        Assert.Equal(4, text.Split("content checked").Length - 1);
    }

    [MnistFact]
    public void The_share_of_black_pixels_is_80_88_percent()
    {
        var share = Mnist.Train.AllPixels().Count(pixel => pixel == 0) / (double)Mnist.Train.Length;

        Assert.Equal(0.8088, share, tolerance: 0.00005);              // half of the last digit known
    }

    [MnistFact]
    public void The_mean_training_image_reaches_the_known_cross_entropy()
    {
        var mean = Mean(Mnist.Train);

        // Half of the last digit known.
        Assert.Equal(205.80, CrossEntropy(Mean(Mnist.Test), mean), tolerance: 0.005);
        Assert.Equal(206.03, CrossEntropy(mean, mean), tolerance: 0.005);
    }

    private static double[] Mean(ImageSet images)
    {
        var mean = new double[784];
        var pixels = images.AllPixels();
        for (var i = 0; i < pixels.Length; i++)
        {
            mean[i % 784] += pixels[i] / 255.0;
        }

        return [.. mean.Select(sum => sum / images.Count)];
    }

    /// <summary>Nats per image; it is linear in the target, so the mean target is enough.</summary>
    private static double CrossEntropy(double[] target, double[] predicted) => target.Zip(predicted).Sum(pair =>
    {
        var p = double.Clamp(pair.Second, 1e-7, 1 - 1e-7);            // a pixel that is black in all training images
        return -(pair.First * double.Log(p)) - ((1 - pair.First) * double.Log(1 - p));
    });
}
