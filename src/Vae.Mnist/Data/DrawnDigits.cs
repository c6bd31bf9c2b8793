using System.Runtime.CompilerServices;

namespace Vae.Mnist;

/// <summary>
/// Draws digits that look written by hand, for machines without MNIST: a skeleton of strokes with a random way of
/// writing, wobble, slant, turn, size, width, thickness and place, drawn with soft edges. They are no substitute for
/// MNIST: their numbers compare with nobody else's.
/// </summary>
/// <remarks>
/// An image is a pure function of (seed, index). Only additions, products, quotients and square roots are used, which
/// IEEE 754 rounds in one way, so the bytes are the same on every machine.
/// </remarks>
public static class DrawnDigits
{
    /// <summary>Pixels from top to bottom, and from left to right.</summary>
    public const int Side = 28;

    private const int MostSegments = 160;
    private const int CurveSteps = 5;

    /// <summary>Draws the first images of a seed, on all processors.</summary>
    /// <param name="seed">Which images.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>Labelled images of 28 x 28; about as many of each digit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are less than 1 or more than an array holds.</exception>
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
    /// <param name="seed">Which images.</param>
    /// <param name="index">Which of them, at least 0.</param>
    /// <param name="pixels">28 x 28 bytes, row by row; overwritten.</param>
    /// <returns>The digit, 0 to 9.</returns>
    /// <exception cref="ArgumentException">There are more or fewer than 784 pixels.</exception>
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

        Span<Segment> room = stackalloc Segment[MostSegments];
        var segments = room[..Trace(strokes, ref random, room)];
        Place(segments, digit, ref random);
        Ink(segments, ref random, pixels);
        return (byte)digit;
    }

    /// <summary>The seed of the test images that go with training images of a seed.</summary>
    internal static ulong TestSeed(ulong seed) => (seed * 0xD1342543DE82EF95) + 1;

    /// <summary>The pen's way over wobbling points, as short straight segments.</summary>
    /// <returns>How many segments there are.</returns>
    private static int Trace(PenPoint[][] strokes, ref Dice random, Span<Segment> segments)
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
                    segments[count++] = new Segment(last.X, last.Y, next.X, next.Y);
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

    /// <summary>Slants, turns and scales the segments, and moves them to about the middle of the image.</summary>
    private static void Place(Span<Segment> segments, int digit, ref Dice random)
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
            segment = new Segment(from.X, from.Y, to.X, to.Y);
            left = double.Min(left, double.Min(segment.FromX, segment.ToX));
            right = double.Max(right, double.Max(segment.FromX, segment.ToX));
            top = double.Min(top, double.Min(segment.FromY, segment.ToY));
            bottom = double.Max(bottom, double.Max(segment.FromY, segment.ToY));
        }

        // The skeleton stays so far off that the thickest ink, 2.0 x 1.25 + 0.8 = 3.3 wide, misses the outermost pixels.
        const double margin = 3.9;
        const double most = Side - (2 * margin);
        var shrink = double.Min(1, most / double.Max(right - left, bottom - top));
        var middleX = Middle((Side / 2.0) + random.Normal(), (right - left) * shrink / 2);
        var middleY = Middle((Side / 2.0) + (0.8 * random.Normal()), (bottom - top) * shrink / 2);
        foreach (ref var segment in segments)
        {
            segment = new Segment(
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
            double.Clamp(wanted, margin + reach, double.Max(Side - margin - reach, margin + reach));
    }

    /// <summary>Colours each pixel by its distance from the nearest segment.</summary>
    private static void Ink(ReadOnlySpan<Segment> segments, ref Dice random, Span<byte> pixels)
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
                        ref var pixel = ref pixels[(y * Side) + x];
                        pixel = byte.Max(pixel, (byte)((strength * cover) + 0.5));
                    }
                }
            }
        }
    }

    private static int Pixel(double edge) => int.Clamp((int)edge, 0, Side - 1);

    private readonly struct Segment(double fromX, double fromY, double toX, double toY)
    {
        public double FromX => fromX;

        public double FromY => fromY;

        public double ToX => toX;

        public double ToY => toY;

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

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014), begun anew for each image.</summary>
    private struct Dice(ulong seed, ulong index)
    {
        private ulong state = Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ index);

        /// <summary>A number from 0 to below a limit.</summary>
        public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

        /// <summary>A number in [0, 1).</summary>
        public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

        /// <summary>About normal with mean 0 and deviation 1, never beyond 3: the sum of three uniform numbers.</summary>
        public double Normal() => 2 * (Uniform() + Uniform() + Uniform() - 1.5);

        private ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

        private static ulong Mix(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
