namespace Vae.Mnist.Tests;

/// <summary>Simple pictures with known moments.</summary>
internal static class Shapes
{
    public const int Side = 28;

    /// <summary>Draws white pixels for a condition on (x, y); y grows downwards.</summary>
    public static float[] Draw(Func<int, int, bool> isWhite)
        => [.. Enumerable.Range(0, Side * Side).Select(i => isWhite(i % Side, i / Side) ? 1f : 0f)];

    public static float[] HorizontalBar { get; } = Draw((x, y) => x is >= 4 and < 24 && y is >= 13 and < 15);

    public static float[] VerticalBar { get; } = Draw((x, y) => x is >= 13 and < 15 && y is >= 4 and < 24);

    public static float[] Disc { get; } = Draw((x, y) => ((x - 14) * (x - 14)) + ((y - 14) * (y - 14)) <= 64);

    /// <summary>A stroke with a given slant: pixels to the right for each pixel upwards.</summary>
    public static float[] Leaning(double slant)
        => Draw((x, y) => double.Abs(x - 14 - (slant * (14 - y))) <= 1 && y is >= 4 and <= 24);
}
