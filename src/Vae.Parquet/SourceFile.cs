using System.Buffers.Binary;

namespace Vae.Parquet;

/// <summary>An open file that begins and ends as a Parquet file does. A read at its end fails, because Parquet.Net, sent there by
/// a damaged file, would read for ever.</summary>
internal sealed class SourceFile : Stream
{
    private const int Head = 4;
    private const int Tail = 8;

    private readonly string _path;
    private readonly FileStream _file;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ParquetTableException">It is no Parquet file.</exception>
    public SourceFile(string path)
    {
        _path = path;
        _file = File.OpenRead(path);
        try
        {
            RequireEnds();
        }
        catch (Exception)
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position { get => _file.Position; set => _file.Position = value; }

    /// <summary>Whether bytes are the beginning of a Parquet file.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PAR1"u8);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    /// <inheritdoc/>
    public override int ReadByte() => _file.ReadByte() is >= 0 and var read ? read : throw AtEnd();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Some(_file.Read(buffer), buffer.Length);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Some(_file.Read(buffer, offset, count), count);

    /// <inheritdoc/>
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => Some(await _file.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false), count);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => Some(await _file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Some(int read, int wanted) => read > 0 || wanted == 0 ? read : throw AtEnd();

    private static EndOfStreamException AtEnd() => new("it says that values are where the file has ended");

    private void RequireEnds()
    {
        if (!_file.CanSeek)
        {
            throw Refusal("a Parquet file is read from its end, and a pipe has none", "Save it as a file first.");
        }

        if (Length < Head + Tail)
        {
            throw NotParquet($"a Parquet file has at least {Head + Tail} bytes, but this one {Length}");
        }

        Span<byte> head = stackalloc byte[Head];
        Span<byte> tail = stackalloc byte[Tail];
        ReadExactly(head);
        Position = Length - Tail;
        ReadExactly(tail);
        Position = 0;
        if (tail[Head..].SequenceEqual("PARE"u8))
        {
            throw Refusal("the file is encrypted", "Write it without encryption.");
        }

        if (!IsStart(head) || !IsStart(tail[Head..]))
        {
            throw IsStart(head)
                ? Refusal("a Parquet file ends with PAR1, but this one does not: it is cut off", ParquetTableException.WriteAgain)
                : NotParquet("a Parquet file begins and ends with PAR1, but this one does not");
        }

        var footer = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footer > Length - Head - Tail)
        {
            throw Refusal(
                $"the footer has at most {Length - Head - Tail} bytes, but says that it has {footer}",
                ParquetTableException.WriteAgain);
        }
    }

    private ParquetTableException NotParquet(string problem)
        => Refusal(problem, "Give a Parquet file, or read it as what it is, such as CSV.");

    private ParquetTableException Refusal(string problem, string remedy) => new(_path, problem, remedy);
}
