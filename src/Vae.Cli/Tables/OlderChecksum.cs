using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The checksum by which runs of older versions, which read tables as floats, recognise their table.</summary>
internal static class OlderChecksum
{
    /// <summary>SHA-256 of the names and the numbers, in lower-case hexadecimal digits.</summary>
    public static string Of(Table table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(table.Features));
        for (var feature = 0; feature < table.Features; feature++)
        {
            var name = Encoding.UTF8.GetBytes(table.FeatureName(feature));
            hash.AppendData(BitConverter.GetBytes(name.Length)); // so that names with other boundaries have another checksum
            hash.AppendData(name);
        }

        var row = new float[table.Features];
        for (var sample = 0; sample < table.Count; sample++)
        {
            table.Gather<float>([sample], row);
            hash.AppendData(MemoryMarshal.AsBytes<float>(row));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
