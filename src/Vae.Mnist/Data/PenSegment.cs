using System.Runtime.CompilerServices;

namespace Vae.Mnist;

/// <summary>A short straight piece of a pen stroke, in pixels from the upper left corner.</summary>
internal readonly struct PenSegment(double fromX, double fromY, double toX, double toY)
{
    public double FromX => fromX;

    public double FromY => fromY;

    public double ToX => toX;

    public double ToY => toY;

    /// <summary>The squared distance of a point from the nearest point of the segment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SquaredDistance(double x, double y)
    {
        var (alongX, alongY) = (toX - fromX, toY - fromY);
        var (offX, offY) = (x - fromX, y - fromY);
        var length = (alongX * alongX) + (alongY * alongY);
        var share = length > 0 ? double.Clamp(((offX * alongX) + (offY * alongY)) / length, 0, 1) : 0;
        var (awayX, awayY) = (offX - (share * alongX), offY - (share * alongY));
        return (awayX * awayX) + (awayY * awayY);
    }
}
