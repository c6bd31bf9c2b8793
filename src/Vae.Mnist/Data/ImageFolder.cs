namespace Vae.Mnist;

/// <summary>Finds the four IDX files in a folder under any of their common names.</summary>
/// <param name="Path">The folder.</param>
internal sealed record ImageFolder(string Path)
{
    /// <summary>The training images' file, or null.</summary>
    public string? TrainImages => Find("train-images", "idx3");

    /// <summary>The training labels' file, or null.</summary>
    public string? TrainLabels => Find("train-labels", "idx1");

    /// <summary>The test images' file, or null.</summary>
    public string? TestImages => Find("t10k-images", "idx3");

    /// <summary>The test labels' file, or null.</summary>
    public string? TestLabels => Find("t10k-labels", "idx1");

    /// <summary>Reads images and their labels, which may be missing.</summary>
    /// <param name="mostInMemory">The most bytes of images of a plain file that are read into memory.</param>
    /// <exception cref="DataFileException">A file is damaged, or the numbers of images and labels differ.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public (ImageSet Train, ImageSet Test) Read(long mostInMemory)
    {
        if (!Directory.Exists(Path))
        {
            throw new DirectoryNotFoundException(
                $"{Path}: expected a folder with MNIST's four IDX files, but there is no such folder. "
                + "Give the folder's full path.");
        }

        var train = ReadSet(TrainImages, TrainLabels, "train-images", mostInMemory);
        var testImages = TestImages;
        var test = ReadSet(testImages, TestLabels, "t10k-images", mostInMemory);
        return test.Rows == train.Rows && test.Columns == train.Columns
            ? (train, test)
            : throw new DataFileException(
                testImages!, 8, $"images of {train.Rows} x {train.Columns}, as in {TrainImages}", $"{test.Rows} x {test.Columns}",
                "Training and test images must have one size.");
    }

    private ImageSet ReadSet(string? imagesPath, string? labelsPath, string stem, long mostInMemory)
    {
        if (imagesPath is null)
        {
            throw new FileNotFoundException(
                $"{Path}: expected {stem}-idx3-ubyte or {stem}.idx3-ubyte, plain or with .gz, but found neither. "
                + "Copy MNIST's files there under their own names.");
        }

        var images = IdxFile.ReadImages(imagesPath, mostInMemory);
        if (labelsPath is null)
        {
            return images;
        }

        var labels = IdxFile.ReadLabels(labelsPath);
        return labels.Length == images.Count
            ? images.WithLabels(labels)
            : throw new DataFileException(
                labelsPath, 4, $"{images.Count} labels, one for each image of {imagesPath}", $"{labels.Length}",
                "The two files do not belong together; download both again.");
    }

    private string? Find(string stem, string idx) =>
        new[] { $"{stem}-{idx}-ubyte", $"{stem}.{idx}-ubyte" }
            .SelectMany(name => new[] { name + ".gz", name })          // the downloader's names first: their content was checked
            .Select(name => System.IO.Path.Combine(Path, name))
            .FirstOrDefault(File.Exists);
}
