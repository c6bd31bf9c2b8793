namespace Vae.Model;

/// <summary>
/// Writes a safetensors file piece by piece, for tensors whose lengths are known only when they end: room for the header is
/// kept at the beginning, and filled by <see cref="Finish"/>. The format allows the spaces that are left.
/// </summary>
/// <example>
/// <code>
/// AtomicFile.Write(path, stream =>
/// {
///     var file = new SafeTensorsWriter(stream, headerLength: 1 &lt;&lt; 16);
///     file.Begin("cells", SafeTensorType.F64);
///     file.Write(bytes);                                        // as often as wanted
///     file.End(rows, columns);
///     file.Finish(metadata);
/// });
/// </code>
/// </example>
internal sealed class SafeTensorsWriter
{
    private readonly List<SafeTensorEntry> _tensors = [];
    private readonly Stream _stream;
    private readonly long _start;
    private readonly int _headerLength;
    private string? _name;
    private SafeTensorType _type = SafeTensorType.U8;
    private long _written;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Receives the file from its present position on; it must be able to seek.</param>
    /// <param name="headerLength">The room for the header, bytes: names and texts, and some 100 for each tensor. Rounded up to a
    /// multiple of 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">The room is larger than the longest header that is read again.</exception>
    public SafeTensorsWriter(Stream stream, int headerLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(headerLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headerLength, SafeTensors.LargestHeader);
        _stream = stream;
        _start = stream.Position;
        _headerLength = (headerLength + SafeTensors.LengthBytes - 1) / SafeTensors.LengthBytes * SafeTensors.LengthBytes;
        SafeTensors.WriteHeader(stream, new byte[_headerLength]);     // no JSON: unfinished, the file is refused
    }

    /// <summary>The position in the stream of the byte that is written next.</summary>
    public long Position => _stream.Position;

    /// <summary>Begins a tensor.</summary>
    public void Begin(string name, SafeTensorType type)
    {
        RequireOpen(false);
        (_name, _type, _written) = (name, type, 0);
    }

    /// <summary>Writes a part of the tensor that was begun.</summary>
    /// <param name="bytes">The next bytes of its numbers: little-endian, the last dimension fastest.</param>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RequireOpen(true);
        _stream.Write(bytes);
        _written += bytes.Length;
    }

    /// <summary>Ends the tensor that was begun.</summary>
    /// <param name="shape">The length of each dimension.</param>
    /// <exception cref="InvalidOperationException">The bytes that were written are not those of the shape.</exception>
    public void End(params ReadOnlySpan<long> shape)
    {
        RequireOpen(true);
        var tensor = new SafeTensorEntry(_name!, _type, shape.ToArray());
        if (tensor.Length != _written)
        {
            throw new InvalidOperationException(
                $"'{_name}' of {string.Join(" x ", tensor.Shape)} {_type.Name} has {tensor.Length} bytes, "
                + $"but {_written} were written.");
        }

        _tensors.Add(tensor);
        _name = null;
    }

    /// <summary>Writes the header; the stream is then at the end of the file.</summary>
    /// <param name="metadata">Texts.</param>
    /// <exception cref="ArgumentException">The header is longer than the room for it.</exception>
    public void Finish(IReadOnlyDictionary<string, string> metadata)
    {
        RequireOpen(false);
        var header = SafeTensorEntry.Header(_tensors, metadata, _headerLength);
        if (header.Length > _headerLength)
        {
            throw new ArgumentException(
                $"The header has {header.Length} bytes, but there is room for {_headerLength}.", nameof(metadata));
        }

        var end = _stream.Position;
        _stream.Position = _start;
        SafeTensors.WriteHeader(_stream, header);
        _stream.Position = end;
    }

    private void RequireOpen(bool wanted)
    {
        if ((_name is not null) != wanted)
        {
            throw new InvalidOperationException(wanted ? "No tensor was begun." : $"'{_name}' was not ended.");
        }
    }
}
