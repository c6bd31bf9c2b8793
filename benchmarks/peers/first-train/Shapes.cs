/// <summary>
/// The data of all the first programs: images of 28 x 28 numbers, 0 or 1, each a filled rectangle. Made by arithmetic on whole
/// numbers, so that every program has the same images.
/// </summary>
public static class Shapes
{
    private const int Side = 28;

    /// <summary>Draws images.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same images.</param>
    /// <returns>The images, each of 784 numbers, row by row.</returns>
    public static float[][] Draw(int count, uint seed)
    {
        var images = new float[count][];
        for (var i = 0; i < count; i++)
        {
            var image = images[i] = new float[Side * Side];
            var (left, top) = (Next(ref seed, 14), Next(ref seed, 14));
            var (right, bottom) = (left + 4 + Next(ref seed, 10), top + 4 + Next(ref seed, 10));
            for (var y = top; y < bottom; y++)
            {
                Array.Fill(image, 1, (y * Side) + left, right - left);
            }
        }

        return images;
    }

    // A linear congruential generator (Numerical Recipes, chapter 7); its upper bits.
    private static int Next(ref uint state, uint below) => (int)(((state = (state * 1664525) + 1013904223) >> 16) % below);
}
