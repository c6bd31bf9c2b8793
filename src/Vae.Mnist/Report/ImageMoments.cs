namespace Vae.Mnist;

/// <summary>
/// The amount of ink in an image, and the second moments of the ink about its centre, which measure how a shape is stretched and
/// how it leans.
/// </summary>
/// <param name="Ink">The sum of all pixels.</param>
/// <param name="Xx">The variance of the ink from left to right, pixels squared.</param>
/// <param name="Xy">The covariance; y grows downwards.</param>
/// <param name="Yy">The variance of the ink from top to bottom, pixels squared.</param>
/// <remarks>Source: Hu 1962, "Visual pattern recognition by moment invariants", section II.</remarks>
public readonly record struct ImageMoments(double Ink, double Xx, double Xy, double Yy)
{
    /// <summary>
    /// The slant of the strokes: pixels to the right for each pixel upwards. 0 is upright, italics are positive.
    /// </summary>
    public double Slant => -Xy / Yy;

    /// <summary>Minor over major axis of the ink's ellipse: 0 is a line, 1 is round.</summary>
    public double Roundness
    {
        get
        {
            var middle = (Xx + Yy) / 2;
            var spread = double.Sqrt(double.Pow((Xx - Yy) / 2, 2) + (Xy * Xy));

            // The axes of the ellipse are the roots of the eigenvalues.
            return double.Sqrt(double.Max(0, middle - spread) / (middle + spread));
        }
    }

    /// <summary>Whether the image has enough ink to have a shape.</summary>
    public bool HasShape => Ink > 1 && Xx > 0 && Yy > 0;

    /// <summary>Measures an image.</summary>
    /// <param name="pixels">Row by row, 0 to 1.</param>
    /// <param name="columns">Pixels in a row.</param>
    public static ImageMoments Of(ReadOnlySpan<float> pixels, int columns)
    {
        double ink = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (row, column) = int.DivRem(i, columns);
            var mass = double.Max(0, pixels[i]);                      // a Gaussian likelihood's mean may be slightly below 0
            ink += mass;
            x += mass * column;
            y += mass * row;
            xx += mass * column * column;
            xy += mass * column * row;
            yy += mass * row * row;
        }

        if (ink <= 0)
        {
            return default;
        }

        var (cx, cy) = (x / ink, y / ink);
        return new ImageMoments(ink, (xx / ink) - (cx * cx), (xy / ink) - (cx * cy), (yy / ink) - (cy * cy));
    }
}
