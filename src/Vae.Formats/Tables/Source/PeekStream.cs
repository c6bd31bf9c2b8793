namespace Vae.Formats;

/// <summary>A stream whose first bytes can be looked at before they are read. The source need not be seekable.</summary>
/// <param name="inner">The source; disposed with this stream.</param>
internal sealed class PeekStream(Stream inner) : ReadStream
{
    private byte[] _seen = [];
    private int _count;
    private int _taken;

    /// <summary>Whether the bytes of the last <see cref="Peek"/> are all that the source has.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The first bytes of the source, as many as it has up to a number. Only before the first read.</summary>
    /// <param name="most">The number; each call may ask for more.</param>
    public ReadOnlyMemory<byte> Peek(int most)
    {
        if (most > _count && !IsWhole)
        {
            var longer = GC.AllocateUninitializedArray<byte>(most);
            _seen.AsSpan(0, _count).CopyTo(longer);
            _seen = longer;
            _count += inner.ReadAtLeast(_seen.AsSpan(_count), most - _count, throwOnEndOfStream: false);
            IsWhole = _count < most;
        }

        return _seen.AsMemory(0, int.Min(most, _count));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_taken == _count)
        {
            _seen = [];                                               // what was replayed needs no memory
            (_count, _taken) = (0, 0);
            return inner.Read(buffer);
        }

        var some = int.Min(buffer.Length, _count - _taken);
        _seen.AsSpan(_taken, some).CopyTo(buffer);
        _taken += some;
        return some;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
