namespace Vae.Mnist;

/// <summary>Moves the pen: from the skeleton of a digit to segments at their places in the image.</summary>
internal static class DigitPen
{
    private const int CurveSteps = 5;

    /// <summary>Moves the points of a digit a little and joins them by smooth curves of short straight segments.</summary>
    /// <param name="strokes">The points of each stroke.</param>
    /// <param name="random">The image's random numbers.</param>
    /// <param name="segments">The segments, of a digit about 1 high; overwritten from the beginning.</param>
    /// <returns>The number of segments.</returns>
    public static int Trace(PenPoint[][] strokes, ref Dice random, Span<PenSegment> segments)
    {
        var wobble = 0.022 + (0.012 * random.Uniform());
        var bow = 0.10 * random.Normal();                             // the whole digit bends a little
        var waist = 0.16 * random.Normal();                           // and its middle moves up or down
        var count = 0;
        Span<PenPoint> points = stackalloc PenPoint[16];
        foreach (var stroke in strokes)
        {
            for (var i = 0; i < stroke.Length; i++)
            {
                var (x, y) = stroke[i];
                var corner = i > 0 && stroke[i] == stroke[i - 1];     // one place, given twice: one wobble
                points[i] = corner
                    ? points[i - 1]
                    : new PenPoint(
                        x + (bow * ((y * (1 - y)) - 0.12)) + (wobble * random.Normal()),
                        y + (waist * y * (1 - y)) + (wobble * random.Normal()));
            }

            for (var i = 0; i + 1 < stroke.Length; i++)
            {
                if (stroke[i] == stroke[i + 1])
                {
                    continue;
                }

                // The curve's neighbours; at an end or a corner the point itself.
                var before = points[int.Max(i - 1, 0)];
                var after = points[int.Min(i + 2, stroke.Length - 1)];
                var last = points[i];
                for (var step = 1; step <= CurveSteps; step++)
                {
                    var next = OnCurve(before, points[i], points[i + 1], after, step / (double)CurveSteps);
                    segments[count++] = new PenSegment(last.X, last.Y, next.X, next.Y);
                    last = next;
                }
            }
        }

        return count;
    }

    /// <summary>The Catmull-Rom curve from b to c, with neighbours a and d, at t in [0, 1].</summary>
    private static PenPoint OnCurve(PenPoint a, PenPoint b, PenPoint c, PenPoint d, double t)
    {
        return new PenPoint(On(a.X, b.X, c.X, d.X, t), On(a.Y, b.Y, c.Y, d.Y, t));

        static double On(double a, double b, double c, double d, double t) =>
            b + (0.5 * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));
    }

    /// <summary>Slants, turns and scales the segments to pixels, and moves them to about the middle of the image.</summary>
    /// <param name="segments">The segments; overwritten.</param>
    /// <param name="digit">The digit, 0 to 9: a zero is wider.</param>
    /// <param name="random">The image's random numbers.</param>
    public static void Place(Span<PenSegment> segments, int digit, ref Dice random)
    {
        var height = 18.2 + (1.3 * random.Normal());                  // pixels
        var width = height * (1.0 + (0.13 * random.Normal()));
        width *= digit == 0 ? 1.12 : 1.0;
        var slant = 0.12 + (0.17 * random.Normal());                  // to the right at the top
        var half = 0.045 * random.Normal();                           // tan of half the angle of turning
        var cosine = (1 - (half * half)) / (1 + (half * half));
        var sine = 2 * half / (1 + (half * half));

        var (left, right, top, bottom) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        foreach (ref var segment in segments)
        {
            var (from, to) = (At(segment.FromX, segment.FromY), At(segment.ToX, segment.ToY));
            segment = new PenSegment(from.X, from.Y, to.X, to.Y);
            left = double.Min(left, double.Min(segment.FromX, segment.ToX));
            right = double.Max(right, double.Max(segment.FromX, segment.ToX));
            top = double.Min(top, double.Min(segment.FromY, segment.ToY));
            bottom = double.Max(bottom, double.Max(segment.FromY, segment.ToY));
        }

        // The skeleton stays so far off that the thickest ink, 2.0 x 1.25 + 0.8 = 3.3 wide, misses the outermost pixels.
        const double margin = 3.9;
        const double most = DrawnDigits.Side - (2 * margin);
        var shrink = double.Min(1, most / double.Max(right - left, bottom - top));
        var middleX = Middle((DrawnDigits.Side / 2.0) + random.Normal(), (right - left) * shrink / 2);
        var middleY = Middle((DrawnDigits.Side / 2.0) + (0.8 * random.Normal()), (bottom - top) * shrink / 2);
        foreach (ref var segment in segments)
        {
            segment = new PenSegment(
                middleX + (shrink * (segment.FromX - ((left + right) / 2))),
                middleY + (shrink * (segment.FromY - ((top + bottom) / 2))),
                middleX + (shrink * (segment.ToX - ((left + right) / 2))),
                middleY + (shrink * (segment.ToY - ((top + bottom) / 2))));
        }

        PenPoint At(double x, double y)
        {
            var (across, down) = (width * (x + (slant * (0.5 - y))), height * y);
            return new PenPoint((cosine * across) - (sine * down), (sine * across) + (cosine * down));
        }

        static double Middle(double wanted, double reach) =>
            double.Clamp(wanted, margin + reach, double.Max(DrawnDigits.Side - margin - reach, margin + reach));
    }
}
