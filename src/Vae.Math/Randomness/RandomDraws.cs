using System.Numerics;

namespace Vae.Math;

/// <summary>
/// Random numbers as a pure function of (seed, purpose, step, element): whoever asks again gets the same. Two purposes never
/// share a number, and float and double see the same draw.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Purpose">What the numbers are for; the caller's own numbering.</param>
/// <param name="Step">Which step, epoch or tensor; whatever counts the draws of this purpose.</param>
public readonly record struct RandomDraws(ulong Seed, uint Purpose, ulong Step)
{
    private const double WordScale = 1.0 / (1UL << 32);

    /// <summary>Fills with draws from N(0, 1), by Box and Muller's method.</summary>
    /// <param name="destination">Overwritten.</param>
    /// <param name="first">The element that the first place stands for; the others follow.</param>
    /// <remarks>The largest magnitude that can come is 6.8: the uniform numbers have 32 bits.</remarks>
    public void FillNormal<T>(Span<T> destination, long first = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> block = stackalloc double[4];
        for (int i = 0, taken; i < destination.Length; i += taken)
        {
            var (number, skip) = long.DivRem(first + i, block.Length);
            NormalBlock(number, block);
            taken = int.Min(block.Length - (int)skip, destination.Length - i);
            for (var k = 0; k < taken; k++)
            {
                destination[i + k] = T.CreateTruncating(block[(int)skip + k]);
            }
        }
    }

    /// <summary>Fills with draws that are uniform between two bounds.</summary>
    /// <param name="destination">Overwritten.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">What every value stays below, in T too: a draw within 2^-25 of 1 would round up to 1 as a float.</param>
    public void FillUniform<T>(Span<T> destination, double low = 0, double high = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bound = T.CreateTruncating(high);
        var largest = double.CreateTruncating(bound) < high ? bound : T.BitDecrement(bound);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = T.Min(T.CreateTruncating(low + ((high - low) * Uniform(i))), largest);
        }
    }

    /// <summary>Fills with a random order of the numbers 0, 1, 2, ..., by Fisher and Yates' method.</summary>
    /// <param name="destination">Overwritten with a permutation of 0 to its length less one.</param>
    public void FillPermutation(Span<int> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var j = (int)(Uniform(i) * (i + 1));                      // 0 to i; the bias of 2^-32 i is far below any use here
            destination[i] = destination[j];
            destination[j] = i;
        }
    }

    /// <summary>One draw that is uniform in [0, 1).</summary>
    /// <param name="element">Which of the stream's draws.</param>
    public double Uniform(long element)
    {
        var (w0, w1, w2, w3) = Words(element >> 2);
        return WordScale * (element & 3) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
    }

    private void NormalBlock(long number, Span<double> block)
    {
        var (w0, w1, w2, w3) = Words(number);
        (block[0], block[1]) = BoxMuller(w0, w1);
        (block[2], block[3]) = BoxMuller(w2, w3);
    }

    // u in (0, 1), never 0, so the logarithm is finite: r = sqrt(-2 log u), angle = 2 pi v.
    private static (double First, double Second) BoxMuller(uint radius, uint angle)
    {
        var r = double.Sqrt(-2 * double.Log((radius + 0.5) * WordScale));
        var (sine, cosine) = double.SinCosPi(2 * (angle * WordScale)); // 2 * angle as 32-bit words would wrap: half the circle
        return (r * cosine, r * sine);
    }

    // The counter holds the block and the step below 2^48, and the purpose; beyond that, draws would repeat.
    private (uint W0, uint W1, uint W2, uint W3) Words(long block)
        => Philox.Words(((uint)block, (uint)(block >> 32) ^ ((uint)(Step >> 32) << 16), (uint)Step, Purpose), Seed);
}
