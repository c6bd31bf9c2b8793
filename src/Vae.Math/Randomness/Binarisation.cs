using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vae.Math;

/// <summary>Turns numbers from 0 to 1 into zeros and ones, in place.</summary>
/// <remarks>T is <see cref="float"/> or <see cref="double"/>. It runs on the calling thread; callers with many numbers share
/// the work out.</remarks>
internal static class Binarisation
{
    /// <summary>Finds a number that is not a probability.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="values">The numbers.</param>
    /// <returns>The place of the first number that is below 0, above 1 or NaN; -1 where there is none.</returns>
    public static int FirstOutside<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The bits of what is from 0 to 1 are the whole numbers from 0 to the bits of 1; those of -0 are not, but it is no less
        // than 0.
        for (var start = 0; ; start++)
        {
            var next = typeof(T) == typeof(float)
                ? MemoryMarshal.Cast<T, int>(values[start..]).IndexOfAnyExceptInRange(0, SingleOne)
                : MemoryMarshal.Cast<T, long>(values[start..]).IndexOfAnyExceptInRange(0L, DoubleOne);
            start += next;
            if (next < 0 || values[start] != T.Zero)
            {
                return next < 0 ? -1 : start;
            }
        }
    }

    /// <summary>Computes <c>x = x &lt; 1/2 ? 0 : 1</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="values">Numbers from 0 to 1, which is not checked; overwritten.</param>
    public static void Threshold<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loop = new ThresholdLoop<T>(values);
        SimdLoop.Run<ThresholdLoop<T>, T>(ref loop, values.Length);
    }

    /// <summary>Draws <c>x ~ Bernoulli(x)</c>, that is <c>x = u &lt; x ? 1 : 0</c>
    /// with <see cref="RandomDraws.Uniform"/>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="values">Probabilities from 0 to 1, which is not checked; overwritten. 0 stays 0 and 1 stays 1.</param>
    /// <param name="draws">The random numbers.</param>
    /// <param name="first">The number of the first place's draw; the others follow.</param>
    /// <remarks>u is compared with x as a float even where T is double, so that both see the same ones: a grey value such as 1/3
    /// is not the same number in both.</remarks>
    public static void Draw<T>(Span<T> values, RandomDraws draws, long first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var done = 0; ;)
        {
            var next = IndexOfUndecided<T>(values[done..]);
            if (next < 0)
            {
                return;
            }

            // The block of four draws at this place; of a block that begins before the values or ends after
            // them, the part within.
            var block = (first + done + next) >> 2;
            var start = (4 * block) - first;
            done = (int)long.Min(start + 4, values.Length);
            if (start >= 0 && start + 4 <= values.Length)
            {
                var four = values.Slice((int)start, 4);
                var (w0, w1, w2, w3) = draws.Words(block);
                four[0] = Draw(w0, four[0]);
                four[1] = Draw(w1, four[1]);
                four[2] = Draw(w2, four[2]);
                four[3] = Draw(w3, four[3]);
                continue;
            }

            for (var i = (int)long.Max(start, 0); i < done; i++)
            {
                values[i] = Draw(draws.Word(first + i), values[i]);
            }
        }
    }

    private static int SingleOne => BitConverter.SingleToInt32Bits(1);

    private static long DoubleOne => BitConverter.DoubleToInt64Bits(1);

    // The first number that is neither 0 nor 1, and needs a draw: most of an image's pixels are 0 or 1.
    private static int IndexOfUndecided<T>(ReadOnlySpan<T> values)
        where T : unmanaged
        => typeof(T) == typeof(float)
            ? MemoryMarshal.Cast<T, int>(values).IndexOfAnyExcept(0, SingleOne)
            : MemoryMarshal.Cast<T, long>(values).IndexOfAnyExcept(0L, DoubleOne);

    // w 2^-32 < p, where both sides are exact in double.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Draw<T>(uint word, T probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => RandomDraws.WordScale * word < float.CreateTruncating(probability) ? T.One : T.Zero; // x = u < p

    private readonly ref struct ThresholdLoop<T>(Span<T> values) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<T> _values = values;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (zero, one) = (TSimd.Broadcast(T.Zero), TSimd.Broadcast(T.One));
            var half = TSimd.Broadcast(T.CreateChecked(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.WhereLess(TSimd.Load(in _values[i]), half, zero, one), ref _values[i]); // x = x < 1/2 ? 0 : 1
            }

            return i;
        }
    }
}
