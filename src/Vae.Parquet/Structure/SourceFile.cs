using Microsoft.Win32.SafeHandles;
using Vae.Model;

namespace Vae.Parquet;

/// <summary>The bytes of an open file, read at their place.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private byte[] _buffer = [];

    /// <summary>Opens a file.</summary>
    /// <exception cref="ParquetTableException">It is a pipe, which cannot be read at a place.</exception>
    public SourceFile(string path)
    {
        Path = path;
        _handle = File.OpenHandle(path);
        try
        {
            Length = RandomAccess.GetLength(_handle);
        }
        catch (NotSupportedException pipe)
        {
            _handle.Dispose();
            throw new ParquetTableException(
                path, "a Parquet file is read from its end, and a pipe has none", "Save it as a file first.", pipe);
        }
    }

    /// <summary>The path, as it was given.</summary>
    public string Path { get; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads bytes at a place.</summary>
    /// <param name="at">The place of the first byte.</param>
    /// <param name="bytes">All of it is overwritten.</param>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void Read(long at, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(_handle, bytes, at);
            if (read == 0)
            {
                throw new InvalidDataException($"the file ends at byte {at}");
            }

            bytes = bytes[read..];
            at += read;
        }
    }

    /// <summary>Reads bytes at a place, into memory that the next call overwrites.</summary>
    /// <param name="at">The place of the first byte.</param>
    /// <param name="length">How many, at most as many as the file has.</param>
    public ArraySegment<byte> Read(long at, int length)
    {
        _buffer = _buffer.Length >= length ? _buffer : new byte[length];
        Read(at, _buffer.AsSpan(0, length));
        return new ArraySegment<byte>(_buffer, 0, length);
    }

    /// <summary>A refusal of this file.</summary>
    public ParquetTableException Refusal(
        string problem, string remedy = ParquetTableException.WriteAgain, Exception? inner = null)
        => new(Path, Printable.Escaped(problem), remedy, inner);
}
