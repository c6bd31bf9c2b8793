using System.Security.Cryptography;
using System.Text;

namespace Vae.Model;

/// <summary>The checksum of a table's names and values.</summary>
internal static class TableChecksum
{
    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    /// <remarks>The length of each text is hashed before it, so that names with other boundaries have another checksum.</remarks>
    /// <param name="cells">The table's cells.</param>
    public static string Of(CellStore cells)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(cells.Names.Count));
        foreach (var name in cells.Names)
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
        }

        Append(hash, cells.Cells);
        Append(hash, cells.Others);
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

    private static void Append(IncrementalHash hash, StoredBytes bytes)
    {
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        foreach (var piece in bytes.Pieces())
        {
            hash.AppendData(piece.Span);
        }
    }
}
