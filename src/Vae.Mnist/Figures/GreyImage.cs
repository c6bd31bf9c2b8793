namespace Vae.Mnist;

/// <summary>A grey picture, one byte for each pixel (0 black, 255 white), row by row.</summary>
public sealed class GreyImage
{
    /// <summary>Makes a black picture.</summary>
    /// <param name="width">Pixels from left to right, at least 1.</param>
    /// <param name="height">Pixels from top to bottom, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A length is less than 1, or the picture is too large for an array.
    /// </exception>
    public GreyImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, Array.MaxLength, nameof(height));
        Width = width;
        Height = height;
        Pixels = new byte[width * height];
    }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>The pixels, row by row from the top.</summary>
    public byte[] Pixels { get; }

    /// <summary>One pixel.</summary>
    /// <param name="x">From the left, 0 to <see cref="Width"/> less one.</param>
    /// <param name="y">From the top, 0 to <see cref="Height"/> less one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pixel.</exception>
    public byte this[int x, int y]
    {
        get => Row(x, y, 1)[0];
        set => Row(x, y, 1)[0] = value;
    }

    /// <summary>Fills a rectangle with one shade.</summary>
    /// <param name="x">Its left edge.</param>
    /// <param name="y">Its top edge.</param>
    /// <param name="width">Pixels from left to right, 0 or more.</param>
    /// <param name="height">Pixels from top to bottom, 0 or more.</param>
    /// <param name="shade">0 black to 255 white.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is not inside the picture.</exception>
    public void Fill(int x, int y, int width, int height, byte shade)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        for (var row = 0; row < height; row++)
        {
            Row(x, y + row, width).Fill(shade);
        }
    }

    /// <summary>Copies pixels into the picture, each as a square of pixels.</summary>
    /// <param name="pixels">Row by row, a whole number of rows.</param>
    /// <param name="columns">Pixels in a row.</param>
    /// <param name="x">The left edge of the copy.</param>
    /// <param name="y">The top edge of the copy.</param>
    /// <param name="scale">The side of the square that a pixel becomes, at least 1.</param>
    /// <exception cref="ArgumentException">The pixels are not a whole number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The copy is not inside the picture.</exception>
    public void Blit(ReadOnlySpan<byte> pixels, int columns, int x, int y, int scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        if (pixels.Length % columns != 0)
        {
            throw new ArgumentException(
                $"Must be a multiple of the {columns} pixels of a row, but is {pixels.Length}.", nameof(pixels));
        }

        for (var from = 0; from < pixels.Length / columns; from++)
        {
            var source = pixels.Slice(from * columns, columns);
            var target = Row(x, y + (from * scale), columns * scale);
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = source[i / scale];
            }

            for (var copy = 1; copy < scale; copy++)
            {
                target.CopyTo(Row(x, y + (from * scale) + copy, columns * scale));
            }
        }
    }

    private Span<byte> Row(int x, int y, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, Width - width);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        return Pixels.AsSpan((y * Width) + x, width);
    }
}
