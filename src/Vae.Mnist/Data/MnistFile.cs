using System.IO.Compression;
using System.Security.Cryptography;

namespace Vae.Mnist;

/// <summary>One of the four files of a data set, known by its content.</summary>
/// <param name="Name">The file's name without <c>.gz</c>.</param>
/// <param name="Length">Bytes of the decompressed file.</param>
/// <param name="Sha256">
/// SHA-256 of the decompressed file in lower-case hexadecimal digits. Archives of the same content differ.
/// </param>
internal sealed record MnistFile(string Name, long Length, string Sha256)
{
    /// <summary>The official MNIST: training images, training labels, test images, test labels.</summary>
    public static IReadOnlyList<MnistFile> Official { get; } =
    [
        new("train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    /// <summary>The name of the gzipped file.</summary>
    public string ArchiveName => Name + ".gz";

    /// <summary>
    /// The most bytes that a gzip archive of the content can need: deflate adds five bytes to a block it cannot shrink.
    /// </summary>
    public long LongestArchive => Length + (Length / 1000) + 1024;

    /// <summary>
    /// Compares the content of a file, plain or gzipped, with the known one. Unpacks no more than the known length.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Null if the content is right; otherwise what is wrong with it, in a few words.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string? FindProblem(string path)
    {
        if (!File.Exists(path))
        {
            return "missing";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return FindProblem(file);
    }

    /// <summary>Compares content, plain or gzipped, with the known one. Unpacks no more than the known length.</summary>
    /// <param name="file">The content from its beginning; can seek.</param>
    /// <returns>Null if the content is right; otherwise what is wrong with it, in a few words.</returns>
    public string? FindProblem(Stream file)
    {
        var compressed = IdxReader.IsGzip(file);
        using var unpacked = compressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : null;
        var content = unpacked ?? file;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var length = 0L;
        try
        {
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                length += read;
                if (length > Length)
                {
                    return $"content longer than the {Length} bytes of {Name}";
                }

                hash.AppendData(buffer, 0, read);
            }
        }
        catch (InvalidDataException wrong)
        {
            return $"damaged gzip data after {length} bytes of content ({wrong.Message})";
        }

        if (length != Length)
        {
            return compressed
                ? $"content of {length} bytes instead of the {Length} of {Name}"
                : $"no gzip archive and no {Name}: {length} bytes instead of {Length}";
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return found == Sha256 ? null : $"content with SHA-256 {found} instead of {Sha256}";
    }

    /// <summary>Whether images and labels are those of four files: training images and labels, test images and labels.</summary>
    public static bool AreContentOf(IReadOnlyList<MnistFile> files, ImageSet train, ImageSet test) =>
        files[0].IsContentOf(train) && files[1].IsContentOf(train.Labels)
        && files[2].IsContentOf(test) && files[3].IsContentOf(test.Labels);

    private bool IsContentOf(ImageSet images) =>
        images.Length + 16 == Length && IdxFile.Sha256OfImages(images) == Sha256;

    private bool IsContentOf(byte[]? labels) =>
        labels is not null && labels.Length + 8L == Length && IdxFile.Sha256OfLabels(labels) == Sha256;
}
