using System.Globalization;

namespace Vae.Mnist;

/// <summary>Training and test images of one size, and where they came from.</summary>
public sealed record ImageData
{
    /// <summary>Puts training and test images together.</summary>
    /// <param name="train">What a model learns from.</param>
    /// <param name="test">What it is measured on; images of the same size.</param>
    /// <param name="source">Where they came from: one line for a person.</param>
    /// <param name="isDrawn">Whether they are <see cref="DrawnDigits"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="train"/>, <paramref name="test"/> or <paramref name="source"/> is null.</exception>
    /// <exception cref="ArgumentException">Training and test images differ in size.</exception>
    public ImageData(ImageSet train, ImageSet test, string source, bool isDrawn = false)
        : this(
            train ?? throw new ArgumentNullException(nameof(train)), test ?? throw new ArgumentNullException(nameof(test)), source, isDrawn,
            !isDrawn && MnistFile.AreContentOf(MnistFile.Official, train, test))
    {
    }

    private ImageData(ImageSet train, ImageSet test, string source, bool isDrawn, bool isMnist)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(source);
        if (test.Rows != train.Rows || test.Columns != train.Columns)
        {
            throw new ArgumentException(
                $"Must be images of {train.Rows} x {train.Columns}, as for training, but are {test.Rows} x {test.Columns}.",
                nameof(test));
        }

        Train = train;
        Test = test;
        Source = source;
        IsDrawn = isDrawn;
        IsMnist = isMnist;
    }

    /// <summary>What a model learns from.</summary>
    public ImageSet Train { get; }

    /// <summary>What it is measured on; images of the same size.</summary>
    public ImageSet Test { get; }

    /// <summary>Where they came from: one line for a person.</summary>
    public string Source { get; }

    /// <summary>Whether they are <see cref="DrawnDigits"/>, whose numbers compare with nobody else's.</summary>
    public bool IsDrawn { get; }

    /// <summary>Whether all four files are the official MNIST, by the SHA-256 of their content.</summary>
    public bool IsMnist { get; }

    /// <summary>
    /// Reads <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, plain or <c>.gz</c>, also with a dot before <c>idx</c>. Labels may be missing.
    /// Images of a plain file above <see cref="IdxFile.MostInMemory"/> stay on disk.
    /// </summary>
    /// <param name="folder">Where they are.</param>
    /// <returns>The images.</returns>
    /// <exception cref="DataFileException">A file is damaged, or two of them do not fit together.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static ImageData FromFolder(string folder) => FromFolder(folder, "");

    /// <summary>Digits drawn by <see cref="DrawnDigits"/>, for machines without MNIST.</summary>
    /// <param name="seed">The images are a pure function of it.</param>
    /// <param name="trainImages">How many training images, at least 1.</param>
    /// <param name="testImages">How many test images, at least 1; they are the same for any number of training images.</param>
    /// <returns>Labelled images of 28 x 28.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number of images is less than 1 or too large for an array.</exception>
    public static ImageData Drawn(ulong seed, int trainImages = 60_000, int testImages = 10_000) => new(
        DrawnDigits.Draw(seed, trainImages),
        DrawnDigits.Draw(DrawnDigits.TestSeed(seed), testImages),
        $"drawn digits (not MNIST), seed {seed}",
        isDrawn: true,
        isMnist: false);

    /// <summary>As the public one, with a word more for <see cref="Source"/>, and perhaps another limit of what is read into memory.</summary>
    internal static ImageData FromFolder(string folder, string remark, long mostInMemory = IdxFile.MostInMemory)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (train, test) = new ImageFolder(folder).Read(mostInMemory);
        var isMnist = MnistFile.AreContentOf(MnistFile.Official, train, test);
        var source = isMnist ? $"MNIST from {folder}{remark}" : $"IDX files (not the official MNIST) from {folder}{remark}";
        return new ImageData(train, test, source + OnDisk(train, "training") + OnDisk(test, "test"), isDrawn: false, isMnist);
    }

    private static string OnDisk(ImageSet images, string which) => images.IsOnDisk
        ? string.Create(CultureInfo.InvariantCulture, $", the {images.Count:N0} {which} images ({images.Length / 1e9:F1} GB) stay on disk")
        : "";
}
