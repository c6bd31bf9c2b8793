namespace Vae.Mnist.Tests;

public sealed class ImageDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TinyMnist tiny = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("-ubyte.gz", "-")]
    [InlineData("-ubyte", "-")]
    [InlineData("-ubyte", ".")]
    [InlineData("-ubyte.gz", ".")]
    public void A_folder_is_read_under_every_common_name(string ending, string beforeIdx)
    {
        tiny.Save(folder.FullPath, ending, beforeIdx);

        var data = ImageData.FromFolder(folder.FullPath);

        Assert.Equal(tiny.Train.AllPixels(), data.Train.AllPixels());
        Assert.Equal(tiny.Train.Labels, data.Train.Labels);
        Assert.Equal(tiny.Test.AllPixels(), data.Test.AllPixels());
        Assert.Equal(tiny.Test.Labels, data.Test.Labels);
    }

    [Fact]
    public void Other_content_is_not_called_MNIST()
    {
        tiny.Save(folder.FullPath);

        var data = ImageData.FromFolder(folder.FullPath);

        Assert.False(data.IsMnist);
        Assert.False(data.IsDrawn);
        Assert.Contains("not the official MNIST", data.Source, StringComparison.Ordinal);
        Assert.Contains(folder.FullPath, data.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_may_be_missing()
    {
        tiny.Save(folder.FullPath);
        File.Delete(folder.File("train-labels-idx1-ubyte.gz"));

        var data = ImageData.FromFolder(folder.FullPath);

        Assert.Null(data.Train.Labels);
        Assert.NotNull(data.Test.Labels);
    }

    [Fact]
    public void The_numbers_of_labels_and_images_must_be_equal()
    {
        tiny.Save(folder.FullPath);
        IdxFile.WriteLabels(folder.File("train-labels-idx1-ubyte.gz"), [1, 2]);

        var wrong = Assert.Throws<DataFileException>(() => ImageData.FromFolder(folder.FullPath));

        Assert.Contains("6 labels", wrong.Expected, StringComparison.Ordinal);
        Assert.Equal("2", wrong.Found);
    }

    [Fact]
    public void Training_and_test_images_must_have_one_size()
    {
        tiny.Save(folder.FullPath);
        IdxFile.WriteImages(folder.File("t10k-images-idx3-ubyte.gz"), new ImageSet(2, 8, new byte[48]));

        var wrong = Assert.Throws<DataFileException>(() => ImageData.FromFolder(folder.FullPath));

        Assert.Contains("4 x 4", wrong.Expected, StringComparison.Ordinal);
        Assert.Equal("2 x 8", wrong.Found);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        tiny.Save(folder.FullPath);
        File.Delete(folder.File("t10k-images-idx3-ubyte.gz"));

        var wrong = Assert.Throws<FileNotFoundException>(() => ImageData.FromFolder(folder.FullPath));

        Assert.Contains("t10k-images-idx3-ubyte", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var wrong = Assert.Throws<DirectoryNotFoundException>(() => ImageData.FromFolder(folder.File("nowhere")));

        Assert.Contains(folder.File("nowhere"), wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_of_drawn_digits_names_them()
    {
        var data = ImageData.Drawn(seed: 3, trainImages: 20, testImages: 10);

        Assert.True(data.IsDrawn);
        Assert.False(data.IsMnist);
        Assert.Contains("drawn digits (not MNIST)", data.Source, StringComparison.Ordinal);
        Assert.Equal((20, 10), (data.Train.Count, data.Test.Count));
    }

    [Fact]
    public void Drawn_test_images_are_other_images_and_do_not_depend_on_the_number_of_training_images()
    {
        var few = ImageData.Drawn(seed: 3, trainImages: 10, testImages: 10);
        var many = ImageData.Drawn(seed: 3, trainImages: 300, testImages: 10);

        Assert.Equal(few.Test.AllPixels(), many.Test.AllPixels());
        Assert.NotEqual(few.Train.AllPixels(), few.Test.AllPixels());
    }
}
