using System.IO.Compression;

namespace Vae.Formats;

/// <summary>The content of a gzip archive. An archive that is damaged, or that grows far beyond what a table can, is
/// refused.</summary>
/// <param name="archive">The archive; disposed with this stream.</param>
/// <param name="name">The archive's name in messages.</param>
internal sealed class GzipContent(Stream archive, string name) : ReadStream
{
    private const long AlwaysUnpacked = 1L << 28;
    private const long MostExpansion = 200;                           // a table's is 3 to 50; deflate's own limit is 1032

    private readonly GzipArchive _archive = new(archive);
    private GZipStream? _content;
    private long _unpacked;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        _content ??= new GZipStream(_archive, CompressionMode.Decompress);
        try
        {
            var read = _content.Read(buffer);
            _unpacked += read;
            if (_unpacked > long.Max(AlwaysUnpacked, MostExpansion * _archive.Count))
            {
                throw Wrong(
                    $"no more than {MostExpansion} times the archive is wanted, "
                        + $"but {_archive.Count} bytes of it hold {_unpacked}",
                    "The archive may be a gzip bomb. If you trust it, unpack it with gunzip and use the plain file.");
            }

            return read > 0 || buffer.IsEmpty || _archive.HasEnded(_unpacked)
                ? read
                : throw Wrong(
                    "a gzip archive that ends with the length of its content is wanted, "
                        + $"but this one ends after {_unpacked} bytes of it",
                    "The file is incomplete or damaged; write or download it again.");
        }
        catch (InvalidDataException damaged)
        {
            throw Wrong(
                $"gzip data is wanted, but after {_unpacked} bytes of content there is something else",
                "The file is damaged; write or download it again.",
                damaged);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _content?.Dispose();
        _archive.Dispose();
        base.Dispose(disposing);
    }

    private TableException Wrong(string problem, string remedy, Exception? inner = null)
        => new(name, 0, null, problem, remedy, innerException: inner);
}
