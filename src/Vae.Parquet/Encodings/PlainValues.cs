using System.Buffers.Binary;

namespace Vae.Parquet;

/// <summary>The values of a page as eight bytes each: a whole number, a double's bits, or a range of the page's bytes.</summary>
internal static class PlainValues
{
    private const int Int96Length = 12;

    /// <summary>Reads values that are stored as they are.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="fixedLength">The bytes of a value of fixed length.</param>
    /// <param name="bytes">The page.</param>
    /// <param name="start">Where the values begin in it.</param>
    /// <param name="values">Overwritten as a whole.</param>
    public static void Decode(PhysicalType type, int fixedLength, ReadOnlySpan<byte> bytes, int start, Span<ulong> values)
    {
        var source = bytes[start..];
        switch (type)
        {
            case PhysicalType.Boolean:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (ulong)(source[i >> 3] >> (i & 7)) & 1;
                }

                break;
            case PhysicalType.Int32:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (ulong)BinaryPrimitives.ReadInt32LittleEndian(source[(4 * i)..]);
                }

                break;
            case PhysicalType.Float:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * i)..]);
                }

                break;
            case PhysicalType.Int64 or PhysicalType.Double:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * i)..]);
                }

                break;
            case PhysicalType.ByteArray:
                for (var (i, at) = (0, start); i < values.Length; i++)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
                    values[i] = RangeIn(bytes, at + sizeof(int), length);
                    at += sizeof(int) + length;
                }

                break;
            case PhysicalType.FixedByteArray or PhysicalType.Int96:
                var width = type == PhysicalType.Int96 ? Int96Length : fixedLength;
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = RangeIn(bytes, checked(start + (i * width)), width);
                }

                break;
            default:
                throw new InvalidDataException($"a column is stored as {(int)type}, which is unknown");
        }
    }

    /// <summary>A range, where it is inside of the bytes.</summary>
    public static ulong RangeIn(ReadOnlySpan<byte> bytes, int start, int length)
    {
        _ = bytes.Slice(start, length);                               // throws where it is not
        return ByteRange.Of(start, length);
    }
}
