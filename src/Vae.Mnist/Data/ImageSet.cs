using Vae.Model;

namespace Vae.Mnist;

/// <summary>Grey images of one size, one byte for each pixel (0 black, 255 white), with or without labels.</summary>
/// <remarks>Any number of threads may read a set at once, whether its images are in memory or on disk.</remarks>
public sealed class ImageSet
{
    /// <summary>Makes a set of images in memory.</summary>
    /// <param name="rows">Pixels from top to bottom, at least 1.</param>
    /// <param name="columns">Pixels from left to right, at least 1.</param>
    /// <param name="pixels">The images one after another, each row by row; not copied.</param>
    /// <param name="labels">One label for each image, or null; not copied.</param>
    /// <exception cref="ArgumentException">
    /// The pixels are not a whole number of images, or the numbers of labels and images differ.
    /// </exception>
    public ImageSet(int rows, int columns, byte[] pixels, byte[]? labels = null)
        : this(rows, columns, SamplesOf(rows, columns, pixels), labels)
    {
    }

    /// <summary>Makes a set of images from any source of bytes.</summary>
    /// <param name="rows">Pixels from top to bottom, at least 1.</param>
    /// <param name="columns">Pixels from left to right, at least 1.</param>
    /// <param name="samples">The images, rows x columns bytes each, row by row; at least one.</param>
    /// <param name="labels">One label for each image, or null; not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="samples"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// There is no image, an image has another size, or the numbers of labels and images differ.
    /// </exception>
    public ImageSet(int rows, int columns, IByteSamples samples, byte[]? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0 || samples.Features != (long)rows * columns)
        {
            throw new ArgumentException(
                $"Must be images of {rows} x {columns} = {(long)rows * columns} pixels, at least one, "
                + $"but are {samples.Count} of {samples.Features}.",
                nameof(samples));
        }

        if (labels is not null && labels.Length != samples.Count)
        {
            throw new ArgumentException(
                $"Must hold a label for each of the {samples.Count} images, but holds {labels.Length}.", nameof(labels));
        }

        Rows = rows;
        Columns = columns;
        Labels = labels;
        Samples = samples;
        Labelled = labels is null
            ? null
            : new LabelledSamples(Samples, labels, int.Max(labels.Max() + 1, LeastClasses(rows, columns)));
    }

    /// <summary>Pixels from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Pixels from left to right.</summary>
    public int Columns { get; }

    /// <summary>The number of images, at least 1.</summary>
    public int Count => Samples.Count;

    /// <summary>The bytes of all images.</summary>
    public long Length => (long)Count * Samples.Features;

    /// <summary>Whether the images stay in a file, so that memory does not grow with their number.</summary>
    /// <remarks>The file is open while the set is in use; disposing of <see cref="Samples"/> closes it at once.</remarks>
    public bool IsOnDisk => Samples is FileSamples;

    /// <summary>One label for each image, or null if unknown.</summary>
    public byte[]? Labels { get; }

    /// <summary>The images as samples for a model: rows x columns features, each value / 255.</summary>
    public IByteSamples Samples { get; }

    /// <summary>
    /// The same samples with their labels, or null if unknown. The number of classes is the largest label plus one, but at least
    /// 10 for images of 28 x 28, MNIST's size: the first few of those need not contain a nine.
    /// </summary>
    public ILabelledSamples? Labelled { get; }

    /// <summary>The pixels of one image, row by row.</summary>
    /// <param name="index">The number of the image, 0 to <see cref="Count"/> less one.</param>
    /// <returns>Rows x columns bytes: the set's own memory, or a copy if the images are on disk.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="IOException">The images are on disk, and their file can no longer be read.</exception>
    public ReadOnlySpan<byte> Image(int index) => Samples.BytesOf(index);

    /// <summary>The first images, with their labels.</summary>
    /// <param name="count">The number of images, at least 1.</param>
    /// <returns>A set over the same pixels; this very set if it has no more images.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public ImageSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count >= Count ? this : new ImageSet(Rows, Columns, Samples.Take(count), Labels?[..count]);
    }

    /// <summary>The same images with these labels.</summary>
    /// <param name="labels">One label for each image, or null; not copied.</param>
    /// <returns>A set over the same pixels.</returns>
    /// <exception cref="ArgumentException">The numbers of labels and images differ.</exception>
    public ImageSet WithLabels(byte[]? labels) => new(Rows, Columns, Samples, labels);

    private static ByteSamples SamplesOf(int rows, int columns, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        var size = (long)rows * columns;
        return pixels.Length > 0 && pixels.Length % size == 0
            ? new ByteSamples(pixels, (int)size)
            : throw new ArgumentException(
                $"Must hold a whole number of images of {rows} x {columns} = {size} pixels, at least one, "
                + $"but holds {pixels.Length} pixels.",
                nameof(pixels));
    }

    private static int LeastClasses(int rows, int columns) => (rows, columns) == (28, 28) ? 10 : 1;
}
