using Vae.Model;

namespace Vae.Mnist;

/// <summary>Grey images of one size, one byte for each pixel (0 black, 255 white), with or without labels.</summary>
public sealed class ImageSet
{
    /// <summary>Makes a set of images that are there already.</summary>
    /// <param name="rows">Pixels from top to bottom, at least 1.</param>
    /// <param name="columns">Pixels from left to right, at least 1.</param>
    /// <param name="pixels">The images one after another, each row by row; not copied.</param>
    /// <param name="labels">One label for each image, or null; not copied.</param>
    /// <exception cref="ArgumentException">The pixels are no whole number of images, or the labels are not as many.</exception>
    public ImageSet(int rows, int columns, byte[] pixels, byte[]? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        var size = (long)rows * columns;
        if (pixels.Length == 0 || pixels.Length % size != 0)
        {
            throw new ArgumentException(
                $"Must hold a whole number of images of {rows} x {columns} = {size} pixels, at least one, "
                + $"but holds {pixels.Length} pixels.",
                nameof(pixels));
        }

        var count = (int)(pixels.Length / size);
        if (labels is not null && labels.Length != count)
        {
            throw new ArgumentException(
                $"Must hold a label for each of the {count} images, but holds {labels.Length}.", nameof(labels));
        }

        Rows = rows;
        Columns = columns;
        Count = count;
        Pixels = pixels;
        Labels = labels;
        Samples = new ByteSamples(pixels, (int)size);
        Labelled = labels is null ? null : new LabelledSamples(Samples, labels, int.Max(labels.Max() + 1, LeastClasses(rows, columns)));
    }

    /// <summary>Pixels from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Pixels from left to right.</summary>
    public int Columns { get; }

    /// <summary>How many images there are, at least 1.</summary>
    public int Count { get; }

    /// <summary>The images one after another, each row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>One label for each image, or null where none are known.</summary>
    public byte[]? Labels { get; }

    /// <summary>The images for a model: rows x columns features, each value / 255.</summary>
    public ISampleSource Samples { get; }

    /// <summary>The same samples with their labels, or null where none are known. There are as many classes as the largest label says, and
    /// at least 10 where images are 28 x 28 as MNIST's: the first few of them need not have a nine.</summary>
    public ILabelledSamples? Labelled { get; }

    /// <summary>The pixels of one image, row by row.</summary>
    /// <param name="index">Which image, 0 to <see cref="Count"/> less one.</param>
    /// <returns>The set's own memory, rows x columns bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Pixels.AsSpan(index * Rows * Columns, Rows * Columns);
    }

    /// <summary>The first images, with their labels.</summary>
    /// <param name="count">How many, at least 1; this very set where there are no more than that.</param>
    /// <returns>A copy of the first images, or this set.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public ImageSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count >= Count ? this : new ImageSet(Rows, Columns, Pixels[..(count * Rows * Columns)], Labels?[..count]);
    }

    /// <summary>The same images with these labels.</summary>
    /// <param name="labels">One label for each image, or null; not copied.</param>
    /// <returns>A set over the same pixels.</returns>
    /// <exception cref="ArgumentException">There are more or fewer labels than images.</exception>
    public ImageSet WithLabels(byte[]? labels) => new(Rows, Columns, Pixels, labels);

    private static int LeastClasses(int rows, int columns) => (rows, columns) == (28, 28) ? 10 : 1;
}
