using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>
/// Random numbers as a pure function of (seed, purpose, step, element): the same arguments always give the same numbers. Two
/// purposes never share a number, and float and double see the same draw.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Purpose">The purpose of the numbers, in the caller's own numbering.</param>
/// <param name="Step">The number of the step, epoch or tensor that the draws belong to.</param>
public readonly record struct RandomDraws(ulong Seed, uint Purpose, ulong Step)
{
    internal const double WordScale = 1.0 / (1UL << 32);

    /// <summary>Fills a span with draws from N(0, 1), by Box and Muller's method.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="destination">Overwritten.</param>
    /// <param name="first">The element of the first place; the others follow.</param>
    /// <remarks>The largest possible magnitude is 6.8, because the uniform numbers have 32 bits. The bits of a draw are the
    /// same for every width of vector.</remarks>
    public void FillNormal<T>(Span<T> destination, long first = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FillNormal(destination, first, SimdWidth.Bits);

    /// <summary>Fills a span with draws from N(0, 1), using vectors of a given number of bits.</summary>
    internal void FillNormal<T>(Span<T> destination, long first, int bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (bits)
        {
            case 512: Group<Simd512<double>, Vector512<double>>().Fill(destination, first); break;
            case 256: Group<Simd256<double>, Vector256<double>>().Fill(destination, first); break;
            case 128: Group<Simd128<double>, Vector128<double>>().Fill(destination, first); break;
            default: Group<Scalar<double>, double>().Fill(destination, first); break;
        }
    }

    /// <summary>Fills a span with draws that are uniform between two bounds.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="destination">Overwritten.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound above every value, after rounding to T: a draw within 2^-25 of 1 would round up to
    /// 1 as a float.</param>
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

    /// <summary>Fills a span with a random order of the numbers 0, 1, 2, ..., by Fisher and Yates' method.</summary>
    /// <param name="destination">Overwritten with a permutation of 0 to its length less one.</param>
    public void FillPermutation(Span<int> destination)
    {
        for (var i = 0; i < destination.Length;)
        {
            var (w0, w1, w2, w3) = Words(i >> 2);
            foreach (var word in (ReadOnlySpan<uint>)[w0, w1, w2, w3])
            {
                if (i < destination.Length)
                {
                    var j = (int)(WordScale * word * (i + 1));        // 0 to i; the bias of 2^-32 i is far below any use here
                    destination[i] = destination[j];
                    destination[j] = i++;
                }
            }
        }
    }

    /// <summary>One draw that is uniform in [0, 1).</summary>
    /// <param name="element">The draw's number in the stream.</param>
    public double Uniform(long element) => WordScale * Word(element);

    internal uint Word(long element)
    {
        var (w0, w1, w2, w3) = Words(element >> 2);
        return (element & 3) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
    }

    // The counter holds the block and the step below 2^48, and the purpose; beyond that, draws would repeat.
    internal (uint W0, uint W1, uint W2, uint W3) Words(long block)
        => Philox.Words(((uint)block, (uint)(block >> 32) ^ High, (uint)Step, Purpose), Seed);

    private uint High => (uint)(Step >> 32) << 16;

    private NormalGroup<TSimd, TVector> Group<TSimd, TVector>()
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => new(Seed, High, (uint)Step, Purpose);
}
