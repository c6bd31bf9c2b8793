using System.Buffers.Binary;

namespace Vae.Formats;

/// <summary>A constant tensor of a graph.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Lengths from the outermost to the innermost; none for a single number.</param>
/// <param name="Bytes">Gives the numbers, row by row, little-endian; called when the file is written.</param>
internal sealed record OnnxTensor(string Name, OnnxType Type, IReadOnlyList<long> Shape, Func<byte[]> Bytes)
{
    /// <summary>The number of bytes of all elements.</summary>
    public long Length
        => Shape.Aggregate(Type == OnnxType.Float ? sizeof(float) : (long)sizeof(long), (length, count) => length * count);

    /// <summary>A tensor of floats.</summary>
    public static OnnxTensor Of(string name, Func<float[]> values, params long[] shape) => new(name, OnnxType.Float, shape, () =>
    {
        var numbers = values();
        var bytes = new byte[sizeof(float) * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), numbers[i]);
        }

        return bytes;
    });

    /// <summary>A tensor of doubles.</summary>
    public static OnnxTensor OfDoubles(string name, double[] values, params long[] shape)
        => new(name, OnnxType.Double, shape, () =>
        {
            var bytes = new byte[sizeof(double) * values.Length];
            for (var i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i), values[i]);
            }

            return bytes;
        });

    /// <summary>A tensor of whole numbers.</summary>
    public static OnnxTensor Of(string name, long[] values, params long[] shape) => new(name, OnnxType.Int64, shape, () =>
    {
        var bytes = new byte[sizeof(long) * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), values[i]);
        }

        return bytes;
    });
}
