namespace Vae.Formats;

/// <summary>Rewrites the spaces and tabs of a table, so that a reader of delimited fields can read it: a run of them between
/// fields becomes one tab, or those around a quoted field are left out. Line breaks stay, so lines keep their numbers.</summary>
/// <param name="inner">Text in UTF-8; disposed with this stream.</param>
/// <param name="delimiter">The delimiter around which blanks are left out; a space where runs of blanks are the
/// delimiter.</param>
/// <param name="quote">The character around quoted fields.</param>
internal sealed class BlankFilter(Stream inner, char delimiter, byte quote) : ReadStream
{
    private const byte Separator = (byte)'\t';

    private readonly byte[] _buffer = new byte[1 << 12];      // small: detection wants few lines
    private readonly bool _isRun = delimiter == CsvSyntax.Blanks;
    private int _next;
    private int _count;
    private Place _place = Place.LineStart;

    private enum Place
    {
        LineStart,                                                    // before the first field, blanks are left out
        FieldStart,                                                   // after a delimiter, blanks are left out
        Plain,
        Quoted,
        AfterQuote,                                                   // of the end of a quoted field, or the first of two
        Run,                                                          // blanks that separate fields unless the line ends
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (written < buffer.Length)
        {
            if (_next == _count)
            {
                if (written > 0)
                {
                    break;
                }

                (_next, _count) = (0, inner.Read(_buffer));
                if (_count == 0)
                {
                    break;
                }
            }

            written += Step(_buffer[_next], buffer[written..]);
        }

        return written;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    // Writes one byte or none. A byte after a run is looked at twice: a tab is written first.
    private int Step(byte value, Span<byte> target)
    {
        var isBlank = value == ' ' || (value == '\t' && delimiter != '\t');
        var written = 1;
        target[0] = value;
        switch (_place)
        {
            case Place.Quoted:
                _place = value == quote ? Place.AfterQuote : Place.Quoted;
                break;
            case Place.AfterQuote when value == quote:
                _place = Place.Quoted;
                break;
            case var _ when value is (byte)'\n' or (byte)'\r':
                _place = Place.LineStart;
                break;
            case Place.Run when !isBlank:
                target[0] = Separator;
                _place = Place.FieldStart;
                return 1;                                             // and the byte itself at the next step
            case Place.LineStart or Place.FieldStart or Place.Run when isBlank:
                written = 0;
                break;
            case Place.LineStart or Place.FieldStart when value == quote:
                _place = Place.Quoted;
                break;
            case var _ when isBlank && _isRun:
                written = 0;
                _place = Place.Run;
                break;
            case Place.AfterQuote when isBlank:
                written = 0;
                break;
            default:
                _place = value == delimiter ? Place.FieldStart : Place.Plain;
                break;
        }

        _next++;
        return written;
    }
}
