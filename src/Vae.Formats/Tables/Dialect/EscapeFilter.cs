namespace Vae.Formats;

/// <summary>Writes each quote that has a backslash before it, in a quoted field, as two quotes, so that a reader of RFC 4180 can
/// read it. The text keeps its length.</summary>
/// <param name="inner">Text in UTF-8; disposed with this stream.</param>
/// <param name="quote">The character around quoted fields.</param>
internal sealed class EscapeFilter(Stream inner, byte quote) : ReadStream
{
    private const byte Backslash = (byte)'\\';

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _next;
    private int _count;
    private bool _isInside;                                           // of a quoted field
    private bool _isEscaped;                                          // the next byte is a quote behind a backslash
    private byte _last = (byte)'\n';

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (written < buffer.Length && (_next < _count || (written == 0 && Fill())))
        {
            var value = _buffer[_next++];
            var isField = _isInside;
            if (_isEscaped)
            {
                _isEscaped = false;
            }
            else if (isField && value == Backslash && (_next < _count || Fill()) && _buffer[_next] == quote)
            {
                (value, _isEscaped) = (quote, true);
            }
            else if (value == quote)
            {
                _isInside = !isField && EscapedQuotes.EndsField(_last);
            }

            _last = value;
            buffer[written++] = value;
        }

        return written;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private bool Fill()
    {
        (_next, _count) = (0, inner.Read(_buffer));
        return _count > 0;
    }
}
