using System.Globalization;
using System.Security.Cryptography;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>Training and test images of one size, and where they came from.</summary>
public sealed record ImageData
{
    /// <summary>Puts training and test images together.</summary>
    /// <param name="train">The images to train on.</param>
    /// <param name="test">The images to measure on, of the same size.</param>
    /// <param name="source">The origin of the images, one line for a person.</param>
    /// <param name="isDrawn">Whether the images are drawn digits (<see cref="Drawn"/>).</param>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="train"/>, <paramref name="test"/> or <paramref name="source"/> is null.
    /// </exception>
    /// <exception cref="ArgumentException">Training and test images differ in size.</exception>
    public ImageData(ImageSet train, ImageSet test, string source, bool isDrawn = false)
        : this(
            train ?? throw new ArgumentNullException(nameof(train)),
            test ?? throw new ArgumentNullException(nameof(test)),
            source,
            isDrawn,
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

    /// <summary>The images to train on.</summary>
    public ImageSet Train { get; }

    /// <summary>The images to measure on, of the same size.</summary>
    public ImageSet Test { get; }

    /// <summary>The origin of the images, one line for a person.</summary>
    public string Source { get; }

    /// <summary>
    /// Whether the images are drawn digits (<see cref="Drawn"/>), whose results compare with no published ones.
    /// </summary>
    public bool IsDrawn { get; }

    /// <summary>Whether all four files are the official MNIST, by the SHA-256 of their content.</summary>
    public bool IsMnist { get; }

    /// <summary>
    /// Reads <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, plain or <c>.gz</c>, also with a dot before <c>idx</c>. Labels may be missing.
    /// Images of a plain file above <see cref="IdxFile.MostInMemory"/> stay on disk.
    /// </summary>
    /// <param name="folder">The folder of the files.</param>
    /// <returns>The images.</returns>
    /// <exception cref="DataFileException">A file is damaged, or two of them do not fit together.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static ImageData FromFolder(string folder) => FromFolder(folder, "");

    /// <summary>
    /// Draws digits that look written by hand, for machines without MNIST. They are no substitute for MNIST: their results
    /// compare with no published ones. The bytes are the same on every machine.
    /// </summary>
    /// <param name="seed">The seed; the images are a pure function of it.</param>
    /// <param name="trainImages">The number of training images, at least 1.</param>
    /// <param name="testImages">
    /// The number of test images, at least 1; they are the same for any number of training images.
    /// </param>
    /// <returns>Labelled images of 28 x 28.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number of images is less than 1 or too large for an array.</exception>
    public static ImageData Drawn(ulong seed, int trainImages = 60_000, int testImages = 10_000) => new(
        DrawnDigits.Draw(seed, trainImages),
        DrawnDigits.Draw(DrawnDigits.TestSeed(seed), testImages),
        $"drawn digits (not MNIST), seed {seed}",
        isDrawn: true,
        isMnist: false);

    /// <summary>
    /// Describes the training images for the record of a run, with a checksum by which a resume knows them again.
    /// </summary>
    /// <param name="request">
    /// How the images were asked for: <c>auto</c>, <c>mnist</c>, <c>drawn</c> or a folder. The record names what <c>auto</c>
    /// found, and a folder's full path, so that it finds the same images again.
    /// </param>
    /// <param name="withLabels">Whether the model trains on the labels; then the checksum covers them.</param>
    /// <param name="progress">Receives the progress of the checksum, which takes seconds for images on disk; may be null.</param>
    /// <param name="cancellationToken">Stops between two parts of the images.</param>
    /// <returns>The record, with the SHA-256 of the training pixels (and labels).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="IOException">The images are on disk, and their file can no longer be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public DataRecord ToRecord(
        string request,
        bool withLabels = false,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var done = 0L;
        foreach (var piece in Train.Samples.Pieces())
        {
            cancellationToken.ThrowIfCancellationRequested();
            sha256.AppendData(piece.Span);
            done += piece.Length;
            progress?.Report(new DataProgress("checksum of the training images", done, Train.Length));
        }

        sha256.AppendData(withLabels ? Train.Labels ?? [] : []);
        return new DataRecord(Source, Train.Count, Convert.ToHexStringLower(sha256.GetHashAndReset()))
        {
            Request = Resolved(request),
            Rows = Train.Rows,
            Columns = Train.Columns,
        };
    }

    /// <summary>Reads a folder as the public method does.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="remark">Text to add to <see cref="Source"/>.</param>
    /// <param name="mostInMemory">The most bytes of images of a plain file that are read into memory.</param>
    internal static ImageData FromFolder(string folder, string remark, long mostInMemory = IdxFile.MostInMemory)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (train, test) = new ImageFolder(folder).Read(mostInMemory);
        var isMnist = MnistFile.AreContentOf(MnistFile.Official, train, test);
        var source = isMnist ? $"MNIST from {folder}{remark}" : $"IDX files (not the official MNIST) from {folder}{remark}";
        return new ImageData(train, test, source + OnDisk(train, "training") + OnDisk(test, "test"), isDrawn: false, isMnist);
    }

    private static string OnDisk(ImageSet images, string which) => images.IsOnDisk
        ? string.Create(
            CultureInfo.InvariantCulture,
            $", the {images.Count:N0} {which} images ({images.Length / 1e9:F1} GB) stay on disk")
        : "";

    private string Resolved(string request) => request switch
    {
        "auto" => IsDrawn ? "drawn" : IsMnist ? "mnist" : request,
        "mnist" or "drawn" => request,
        _ => Path.GetFullPath(request),
    };
}
