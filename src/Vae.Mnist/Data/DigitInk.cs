namespace Vae.Mnist;

/// <summary>Draws the ink of pen strokes with soft edges.</summary>
internal static class DigitInk
{
    /// <summary>Shades each pixel by its distance from the nearest segment.</summary>
    /// <param name="segments">The segments, in pixels.</param>
    /// <param name="random">The image's random numbers.</param>
    /// <param name="pixels">28 x 28 bytes, row by row; overwritten.</param>
    public static void Draw(ReadOnlySpan<PenSegment> segments, ref Dice random, Span<byte> pixels)
    {
        var radius = double.Clamp(1.15 + (0.32 * random.Normal()), 0.6, 2.0);
        var soft = 0.55 + (0.25 * random.Uniform());                  // half the width of the grey edge
        var strength = 255 * (1 - (0.10 * random.Uniform()));
        var swell = 0.15 * random.Normal();                           // the pen is pressed more at one end
        pixels.Clear();
        for (var i = 0; i < segments.Length; i++)
        {
            var ink = radius * (1 + double.Clamp(swell * (((2.0 * i) / segments.Length) - 1), -0.25, 0.25));
            var segment = segments[i];
            var reach = ink + soft;
            var firstX = Pixel(double.Min(segment.FromX, segment.ToX) - reach);
            var lastX = Pixel(double.Max(segment.FromX, segment.ToX) + reach);
            var lastY = Pixel(double.Max(segment.FromY, segment.ToY) + reach);
            for (var y = Pixel(double.Min(segment.FromY, segment.ToY) - reach); y <= lastY; y++)
            {
                for (var x = firstX; x <= lastX; x++)
                {
                    var squared = segment.SquaredDistance(x + 0.5, y + 0.5);
                    if (squared < reach * reach)
                    {
                        var cover = double.Min(1, (reach - double.Sqrt(squared)) / (2 * soft));
                        ref var pixel = ref pixels[(y * DrawnDigits.Side) + x];
                        pixel = byte.Max(pixel, (byte)((strength * cover) + 0.5));
                    }
                }
            }
        }
    }

    private static int Pixel(double edge) => int.Clamp((int)edge, 0, DrawnDigits.Side - 1);
}
