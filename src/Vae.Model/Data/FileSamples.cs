using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Vae.Math;

namespace Vae.Model;

/// <summary>Samples that stay in a file as bytes, one after another, and are read as <c>value / 255</c> when they are
/// gathered. Memory does not grow with their number.</summary>
/// <remarks>
/// <para>Any number of threads may read at once: each read gives its own position.</para>
/// <para>Reads are positional and not through a memory map. A map is faster where the system's cache holds the whole file,
/// but its pages count as this process's memory, each touched page brings its neighbours along where memory is short, and a
/// file that is truncated while it is mapped ends the process. docs/architecture.md has the measurements.</para>
/// <para>The file is open for reading until <see cref="Dispose"/> or until the garbage collector
/// finds the samples unused.</para>
/// </remarks>
public sealed class FileSamples : IByteSamples, IDisposable
{
    private const int MostAtOnce = 4096;                              // on the stack; an image of MNIST's size is one read
    private const int PieceLength = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _start;

    /// <summary>Opens a file of samples.</summary>
    /// <param name="path">The file. It must not be written while it is open.</param>
    /// <param name="features">Bytes in a sample, at least 1.</param>
    /// <param name="start">The first sample's position in the file, bytes.</param>
    /// <param name="count">The number of samples; further bytes are ignored.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="IOException">The file is missing, cannot be read, or is too short for so many samples.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least.</exception>
    public FileSamples(string path, int features, long start, int count)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _path = path;
        _start = start;
        Features = features;
        Count = count;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        try
        {
            var (length, end) = (RandomAccess.GetLength(_file), OffsetOf(count));
            if (length < end)
            {
                throw new IOException(
                    $"{path}: at byte {start}, expected {end - start} bytes ({count} samples of {features}), "
                    + $"but found {long.Max(0, length - start)}. "
                    + "The file is incomplete; write it again.");
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    private FileSamples(FileSamples all, int count)
    {
        _file = all._file;
        _path = all._path;
        _start = all._start;
        Features = all.Features;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Features { get; }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file was shortened since it was opened, or cannot be read any more.</exception>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<byte> room = stackalloc byte[int.Min(Features, MostAtOnce)];
        for (var column = 0; column < samples.Length; column++)
        {
            Require(samples[column]);
            var numbers = batch.Slice(column * Features, Features);
            for (var done = 0; done < Features; done += room.Length)
            {
                var bytes = room[..int.Min(room.Length, Features - done)];
                Read(OffsetOf(samples[column]) + done, bytes);
                Bytes.ToUnit<T>(bytes, numbers.Slice(done, bytes.Length)); // x = byte / 255
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int sample)
    {
        Require(sample);
        var bytes = new byte[Features];
        Read(OffsetOf(sample), bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        var samples = int.Clamp(PieceLength / Features, 1, Count);
        var piece = new byte[samples * Features];
        for (var sample = 0; sample < Count; sample += int.Min(samples, Count - sample))
        {
            var part = piece.AsMemory(0, int.Min(samples, Count - sample) * Features);
            Read(OffsetOf(sample), part.Span);
            yield return part;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Both share the open file: disposing of one disposes of the other.</remarks>
    public IByteSamples Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return new FileSamples(this, count);
    }

    /// <summary>Closes the file. Without this call the garbage collector closes it.</summary>
    public void Dispose() => _file.Dispose();

    private long OffsetOf(int sample) => _start + ((long)sample * Features);

    private void Require(int sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, Count);
    }

    private void Read(long offset, Span<byte> bytes)
    {
        var filled = 0;
        while (filled < bytes.Length)                                 // the system may give less than is asked for
        {
            var read = ReadSome(offset, bytes.Length, filled, bytes[filled..]);
            if (read == 0)
            {
                throw Wrong(offset, bytes.Length, $"the end of the file after {filled}", "It was shortened while it was in use");
            }

            filled += read;
        }
    }

    private int ReadSome(long offset, int wanted, int filled, Span<byte> bytes)
    {
        try
        {
            return RandomAccess.Read(_file, bytes, offset + filled);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Wrong(
                offset, wanted, $"a failure after {filled} ({failure.Message})", "Its disk or share may be gone", failure);
        }
    }

    private IOException Wrong(long offset, int expected, string found, string cause, Exception? inner = null) => new(
        $"{_path}: at byte {offset}, expected {expected} bytes of samples, but found {found}. "
        + $"{cause}; put the whole file back and resume.",
        inner);
}
