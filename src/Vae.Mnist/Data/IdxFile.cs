using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// The file format of MNIST (http://yann.lecun.com/exdb/mnist): a magic number and the dimensions, each four bytes, the
/// highest first, then one byte for each pixel or label. A file may be gzipped, which its first two bytes show.
/// An archive that holds more than 16 MiB and more than a hundred times its own length is refused; unpack it by hand.
/// </summary>
public static class IdxFile
{
    /// <summary>The first number of a file of images: unsigned bytes in three dimensions.</summary>
    internal const uint ImagesMagic = 2051;

    /// <summary>The first number of a file of labels: unsigned bytes in one dimension.</summary>
    internal const uint LabelsMagic = 2049;

    private const int ImagesHeaderLength = 16;

    /// <summary>
    /// The most bytes of images of a plain file that are read into memory. Those of a larger file stay on disk. MNIST has 47 MB.
    /// </summary>
    public const long MostInMemory = 256_000_000;

    /// <summary>Reads a file of images of any size.</summary>
    /// <param name="path">
    /// The file, plain or gzipped. The images of a plain file with more than <see cref="MostInMemory"/> bytes of them stay on
    /// disk: only the header is read now, memory does not grow with their number, and the file must not change while they are
    /// used.
    /// </param>
    /// <returns>The images, without labels.</returns>
    /// <exception cref="DataFileException">The file is no IDX file of images, or is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ImageSet ReadImages(string path) => ReadImages(path, MostInMemory);

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <param name="mostInMemory">The most bytes of images of a plain file that are read into memory.</param>
    internal static ImageSet ReadImages(string path, long mostInMemory)
    {
        using var reader = new IdxReader(path);
        reader.RequireMagic(ImagesMagic);
        var count = reader.ReadDimension("a number of images");
        var rows = reader.ReadDimension("a number of rows");
        var columns = reader.ReadDimension("a number of columns");
        var (length, claim) = ((UInt128)count * rows * columns, $"{count} images of {rows} x {columns}");
        if (!reader.IsPlain || length <= (UInt128)mostInMemory)
        {
            return new ImageSet((int)rows, (int)columns, reader.ReadBody(length, claim));
        }

        reader.RequireBody(length, claim);
        reader.RequireAtMost(int.MaxValue, count, 4, "images");
        reader.RequireAtMost(Array.MaxLength, (long)rows * columns, 8, "pixels in an image");
        var samples = new FileSamples(path, (int)(rows * columns), ImagesHeaderLength, (int)count);
        return new ImageSet((int)rows, (int)columns, samples);
    }

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <returns>One byte for each label.</returns>
    /// <exception cref="DataFileException">The file is no IDX file of labels, or is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static byte[] ReadLabels(string path)
    {
        using var reader = new IdxReader(path);
        reader.RequireMagic(LabelsMagic);
        var count = reader.ReadDimension("a number of labels");
        return reader.ReadBody(count, $"{count} labels");
    }

    /// <summary>Writes images, without their labels; gzipped if the name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file; replaced in one step if it exists.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> is null.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteImages(string path, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        Write(path, ImagesHeader(images), images.Samples.Pieces());
    }

    /// <summary>Writes labels; gzipped if the name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file; replaced in one step if it exists.</param>
    /// <param name="labels">One byte for each label, at least one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="labels"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no labels.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteLabels(string path, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0)
        {
            throw new ArgumentException("Must hold at least 1 label, but is empty.", nameof(labels));
        }

        Write(path, LabelsHeader(labels), [labels]);
    }

    /// <summary>Whether a file is plain and so large that its images stay on disk.</summary>
    internal static bool StaysOnDisk(string path)
    {
        using var reader = new IdxReader(path);
        return reader.IsPlain && reader.Length > MostInMemory + ImagesHeaderLength;
    }

    /// <summary>The SHA-256 of the plain file with these images, in lower-case hexadecimal digits.</summary>
    internal static string Sha256OfImages(ImageSet images) => Sha256(ImagesHeader(images), images.Samples.Pieces());

    /// <summary>The SHA-256 of the plain file with these labels, in lower-case hexadecimal digits.</summary>
    internal static string Sha256OfLabels(byte[] labels) => Sha256(LabelsHeader(labels), [labels]);

    private static byte[] ImagesHeader(ImageSet images) => Header(ImagesMagic, images.Count, images.Rows, images.Columns);

    private static byte[] LabelsHeader(byte[] labels) => Header(LabelsMagic, labels.Length);

    private static byte[] Header(uint magic, params ReadOnlySpan<int> dimensions)
    {
        var header = new byte[4 + (4 * dimensions.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(header, magic);
        for (var i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
        }

        return header;
    }

    private static string Sha256(byte[] header, IEnumerable<ReadOnlyMemory<byte>> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        foreach (var piece in body)
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Write(string path, byte[] header, IEnumerable<ReadOnlyMemory<byte>> body)
        => AtomicFile.Write(path, stream =>
        {
            using var compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)
                : null;
            var target = compressed ?? stream;
            target.Write(header);
            foreach (var piece in body)
            {
                target.Write(piece.Span);
            }
        });
}
