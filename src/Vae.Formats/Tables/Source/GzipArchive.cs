using System.Buffers.Binary;

namespace Vae.Formats;

/// <summary>The bytes of a gzip archive, and what shows that it is complete: .NET reads one that was cut as if it ended there.
/// </summary>
/// <param name="inner">The bytes; disposed with this stream.</param>
internal sealed class GzipArchive(Stream inner) : ReadStream
{
    private const int LengthOfEnd = sizeof(uint);

    private readonly byte[] _end = new byte[LengthOfEnd];             // the last bytes so far
    private int _members;

    private static ReadOnlySpan<byte> MemberStart => [0x1F, 0x8B, 8];

    /// <summary>The number of bytes that were read.</summary>
    public long Count { get; private set; }

    /// <summary>Whether an archive that was read to its end is complete. Its last four bytes are the length of its content, or
    /// of its last member where archives were joined.</summary>
    /// <param name="unpacked">The length of the content.</param>
    public bool HasEnded(long unpacked)
        => BinaryPrimitives.ReadUInt32LittleEndian(_end) == unchecked((uint)unpacked) || _members > 1;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Count += read;
        Note(buffer[..read]);
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        // A start may stand across two reads: the last two bytes of the one and the first two of the other are looked at, too.
        Span<byte> seam = stackalloc byte[4];
        _end.AsSpan(LengthOfEnd - 2).CopyTo(seam);
        bytes[..int.Min(2, bytes.Length)].CopyTo(seam[2..]);
        _members += bytes.Count(MemberStart) + seam.Count(MemberStart);

        var kept = int.Min(LengthOfEnd, bytes.Length);
        _end.AsSpan(kept).CopyTo(_end);
        bytes[^kept..].CopyTo(_end.AsSpan(LengthOfEnd - kept));
    }
}
