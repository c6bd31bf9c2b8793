using Vae.Model;

namespace Vae.Mnist.Tests;

/// <summary>Images of a plain IDX file above the limit stay on disk; tested with small files and a smaller limit.</summary>
public sealed class ImagesOnDiskTests : IDisposable
{
    private const int Side = 4;
    private const int Limit = 6 * Side * Side;                        // exactly the six training images

    private readonly TemporaryFolder folder = new();
    private readonly TinyMnist tiny = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData(Limit, false), InlineData(Limit - 1, true)]
    public void Images_above_the_limit_stay_on_disk_and_are_the_same(long limit, bool isOnDisk)
    {
        tiny.Save(folder.FullPath, ending: "-ubyte");

        var train = ImageData.FromFolder(folder.FullPath, "", limit).Train;

        Assert.Equal(isOnDisk, train.IsOnDisk);
        Assert.Equal(tiny.Train.AllPixels(), train.AllPixels());
        Assert.Equal(tiny.Train.Labels, train.Labels);
        Assert.Equal((6, Side, Side, 96L), (train.Count, train.Rows, train.Columns, train.Length));
        Assert.Equal(tiny.Train.Image(5), train.Image(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => train.Image(6).Length);
        var (expected, found) = (new float[2 * Side * Side], new float[2 * Side * Side]);
        tiny.Train.Samples.Gather<float>([5, 2], expected);
        train.Labelled!.Gather<float>([5, 2], found);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_gzipped_file_is_always_read_into_memory()
    {
        tiny.Save(folder.FullPath);

        Assert.False(ImageData.FromFolder(folder.FullPath, "", 1).Train.IsOnDisk);
    }

    [Fact]
    public void MNIST_is_read_into_memory_and_its_source_does_not_mention_the_disk()
    {
        tiny.Save(folder.FullPath, ending: "-ubyte");

        Assert.InRange(MnistFile.Official[0].Length, 0, IdxFile.MostInMemory);
        Assert.DoesNotContain("disk", ImageData.FromFolder(folder.FullPath).Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_says_which_images_stay_on_disk()
        => Assert.EndsWith(", the 6 training images (0.0 GB) stay on disk", OnDisk().Source, StringComparison.Ordinal);

    [Fact]
    public void Taking_the_first_images_and_their_labels_leaves_them_on_disk()
    {
        var two = OnDisk().Train.Take(2);

        Assert.True(two.IsOnDisk);
        Assert.Equal(tiny.Train.Take(2).AllPixels(), two.AllPixels());
        Assert.Equal([0, 1], two.Labels);
        Assert.True(two.WithLabels([7, 8]).IsOnDisk);
    }

    [Fact]
    public void The_checksum_of_images_on_disk_equals_that_in_memory_and_reports_progress()
    {
        var (memory, progress) = (ImageData.FromFolder(OnDiskFolder()), new ProgressList());
        var onDisk = OnDisk();

        Assert.Equal(
            memory.ToRecord("x", withLabels: true).Sha256,
            onDisk.ToRecord("x", withLabels: true, progress).Sha256);
        Assert.Equal(new DataProgress("checksum of the training images", 96, 96), progress.Last());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => onDisk.ToRecord("x", cancellationToken: cancelled.Token));
    }

    [Fact]
    public void Known_content_on_disk_is_recognised()
        => Assert.True(MnistFile.AreContentOf(tiny.Files, OnDisk().Train, OnDisk().Test));

    [Theory, InlineData("copy"), InlineData("copy.gz")]
    public void Images_on_disk_can_be_written_to_another_file(string name)
    {
        IdxFile.WriteImages(folder.File(name), OnDisk().Train);

        Assert.Equal(tiny.Train.AllPixels(), IdxFile.ReadImages(folder.File(name)).AllPixels());
    }

    [Fact]
    public void The_yardstick_of_images_on_disk_equals_that_in_memory()
        => Assert.Equal(Yardstick.Of(ImageData.FromFolder(OnDiskFolder())), Yardstick.Of(OnDisk()));

    [Theory, InlineData(-1), InlineData(1)]
    public void A_body_of_another_length_is_refused_before_anything_is_read(int more)
    {
        var path = Path.Combine(OnDiskFolder(), "train-images-idx3-ubyte");
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length + more);
        }

        var wrong = Assert.Throws<DataFileException>(() => IdxFile.ReadImages(path, 1));

        Assert.Equal(16, wrong.Offset);
        Assert.Equal("96 bytes of data to the end (6 images of 4 x 4)", wrong.Expected);
        Assert.Equal($"{96 + more}", wrong.Found);
    }

    // The header of 5.6 million images of 28 x 28 and a hole of 4.39 GB: read into memory, they would not fit in one array.
    [Fact]
    public void A_file_of_four_gigabytes_is_opened_and_its_last_image_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // a sparse file takes its whole length on disk there
        }

        const int count = 5_600_000;
        using (var file = File.Create(folder.File("large")))
        {
            file.Write([0, 0, 8, 3, 0, 0x55, 0x73, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
            file.SetLength(16 + (784L * count));
            file.Position = file.Length - 784;
            file.Write(Enumerable.Repeat((byte)7, 784).ToArray());
        }

        var images = IdxFile.ReadImages(folder.File("large"));

        Assert.Equal((count, true, 784L * count), (images.Count, images.IsOnDisk, images.Length));
        Assert.True(IdxFile.StaysOnDisk(folder.File("large")));
        Assert.All(images.Image(count - 1).ToArray(), pixel => Assert.Equal(7, pixel));
        Assert.Equal(0, images.Image(count - 2)[783]);
    }

    private string OnDiskFolder()
    {
        tiny.Save(folder.FullPath, ending: "-ubyte");
        return folder.FullPath;
    }

    // The three test images are below the limit.
    private ImageData OnDisk() => ImageData.FromFolder(OnDiskFolder(), "", Limit - 1);
}
