using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Mnist;

/// <summary>The contrast and sharpness of images, averaged over them.</summary>
/// <param name="Contrast">The standard deviation of an image's pixels.</param>
/// <param name="Sharpness">
/// The sum of the absolute differences between neighbouring pixels, over the sum of all pixels: edges for each unit of ink.
/// </param>
/// <param name="MidGrey">The share of pixels below 0.9 among those with ink (above 0.1); high for blurred strokes.</param>
internal readonly record struct ImageLook(double Contrast, double Sharpness, double MidGrey)
{
    /// <summary>Measures images.</summary>
    /// <param name="images">Pixels x images, 0 to 1, each row by row.</param>
    /// <param name="columns">Pixels in a row.</param>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> is null.</exception>
    public static ImageLook Of(Matrix<float> images, int columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        double contrast = 0, sharpness = 0, midGrey = 0;
        for (var image = 0; image < images.ColumnCount; image++)
        {
            var look = Of(images.ColumnSpan(image), columns);
            contrast += look.Contrast;
            sharpness += look.Sharpness;
            midGrey += look.MidGrey;
        }

        var count = images.ColumnCount;
        return new ImageLook(contrast / count, sharpness / count, midGrey / count);
    }

    /// <summary>The contrast of one image.</summary>
    /// <param name="pixels">0 to 1.</param>
    public static double ContrastOf(ReadOnlySpan<float> pixels) => TensorPrimitives.StdDev(pixels);

    private static ImageLook Of(ReadOnlySpan<float> pixels, int columns)
    {
        double ink = 0, edges = 0;
        int inked = 0, grey = 0;
        for (var i = 0; i < pixels.Length; i++)
        {
            double value = pixels[i];
            ink += value;
            edges += (i + 1) % columns != 0 ? double.Abs(pixels[i + 1] - value) : 0;
            edges += i + columns < pixels.Length ? double.Abs(pixels[i + columns] - value) : 0;
            inked += value > 0.1 ? 1 : 0;
            grey += value is > 0.1 and < 0.9 ? 1 : 0;
        }

        return new ImageLook(ContrastOf(pixels), ink > 0 ? edges / ink : 0, inked > 0 ? grey / (double)inked : 0);
    }
}
