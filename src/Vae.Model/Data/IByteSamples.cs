namespace Vae.Model;

/// <summary>Samples kept as bytes, in memory or in a file, and read as <c>value / 255</c>. Gives access
/// to the bytes themselves.</summary>
public interface IByteSamples : ISampleSource
{
    /// <summary>The bytes of one sample.</summary>
    /// <param name="sample">The sample's number, 0 to <see cref="ISampleSource.Count"/> less one.</param>
    /// <returns><see cref="ISampleSource.Features"/> bytes: the source's own memory, or a copy where it
    /// keeps the samples elsewhere.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="IOException">They are in a file, which cannot be read any more.</exception>
    ReadOnlySpan<byte> BytesOf(int sample);

    /// <summary>All bytes in the order of the samples, for a single pass such as a checksum.</summary>
    /// <returns>Pieces of whole samples. A piece is valid until the next is asked for.</returns>
    /// <exception cref="IOException">They are in a file, which cannot be read any more.</exception>
    IEnumerable<ReadOnlyMemory<byte>> Pieces();

    /// <summary>The first samples as a source of their own, without a copy.</summary>
    /// <param name="count">The number of samples, 1 to <see cref="ISampleSource.Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below
    /// 1 or above <see cref="ISampleSource.Count"/>.</exception>
    IByteSamples Take(int count);
}
