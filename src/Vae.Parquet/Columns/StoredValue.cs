using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Vae.Parquet;

/// <summary>A stored value as an object of .NET.</summary>
internal static class StoredValue
{
    private const int MostDecimalBytes = 64;
    private const long JulianDayOf1970 = 2_440_588;
    private const int TicksPerNanosecondInverse = 100;
    private static readonly BigInteger LargestDecimal = new(decimal.MaxValue);

    /// <summary>Converts a value.</summary>
    /// <param name="element">The column.</param>
    /// <param name="stored">The value's eight bytes.</param>
    /// <param name="bytes">The bytes to which it may refer.</param>
    /// <returns>The value; <see cref="DBNull"/> for a moment that .NET has no date for, outside of the years 1 to 9999.</returns>
    public static object ToObject(SchemaElement element, ulong stored, ReadOnlySpan<byte> bytes) => element.Meaning switch
    {
        Meaning.Boolean => stored != 0,
        Meaning.Int32 => (int)stored,
        Meaning.Int64 => element.Type == PhysicalType.Int32 ? (uint)stored : (long)stored,
        Meaning.UInt64 => (decimal)stored,
        Meaning.Float => BitConverter.UInt32BitsToSingle((uint)stored),
        Meaning.Half => (float)BinaryPrimitives.ReadHalfLittleEndian(ByteRange.In(bytes, stored)),
        Meaning.Double => BitConverter.UInt64BitsToDouble(stored),
        Meaning.Decimal => ToDecimal(Unscaled(element, stored, bytes), element.DecimalScale),
        Meaning.LongDecimal => (double)Unscaled(element, stored, bytes) / double.Pow(10, element.DecimalScale),
        Meaning.Date => ToDate((long)stored * (Int128)TimeSpan.TicksPerDay),
        Meaning.Milliseconds => ToDate((long)stored * (Int128)TimeSpan.TicksPerMillisecond),
        Meaning.Microseconds => ToDate((long)stored * (Int128)TimeSpan.TicksPerMicrosecond),
        Meaning.Nanoseconds => ToDate(FloorDivide((long)stored)),
        Meaning.JulianDay => ToDate(OfJulianDay(ByteRange.In(bytes, stored))),
        Meaning.TimeMilliseconds => (long)stored / 1e3,
        Meaning.TimeMicroseconds => (long)stored / 1e6,
        Meaning.TimeNanoseconds => (long)stored / 1e9,
        Meaning.Text => Encoding.UTF8.GetString(ByteRange.In(bytes, stored)),
        Meaning.Uuid => new Guid(ByteRange.In(bytes, stored), bigEndian: true).ToString(),
        _ => throw new InvalidOperationException("The column is left out."),
    };

    private static object ToDate(Int128 ticksSince1970)
    {
        var ticks = ticksSince1970 + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : DBNull.Value;
    }

    private static Int128 FloorDivide(long nanoseconds)
        => (nanoseconds / TicksPerNanosecondInverse) - (nanoseconds % TicksPerNanosecondInverse < 0 ? 1 : 0);

    private static Int128 OfJulianDay(ReadOnlySpan<byte> bytes)
    {
        var day = BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(long)..]) - JulianDayOf1970;
        return (day * (Int128)TimeSpan.TicksPerDay) + FloorDivide(BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    private static BigInteger Unscaled(SchemaElement element, ulong stored, ReadOnlySpan<byte> bytes)
    {
        if (element.Type is PhysicalType.Int32 or PhysicalType.Int64)
        {
            return (long)stored;
        }

        var digits = ByteRange.In(bytes, stored);
        return digits.Length <= MostDecimalBytes
            ? new BigInteger(digits, isBigEndian: true)
            : throw new InvalidDataException($"a decimal has {digits.Length} bytes");
    }

    private static decimal ToDecimal(BigInteger unscaled, int scale)
    {
        var size = BigInteger.Abs(unscaled);
        if (size > LargestDecimal)
        {
            throw new InvalidDataException($"a decimal has {size.GetBitLength()} bits");
        }

        var whole = (decimal)size;
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(whole, parts);
        return new decimal(parts[0], parts[1], parts[2], unscaled.Sign < 0, (byte)scale);
    }
}
