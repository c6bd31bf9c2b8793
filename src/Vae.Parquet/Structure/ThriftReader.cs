namespace Vae.Parquet;

/// <summary>Reads Thrift's compact protocol, in which a Parquet file describes itself. Nothing is allocated for a claim: a length
/// is compared with the bytes that are there.</summary>
/// <remarks>Every method throws <see cref="InvalidDataException"/> where the bytes are not what they should be, and
/// <see cref="EndOfStreamException"/> where they end.</remarks>
/// <param name="bytes">The bytes, from the beginning of a structure on.</param>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int Deepest = 16;
    private const int LongestVarInt = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The number of bytes that were read.</summary>
    public int Position { get; private set; }

    /// <summary>Goes to the next field of a structure, or past its end.</summary>
    /// <param name="id">The number of the field before, 0 at first; then this field's.</param>
    /// <param name="type">The field's type.</param>
    public bool NextField(ref int id, out ThriftType type)
    {
        var head = Byte();
        type = (ThriftType)(head & 15);
        if (type == ThriftType.Stop)
        {
            return false;
        }

        var step = head >> 4;
        id = step > 0 ? id + step : (int)Int(ThriftType.I16);
        return true;
    }

    /// <summary>A whole number of any width.</summary>
    public long Int(ThriftType type)
    {
        if (type == ThriftType.Byte)
        {
            return (sbyte)Byte();
        }

        Require(type is ThriftType.I16 or ThriftType.I32 or ThriftType.I64, type);
        var number = VarInt();
        return (long)(number >> 1) ^ -(long)(number & 1);             // zigzag
    }

    /// <summary>A number that must fit into 32 bits.</summary>
    public int Int32(ThriftType type)
    {
        var number = Int(type);
        return number is >= int.MinValue and <= int.MaxValue
            ? (int)number : throw new InvalidDataException($"a number of 32 bits is {number}");
    }

    /// <summary>A yes or no.</summary>
    public static bool Bool(ThriftType type)
    {
        Require(type is ThriftType.True or ThriftType.False, type);
        return type == ThriftType.True;
    }

    /// <summary>A text or bytes.</summary>
    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Require(type == ThriftType.Binary, type);
        return Take(VarInt());
    }

    /// <summary>The number of elements of a list, each of which takes at least a byte.</summary>
    public int List(ThriftType type, out ThriftType element)
    {
        Require(type is ThriftType.List or ThriftType.Set, type);
        var head = Byte();
        element = (ThriftType)(head & 15);
        var count = head >> 4 < 15 ? (ulong)(head >> 4) : VarInt();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw End();
    }

    /// <summary>Makes sure that a field is a structure, whose fields follow.</summary>
    public static void Struct(ThriftType type) => Require(type == ThriftType.Struct, type);

    /// <summary>Passes over a field's value.</summary>
    public void Skip(ThriftType type) => Skip(type, isElement: false, depth: 0);

    private void Skip(ThriftType type, bool isElement, int depth)
    {
        if (depth > Deepest)
        {
            throw new InvalidDataException($"structures are nested more than {Deepest} deep");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                Position += isElement ? 1 : 0;                        // as a field, the value is in the type
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                VarInt();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Binary:
                Take(VarInt());
                break;
            case ThriftType.List or ThriftType.Set:
                for (var left = List(type, out var element); left > 0; left--)
                {
                    Skip(element, isElement: true, depth + 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                for (var id = 0; NextField(ref id, out var field);)
                {
                    Skip(field, isElement: false, depth + 1);
                }

                break;
            default:
                throw new InvalidDataException($"a field has the unknown type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        var count = VarInt();
        var types = count > 0 ? Byte() : 0;
        for (; count > 0 && Position < _bytes.Length; count--)
        {
            Skip((ThriftType)(types >> 4), isElement: true, depth + 1);
            Skip((ThriftType)(types & 15), isElement: true, depth + 1);
        }

        _ = count == 0 ? true : throw End();
    }

    private byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw End();

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw End();
        }

        Position += (int)length;
        return _bytes.Slice(Position - (int)length, (int)length);
    }

    private ulong VarInt()
    {
        var number = 0UL;
        for (var place = 0; place < LongestVarInt; place++)
        {
            var part = Byte();
            number |= (ulong)(part & 127) << (7 * place);
            if (part < 128)
            {
                return number;
            }
        }

        throw new InvalidDataException("a number has more than 64 bits");
    }

    private static void Require(bool holds, ThriftType type)
        => _ = holds ? true : throw new InvalidDataException($"a field has the wrong type {(int)type}");

    private static EndOfStreamException End() => new("the description ends in the middle");
}
