namespace Vae.Mnist.Tests;

internal static class ImageSets
{
    /// <summary>The pixels of all images, wherever they are kept: a copy.</summary>
    public static byte[] AllPixels(this ImageSet images) => [.. images.Samples.Pieces().SelectMany(piece => piece.ToArray())];
}
