using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Vae.Formats;

/// <summary>Text in UTF-8, whatever the source holds: a byte that belongs to no character of UTF-8 is read as Windows-1252, the
/// encoding of most files that are not UTF-8. A byte order mark is left out. A NUL is refused, because a file with one is
/// no text.</summary>
/// <param name="inner">The source; disposed with this stream.</param>
/// <param name="name">The source's name in messages.</param>
internal sealed class Utf8Stream(Stream inner, string name) : ReadStream
{
    private const int ChunkLength = 1 << 16;
    private const int MostOfCharacter = 4;                            // bytes

    private const int MostLineEnds = 1 << 24;                         // one after another; CsvHelper looks at each for itself

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private readonly byte[] _chunk = new byte[ChunkLength + MostOfCharacter];
    private readonly byte[] _carry = new byte[MostOfCharacter];       // of a character whose end is still to come
    private int _carried;
    private ReadOnlyMemory<byte> _text;
    private long _lines;
    private long _lineEnds;                                           // bytes of parts of the text that hold nothing else
    private bool _isStart = true;
    private bool _hasEnded;

    /// <summary>The number of bytes that were read as Windows-1252.</summary>
    public long Mended { get; private set; }

    /// <summary>The line of the first of them, from 1 on; 0 where there is none.</summary>
    public long FirstMendedLine { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (_text.IsEmpty && !_hasEnded)
        {
            Fill();
        }

        var some = int.Min(buffer.Length, _text.Length);
        _text.Span[..some].CopyTo(buffer);
        _text = _text[some..];
        return some;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _carry.AsSpan(0, _carried).CopyTo(_chunk);
        var read = inner.Read(_chunk, _carried, ChunkLength);
        _hasEnded = read == 0;
        var all = _chunk.AsMemory(0, _carried + read);
        var complete = _hasEnded ? all.Length : CompleteLength(all.Span);
        all.Span[complete..].CopyTo(_carry);
        _carried = all.Length - complete;
        _text = Utf8.IsValid(all.Span[..complete]) ? all[..complete] : Mend(all.Span[..complete]);
        _text = _isStart && _text.Span.StartsWith(ByteOrderMark) ? _text[ByteOrderMark.Length..] : _text;
        _isStart &= _text.IsEmpty;
        RequireText(_text.Span);
        RequireLines(_text.Span);
        _lines += _text.Span.Count((byte)'\n');
    }

    // Without the last bytes if they begin a character that is longer.
    private static int CompleteLength(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back < MostOfCharacter && back <= bytes.Length; back++)
        {
            var value = bytes[^back];
            if ((value & 0xC0) != 0x80)
            {
                var length = value switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
                return length > back ? bytes.Length - back : bytes.Length;
            }
        }

        return bytes.Length;
    }

    private ReadOnlyMemory<byte> Mend(ReadOnlySpan<byte> bytes)
    {
        var mended = new byte[3 * bytes.Length];                      // the longest character of Windows-1252 has 3 bytes
        var (count, line) = (0, _lines + 1);
        Span<char> character = stackalloc char[1];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == OperationStatus.Done)
            {
                line += bytes[0] == '\n' ? 1 : 0;
                bytes[..length].CopyTo(mended.AsSpan(count));
                count += length;
            }
            else
            {
                length = 1;
                Windows1252.GetChars(bytes[..1], character);
                count += Encoding.UTF8.GetBytes(character, mended.AsSpan(count));
                FirstMendedLine = Mended++ == 0 ? line : FirstMendedLine;
            }

            bytes = bytes[length..];
        }

        return mended.AsMemory(0, count);
    }

    private void RequireLines(ReadOnlySpan<byte> text)
    {
        _lineEnds = text.ContainsAnyExcept((byte)'\n', (byte)'\r') ? 0 : _lineEnds + text.Length;
        if (_lineEnds > MostLineEnds)
        {
            throw new TableException(
                name,
                _lines,
                null,
                $"at most {MostLineEnds} line ends one after another are wanted, but there are more",
                "Remove blank lines. Or is this no table?");
        }
    }

    private void RequireText(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)0);
        if (at >= 0)
        {
            throw new TableException(
                name,
                _lines + 1 + text[..at].Count((byte)'\n'),
                null,
                "a text is wanted, but there is a NUL byte in it",
                "This is no table, or it is damaged: write it again as text in UTF-8.");
        }
    }
}
