using System.Text.Json;

namespace Vae.Model;

/// <summary>A tensor to be written: its line in the header.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">The length of each dimension.</param>
internal sealed record SafeTensorEntry(string Name, SafeTensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>The bytes that the tensor takes.</summary>
    public long Length => checked(Shape.Aggregate(1L, (product, length) => checked(product * length)) * Type.Bits) / 8;

    /// <summary>The header of a file whose tensors stand one after another.</summary>
    /// <param name="tensors">The tensors, in the order of their bytes.</param>
    /// <param name="metadata">Texts.</param>
    /// <param name="least">The shortest length; spaces fill the header up to it, and to a multiple of 8.</param>
    /// <exception cref="ArgumentException">The header is longer than is read again.</exception>
    public static byte[] Header(
        IReadOnlyList<SafeTensorEntry> tensors, IReadOnlyDictionary<string, string> metadata, int least)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, text) in metadata)
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                offset = tensor.WriteTo(json, offset);
            }

            json.WriteEndObject();
        }

        while (buffer.Length < least || buffer.Length % SafeTensors.LengthBytes != 0) // the numbers begin at a multiple of 8
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.Length <= SafeTensors.LargestHeader
            ? buffer.ToArray()
            : throw new ArgumentException(
                $"The header of the file would have {buffer.Length} bytes, but at most {SafeTensors.LargestHeader} are read "
                + "again. Give columns shorter names, or leave some out.");
    }

    private long WriteTo(Utf8JsonWriter json, long start)
    {
        var end = start + Length;
        json.WriteStartObject(Name);
        json.WriteString("dtype", Type.Name);
        json.WriteStartArray("shape");
        foreach (var length in Shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
