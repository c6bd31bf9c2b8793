using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vae.Math;

namespace Vae.Model;

/// <summary>Samples kept in memory as bytes, such as the pixels of grey images, and read as <c>value / 255</c>.</summary>
/// <remarks>Any number of threads may read at once.</remarks>
public sealed class ByteSamples : IByteSamples
{
    // Samples stand in an order drawn anew each epoch, where no processor looks ahead by itself.
    private const int Ahead = 2;
    private const int CacheLine = 64;

    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Takes the samples as they are.</summary>
    /// <param name="bytes">The samples one after another; not copied.</param>
    /// <param name="features">Bytes in a sample.</param>
    /// <exception cref="ArgumentNullException"><paramref name="bytes"/> is null.</exception>
    /// <exception cref="ArgumentException">The bytes are not a whole number of samples.</exception>
    public ByteSamples(byte[] bytes, int features)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (bytes.Length % features != 0)
        {
            throw new ArgumentException(
                $"The length must be a multiple of the {features} features of a sample, but is {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes;
        Features = features;
        Count = bytes.Length / features;
    }

    private ByteSamples(ReadOnlyMemory<byte> bytes, int features)
    {
        _bytes = bytes;
        Features = features;
        Count = bytes.Length / features;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Features { get; }

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bytes = _bytes.Span;
        for (var column = 0; column < samples.Length; column++)
        {
            if (column + Ahead < samples.Length)
            {
                Fetch(bytes.Slice(samples[column + Ahead] * Features, Features));
            }

            Bytes.ToUnit(                                             // x = byte / 255
                bytes.Slice(samples[column] * Features, Features), batch.Slice(column * Features, Features));
        }
    }

    private static unsafe void Fetch(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; Sse.IsSupported && i < bytes.Length; i += CacheLine)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in bytes[i])));
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, Count);
        return _bytes.Span.Slice(sample * Features, Features);
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces() => [_bytes];

    /// <inheritdoc/>
    public IByteSamples Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new ByteSamples(_bytes[..(count * Features)], Features);
    }
}
