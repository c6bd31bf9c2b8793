using System.Numerics;

namespace Vae.Model;

/// <summary>
/// Samples that can be read by their number. They may be kept in any form (bytes, a file, rows of a table); a batch is
/// scaled and converted only when it is gathered.
/// </summary>
/// <remarks>An implementation must allow several threads to gather at once; gathering should allocate nothing.</remarks>
public interface ISampleSource
{
    /// <summary>The number of samples.</summary>
    int Count { get; }

    /// <summary>The number of features: the numbers in a sample.</summary>
    int Features { get; }

    /// <summary>Writes the chosen samples one after another.</summary>
    /// <param name="samples">The samples' numbers, each 0 to <see cref="Count"/> less one.</param>
    /// <param name="batch">The features of the first sample, then those of the second, and so on: a matrix of features x samples,
    /// column by column; overwritten.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
