using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vae.Math;

/// <summary>Normal draws of neighbouring blocks at once, a block in each lane: Philox on the bits of doubles, and Box and
/// Muller's method in double.</summary>
/// <param name="seed">Philox's key.</param>
/// <param name="high">The high bits of the counter's second word.</param>
/// <param name="step">The third word of the counter.</param>
/// <param name="purpose">The fourth word of the counter.</param>
internal readonly struct NormalGroup<TSimd, TVector>(ulong seed, uint high, uint step, uint purpose)
    where TSimd : ISimd<TVector, double>
    where TVector : struct
{
    private static ReadOnlySpan<ulong> LaneNumbers => [0, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>The number of draws in a group: four for each lane's block.</summary>
    public static int Length => 4 * TSimd.Count;

    /// <summary>Fills a span with the draws from an element on.</summary>
    /// <param name="destination">Overwritten.</param>
    /// <param name="first">The element of the first place.</param>
    public void Fill<T>(Span<T> destination, long first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> wide = stackalloc double[Length];
        Span<T> draws = stackalloc T[Length];
        var skip = (int)(first & 3);
        for (var (done, block) = (0, first >> 2); done < destination.Length; block += TSimd.Count)
        {
            Draw((ulong)block, wide);
            TensorPrimitives.ConvertTruncating<double, T>(wide, draws);
            var rest = destination[done..];
            if (skip == 0 && rest.Length >= Length)
            {
                Weave(draws, rest);
                done += Length;
                continue;
            }

            var taken = int.Min(Length - skip, rest.Length);
            for (var i = 0; i < taken; i++)
            {
                rest[i] = draws[(((skip + i) & 3) * TSimd.Count) + ((skip + i) >> 2)];
            }

            (done, skip) = (done + taken, 0);
        }
    }

    // The first draws of all blocks come first, then the second ones, ...: here each block's four come together.
    private static void Weave<T>(ReadOnlySpan<T> draws, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var second = draws[TSimd.Count..];
        var third = draws[(2 * TSimd.Count)..];
        var fourth = draws[(3 * TSimd.Count)..];
        for (var block = 0; block < TSimd.Count; block++)
        {
            var four = destination.Slice(4 * block, 4);
            four[0] = draws[block];
            four[1] = second[block];
            four[2] = third[block];
            four[3] = fourth[block];
        }
    }

    // Three calls: a loop in a method without any other call keeps its vectors in registers, and both halves use one method.
    private void Draw(ulong block, Span<double> draws)
    {
        Words(block, draws);
        BoxMuller(ref draws[0], ref draws[TSimd.Count]);
        BoxMuller(ref draws[2 * TSimd.Count], ref draws[3 * TSimd.Count]);
    }

    // Philox.Words, a counter in each lane. A word is the low half of a lane; what stands above it does not matter.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Words(ulong block, Span<double> words)
    {
        var (multiplier0, multiplier1) = (Word(Philox.Multiplier0), Word(Philox.Multiplier1));
        var (weyl0, weyl1) = (Word(Philox.Weyl0), Word(Philox.Weyl1));
        var (k0, k1) = (Word((uint)seed), Word(seed >> 32));
        var c0 = TSimd.AddBits(Word(block), TSimd.Load(in Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(LaneNumbers))));
        var c1 = TSimd.XorBits(TSimd.ShiftRight(c0, 32), Word(high));
        var (c2, c3) = (Word(step), Word(purpose));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = TSimd.MultiplyLowHalves(c0, multiplier0);
            var product1 = TSimd.MultiplyLowHalves(c2, multiplier1);
            c0 = TSimd.XorBits(TSimd.XorBits(TSimd.ShiftRight(product1, 32), c1), k0);
            c1 = product1;
            c2 = TSimd.XorBits(TSimd.XorBits(TSimd.ShiftRight(product0, 32), c3), k1);
            c3 = product0;
            k0 = TSimd.AddBits(k0, weyl0);
            k1 = TSimd.AddBits(k1, weyl1);
        }

        TSimd.Store(c0, ref words[0]);
        TSimd.Store(c1, ref words[TSimd.Count]);
        TSimd.Store(c2, ref words[2 * TSimd.Count]);
        TSimd.Store(c3, ref words[3 * TSimd.Count]);
    }

    // r = sqrt(-2 log u), angle = 2 pi v, with u = (w + 1/2) 2^-32, never 0 or 1, and v = w 2^-32. Two draws take the place of
    // two words.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BoxMuller(ref double first, ref double second)
    {
        var u = TSimd.Subtract(OnePlus(TSimd.Load(in first)), Number(1 - (0.5 / (1UL << 32))));
        var v = TSimd.Subtract(OnePlus(TSimd.Load(in second)), Number(1));
        var r = TSimd.Sqrt(TSimd.Multiply(Number(-2), SimdElementary<TSimd, TVector, double>.LogOfNormal(u)));
        SinCos(v, out var sine, out var cosine);
        TSimd.Store(TSimd.Multiply(r, cosine), ref first);
        TSimd.Store(TSimd.Multiply(r, sine), ref second);
    }

    // 1 + w 2^-32: the word as the high digits of a mantissa.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OnePlus(TVector word) => TSimd.AddBits(TSimd.ShiftRight(TSimd.ShiftLeft(word, 32), 12), Number(1));

    // The sine and the cosine of 2 pi v, v from 0 to 1. With v = n / 4 + a, |a| <= 1/8 exactly, n says which of the two is which,
    // and their signs. Relative errors of the polynomials (see SimdElementary): 7.6e-18 and 2.3e-17.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCos(TVector v, out TVector sine, out TVector cosine)
    {
        var rounder = SimdBits<TSimd, TVector, double>.Rounder;
        var n = TSimd.MultiplyAdd(v, Number(4), rounder);             // n stands in the lowest bits
        var a = TSimd.MultiplyAdd(TSimd.Subtract(n, rounder), Number(-0.25), v);
        var z = TSimd.Multiply(a, a);
        var p = SimdPolynomial<TSimd, TVector, double>.At(
            z, -41.34170224039967, 81.60524927596524, -76.70585970790569, 42.05868539407236,
            -15.093822761582492, 3.781224227743617);
        var q = SimdPolynomial<TSimd, TVector, double>.At(
            z, -19.739208802178716, 64.93939402266798, -85.45681720652829, 60.244641329385836, -26.42625092732357,
            7.903091591752406, -1.6968347656587535);
        var rest = TSimd.Multiply(a, TSimd.MultiplyAdd(z, p, Number(2.4492935982947064e-16)));
        var s = TSimd.MultiplyAdd(a, Number(6.283185307179586), rest);
        var c = TSimd.MultiplyAdd(z, q, Number(1));

        var even = TSimd.XorBits(Number(1), TSimd.ShiftLeft(n, 63));  // 1, or -1 where n is odd
        var next = TSimd.AddBits(n, Word(1));
        sine = TSimd.XorBits(TSimd.WherePositive(even, s, c), Sign(n)); // below zero where n is 2 or 3
        cosine = TSimd.XorBits(TSimd.WherePositive(even, c, s), Sign(next)); // where n is 1 or 2
    }

    // The second bit of a whole number, in the place of the sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sign(TVector n) => TSimd.ShiftLeft(TSimd.ShiftRight(n, 1), 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Number(double value) => TSimd.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Word(ulong bits) => TSimd.Broadcast(BitConverter.UInt64BitsToDouble(bits));
}
