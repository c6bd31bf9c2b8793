namespace Vae.Model;

/// <summary>Bytes that are appended piece by piece and then read at any place: in memory up to a length, beyond it all of
/// them in a file.</summary>
/// <remarks>One thread appends. After <see cref="Finish"/> any number of threads may read at once.</remarks>
internal sealed class StoredBytes : IDisposable
{
    private const int FirstPiece = 1 << 12;
    private const long WorthCollecting = 1 << 25;                     // bytes of pieces that a file replaces

    private readonly List<byte[]> _pieces = [];                       // all, or only the last where there is a file
    private readonly int _pieceLength;
    private readonly long _mostInMemory;
    private readonly Func<SpillFile>? _open;
    private readonly long _start;
    private readonly SafeTensorsFile? _tensors;
    private readonly SafeTensor? _tensor;
    private SpillFile? _spill;
    private byte[] _piece = [];
    private int _filled;                                              // of the last piece
    private long _before;                                             // bytes before the last piece

    /// <summary>Makes an empty list of bytes.</summary>
    /// <param name="pieceLength">The length of a piece; no part that is asked for is longer or crosses its end.</param>
    /// <param name="mostInMemory">The most bytes in memory.</param>
    /// <param name="open">Makes the file.</param>
    /// <param name="start">The place of the first byte in the file.</param>
    public StoredBytes(int pieceLength, long mostInMemory, Func<SpillFile> open, long start = 0)
    {
        _pieceLength = pieceLength;
        _mostInMemory = mostInMemory;
        _open = open;
        _start = start;
    }

    /// <summary>Takes a tensor of a file, which the caller closes.</summary>
    public StoredBytes(SafeTensorsFile file, SafeTensor tensor)
    {
        _tensors = file;
        _tensor = tensor;
        _before = tensor.Length;
    }

    /// <summary>An empty list of bytes that are always in memory.</summary>
    /// <param name="pieceLength">The length of a piece.</param>
    public static StoredBytes OfMemory(int pieceLength)
        => new(pieceLength, long.MaxValue, () => throw new InvalidOperationException("These bytes stay in memory."));

    /// <summary>The number of bytes.</summary>
    public long Length => _before + _filled;

    /// <summary>The temporary file; null where the bytes are in memory or in a file of somebody else.</summary>
    public SpillFile? Spill => _spill;

    /// <summary>Whether the bytes are in memory.</summary>
    public bool IsInMemory => _spill is null && _tensor is null;

    /// <summary>Adds room for bytes, which the caller fills before it asks for more.</summary>
    /// <param name="length">The number of bytes, at most a piece's.</param>
    public Span<byte> Add(int length)
    {
        if (length > _piece.Length - _filled)
        {
            MakeRoom(length);
        }

        var room = _piece.AsSpan(_filled, length);
        _filled += length;
        return room;
    }

    /// <summary>Adds bytes of any length.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = _pieceLength - (_filled % _pieceLength);
            var some = bytes[..int.Min(bytes.Length, room)];
            some.CopyTo(Add(some.Length));
            bytes = bytes[some.Length..];
        }
    }

    /// <summary>Ends the appending: all bytes can be read.</summary>
    public void Finish()
    {
        if (_spill is not null && _filled > 0)
        {
            WritePiece();
            _piece = [];
        }
    }

    /// <summary>Bytes that are in memory and in one piece, without a copy.</summary>
    /// <param name="place">The first one's place.</param>
    /// <param name="length">Their number.</param>
    public ReadOnlySpan<byte> InMemory(long place, int length)
    {
        var (piece, inside) = long.DivRem(place, _pieceLength);
        return _pieces[(int)piece].AsSpan((int)inside, length);
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="place">The first one's place.</param>
    /// <param name="bytes">Overwritten.</param>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public void Read(long place, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place, Length - bytes.Length);
        if (_tensor is not null)
        {
            _tensors!.Read(_tensor, place, bytes);
            return;
        }

        if (_spill is not null)
        {
            ReadFile(_spill, place, bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            var (piece, inside) = long.DivRem(place, _pieceLength);
            var length = int.Min(bytes.Length, _pieceLength - (int)inside);
            _pieces[(int)piece].AsSpan((int)inside, length).CopyTo(bytes);
            bytes = bytes[length..];
            place += length;
        }
    }

    /// <summary>All bytes, piece by piece; a piece is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        var room = IsInMemory ? [] : new byte[(int)long.Min(Length, 1 << 20)];
        for (long place = 0, length; place < Length; place += length)
        {
            length = long.Min(Length - place, IsInMemory ? _pieceLength : room.Length);
            if (IsInMemory)
            {
                yield return _pieces[(int)(place / _pieceLength)].AsMemory(0, (int)length);
            }
            else
            {
                Read(place, room.AsSpan(0, (int)length));
                yield return room.AsMemory(0, (int)length);
            }
        }
    }

    /// <summary>Releases the memory and removes the temporary file.</summary>
    public void Dispose() => _spill?.Dispose();

    // The first piece grows, so that a small table takes little; the others have their full length from the beginning.
    private void MakeRoom(int length)
    {
        if (_pieces.Count <= 1 && _spill is null && _filled + length <= long.Min(_pieceLength, _mostInMemory))
        {
            var needed = int.Max(int.Min(FirstPiece, _pieceLength), _filled + length);
            Array.Resize(ref _piece, int.Clamp(2 * _piece.Length, needed, _pieceLength));
            _pieces.Clear();
            _pieces.Add(_piece);
            return;
        }

        if (_spill is null && _before + _filled + _pieceLength > _mostInMemory)
        {
            SpillPieces();
        }
        else if (_spill is not null)
        {
            WritePiece();
        }
        else
        {
            _before += _filled;
            _filled = 0;
            _piece = GC.AllocateUninitializedArray<byte>(_pieceLength);
            _pieces.Add(_piece);
        }
    }

    private void SpillPieces()
    {
        _spill = _open!();
        var place = _start;
        foreach (var piece in _pieces)
        {
            var length = ReferenceEquals(piece, _piece) ? _filled : _pieceLength;
            _spill.Write(piece.AsSpan(0, length), place);
            place += length;
        }

        _before += _filled;
        _filled = 0;
        _pieces.Clear();
        _piece = _piece.Length == _pieceLength ? _piece : new byte[_pieceLength];
        if (_mostInMemory >= WorthCollecting)
        {
            // The collector would come late, for little is allocated from here on.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private void WritePiece()
    {
        _spill!.Write(_piece.AsSpan(0, _filled), _start + _before);
        _before += _filled;
        _filled = 0;
    }

    private void ReadFile(SpillFile file, long place, Span<byte> bytes)
    {
        var filled = 0;
        while (filled < bytes.Length)                                 // the system may give less than is asked for
        {
            var read = ReadSome(file, _start + place + filled, bytes[filled..]);
            if (read == 0)
            {
                throw Wrong(_start + place, bytes.Length, $"the end of the file after {filled}", null);
            }

            filled += read;
        }
    }

    private int ReadSome(SpillFile file, long offset, Span<byte> bytes)
    {
        try
        {
            return RandomAccess.Read(file.Handle, bytes, offset);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Wrong(offset, bytes.Length, $"a failure ({failure.Message})", failure);
        }
    }

    private IOException Wrong(long offset, int expected, string found, Exception? inner) => new(
        $"{_spill?.FilePath}: at byte {offset}, expected {expected} bytes of a table, but found {found}. "
        + "The file was changed while it was in use, or its disk is gone; read the table again.",
        inner);
}
