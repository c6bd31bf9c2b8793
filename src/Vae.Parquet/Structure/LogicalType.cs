namespace Vae.Parquet;

/// <summary>What a column's values mean, as files of today say it.</summary>
/// <param name="Kind">The number of the kind in the format; 0 for none.</param>
/// <param name="Width">The bits of a whole number, or the digits of a decimal.</param>
/// <param name="Scale">The digits after the point of a decimal.</param>
/// <param name="IsSigned">Whether a whole number has a sign.</param>
/// <param name="Unit">The unit of a time: 1 for milliseconds, 2 for microseconds, 3 for nanoseconds.</param>
internal readonly record struct LogicalType(int Kind, int Width, int Scale, bool IsSigned, int Unit)
{
    public const int Decimal = 5;
    public const int Uuid = 14;
    public const int Float16 = 15;

    private const int String = 1;
    private const int Enum = 4;
    private const int Date = 6;
    private const int Time = 7;
    private const int Timestamp = 8;
    private const int Integer = 10;
    private const int Json = 12;

    /// <summary>Whether the bytes are a text.</summary>
    public bool IsText => Kind is String or Enum or Json;

    /// <summary>The meaning of whole numbers; <see cref="Meaning.None"/> where this does not say it.</summary>
    /// <param name="isLong">Whether they are stored in 64 bits.</param>
    public Meaning OfNumber(bool isLong) => (Kind, Unit) switch
    {
        (Date, _) when !isLong => Meaning.Date,
        (Timestamp, 1) when isLong => Meaning.Milliseconds,
        (Timestamp, 2) when isLong => Meaning.Microseconds,
        (Timestamp, 3) when isLong => Meaning.Nanoseconds,
        (Time, 1) when !isLong => Meaning.TimeMilliseconds,
        (Time, 2) when isLong => Meaning.TimeMicroseconds,
        (Time, 3) when isLong => Meaning.TimeNanoseconds,
        (Integer, _) when !IsSigned => isLong ? Meaning.UInt64 : Width == 32 ? Meaning.Int64 : Meaning.Int32,
        _ => Meaning.None,
    };

    /// <summary>Reads a logical type: a structure of which one field is there, the number of which is the kind.</summary>
    public static LogicalType Read(ref ThriftReader thrift)
    {
        var found = default(LogicalType);
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            if (type != ThriftType.Struct)
            {
                thrift.Skip(type);
                continue;
            }

            found = found with { Kind = id };
            for (var part = 0; thrift.NextField(ref part, out var partType);)
            {
                switch (id, part)
                {
                    case (Decimal, 1):
                        found = found with { Scale = thrift.Int32(partType) };
                        break;
                    case (Decimal, 2) or (Integer, 1):
                        found = found with { Width = thrift.Int32(partType) };
                        break;
                    case (Integer, 2):
                        found = found with { IsSigned = ThriftReader.Bool(partType) };
                        break;
                    case (Time or Timestamp, 2):
                        found = found with { Unit = ReadUnit(ref thrift, partType) };
                        break;
                    default:
                        thrift.Skip(partType);
                        break;
                }
            }
        }

        return found;
    }

    private static int ReadUnit(ref ThriftReader thrift, ThriftType type)
    {
        ThriftReader.Struct(type);
        var unit = 0;
        for (var id = 0; thrift.NextField(ref id, out var part);)
        {
            thrift.Skip(part);
            unit = id;
        }

        return unit;
    }
}
