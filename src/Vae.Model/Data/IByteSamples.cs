namespace Vae.Model;

/// <summary>Samples kept as bytes, in memory or in a file, and read as <c>value / 255</c>; the bytes themselves can be had,
/// too.</summary>
public interface IByteSamples : ISampleSource
{
    /// <summary>The bytes of one sample.</summary>
    /// <param name="sample">Which sample, 0 to <see cref="ISampleSource.Count"/> less one.</param>
    /// <returns><see cref="ISampleSource.Features"/> bytes: the source's own memory, or a copy where it keeps them
    /// elsewhere.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    /// <exception cref="IOException">They are in a file, which cannot be read any more.</exception>
    ReadOnlySpan<byte> BytesOf(int sample);

    /// <summary>All bytes in the order of the samples, for whoever goes over them once, such as a checksum.</summary>
    /// <returns>Pieces of whole samples. A piece is valid until the next is asked for.</returns>
    /// <exception cref="IOException">They are in a file, which cannot be read any more.</exception>
    IEnumerable<ReadOnlyMemory<byte>> Pieces();

    /// <summary>The first samples, which are kept where these are.</summary>
    /// <param name="count">How many, 1 to <see cref="ISampleSource.Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many, or none are asked for.</exception>
    IByteSamples Take(int count);
}
