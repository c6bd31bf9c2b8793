using System.IO.Compression;
using System.Security.Cryptography;

namespace Vae.Mnist;

/// <summary>One of the four files of a data set, known by its content.</summary>
/// <param name="Name">Its name, without <c>.gz</c>; where it shall be downloaded, a plain one (see <see cref="MnistDownloader.Files"/>).</param>
/// <param name="Length">Bytes of the plain (decompressed) file.</param>
/// <param name="Sha256">SHA-256 of the plain file in lower-case hexadecimal digits. Archives of the same content differ.</param>
public sealed record MnistFile(string Name, long Length, string Sha256)
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
    /// Whether the name can only be that of a file in the folder it is put into, on every system: letters, digits and <c>._-</c>, and
    /// a letter or digit first.
    /// </summary>
    internal bool HasPlainName => Name is { Length: > 0 and <= 100 } && char.IsAsciiLetterOrDigit(Name[0])
        && Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');

    /// <summary>More than a gzip archive of the content can need: deflate adds five bytes to a block it cannot shrink.</summary>
    internal long LongestArchive => Length + (Length / 1000) + 1024;

    /// <summary>
    /// Compares the content of a file, plain or gzipped, with what it must be. No more is unpacked than it must hold.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Null where it is right; otherwise what is wrong with it, in a few words.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string? FindProblem(string path)
    {
        if (!File.Exists(path))
        {
            return "missing";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var compressed = IdxReader.IsGzip(file);
        using var content = compressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : (Stream)file;
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

    /// <summary>Whether images and labels are those of four files (training images and labels, test images and labels).</summary>
    internal static bool AreContentOf(IReadOnlyList<MnistFile> files, ImageSet train, ImageSet test) =>
        files[0].IsContentOf(train) && files[1].IsContentOf(train.Labels)
        && files[2].IsContentOf(test) && files[3].IsContentOf(test.Labels);

    private bool IsContentOf(ImageSet images) =>
        images.Length + 16 == Length && IdxFile.Sha256OfImages(images) == Sha256;

    private bool IsContentOf(byte[]? labels) =>
        labels is not null && labels.Length + 8L == Length && IdxFile.Sha256OfLabels(labels) == Sha256;
}
