namespace Vae.Mnist;

/// <summary>
/// Draws digits that look written by hand, for machines without MNIST: a skeleton of strokes with random shape, wobble, slant,
/// turn, size, width, thickness and place, drawn with soft edges.
/// </summary>
/// <remarks>
/// An image is a pure function of (seed, index). Only additions, products, quotients and square roots are used, which
/// IEEE 754 rounds in one way, so the bytes are the same on every machine.
/// </remarks>
internal static class DrawnDigits
{
    /// <summary>Pixels from top to bottom, and from left to right.</summary>
    public const int Side = 28;

    private const int MostSegments = 160;

    /// <summary>Draws the first images of a seed, on all processors.</summary>
    /// <param name="seed">The seed of the images.</param>
    /// <param name="count">The number of images, at least 1.</param>
    /// <returns>Labelled images of 28 x 28, about equally many of each digit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1 or too large for an array.</exception>
    public static ImageSet Draw(ulong seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / (Side * Side));
        var pixels = new byte[count * Side * Side];
        var labels = new byte[count];
        const int batch = 256;
        Parallel.For(0, (count + batch - 1) / batch, part =>
        {
            for (var index = part * batch; index < int.Min(count, (part + 1) * batch); index++)
            {
                labels[index] = Draw(seed, index, pixels.AsSpan(index * Side * Side, Side * Side));
            }
        });
        return new ImageSet(Side, Side, pixels, labels);
    }

    /// <summary>Draws one image.</summary>
    /// <param name="seed">The seed of the images.</param>
    /// <param name="index">The number of the image, from 0.</param>
    /// <param name="pixels">28 x 28 bytes, row by row; overwritten.</param>
    /// <returns>The digit, 0 to 9.</returns>
    /// <exception cref="ArgumentException">The span does not hold 784 pixels.</exception>
    public static byte Draw(ulong seed, int index, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (pixels.Length != Side * Side)
        {
            throw new ArgumentException(
                $"Must be {Side} x {Side} = {Side * Side} pixels, but is {pixels.Length}.", nameof(pixels));
        }

        var random = new Dice(seed, (ulong)index);
        var digit = random.Below(10);
        var ways = DigitShapes.All[digit];
        var strokes = ways[random.Below(ways.Length)];

        Span<PenSegment> room = stackalloc PenSegment[MostSegments];
        var segments = room[..DigitPen.Trace(strokes, ref random, room)];
        DigitPen.Place(segments, digit, ref random);
        DigitInk.Draw(segments, ref random, pixels);
        return (byte)digit;
    }

    /// <summary>The seed of the test images that go with training images of a seed.</summary>
    internal static ulong TestSeed(ulong seed) => (seed * 0xD1342543DE82EF95) + 1;
}
