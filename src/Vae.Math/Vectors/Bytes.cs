using System.Numerics;

namespace Vae.Math;

/// <summary>Converts bytes to numbers.</summary>
internal static class Bytes
{
    /// <summary>Computes <c>byte / 255</c>, from 0 to 1, with the bits of the correctly rounded division.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">The numbers; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ToUnit<T>(ReadOnlySpan<byte> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.RequireLength(source.Length, destination.Length);
        var loop = new UnitLoop<T>(source, destination);
        SimdLoop.Run<UnitLoop<T>, T>(ref loop, source.Length);
    }

    internal readonly ref struct UnitLoop<T>(ReadOnlySpan<byte> source, Span<T> destination) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private readonly Span<T> _destination = destination;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var most = TSimd.Broadcast(-T.CreateChecked(byte.MaxValue));
            var inverse = TSimd.Broadcast(T.One / T.CreateChecked(byte.MaxValue));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                // A quotient by way of the inverse, put right by what it leaves of the byte: a division takes five times as long.
                var value = TSimd.FromBytes(in _source[i]);
                var quotient = TSimd.Multiply(value, inverse);
                var rest = TSimd.MultiplyAdd(quotient, most, value);
                TSimd.Store(TSimd.MultiplyAdd(rest, inverse, quotient), ref _destination[i]);
            }

            return i;
        }
    }
}
