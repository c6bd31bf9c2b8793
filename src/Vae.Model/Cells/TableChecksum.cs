using System.Security.Cryptography;
using System.Text;

namespace Vae.Model;

/// <summary>The checksum of a table's names and values.</summary>
internal static class TableChecksum
{
    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    /// <remarks>The length of each text is hashed before it, so that names with other boundaries have another checksum.</remarks>
    /// <param name="cells">The table's cells.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    public static string Of(CellStore cells, CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(cells.Names.Count));
        foreach (var name in cells.Names)
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
        }

        Append(hash, cells.Cells, cancellationToken);
        Append(hash, cells.Others, cancellationToken);
        foreach (var texts in cells.Texts)
        {
            hash.AppendData(BitConverter.GetBytes(texts.Count));
            for (var code = 0; code < texts.Count; code++)
            {
                Append(hash, texts.Utf8(code));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> text)
    {
        hash.AppendData(BitConverter.GetBytes(text.Length));
        hash.AppendData(text);
    }

    private static void Append(IncrementalHash hash, StoredBytes bytes, CancellationToken cancellationToken)
    {
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        foreach (var piece in bytes.Pieces())
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(piece.Span);
        }
    }
}
