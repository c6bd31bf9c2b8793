using System.Buffers.Binary;
using System.Numerics;
using Parquet.Meta;
using Physical = Parquet.Meta.Type;

namespace Vae.Parquet;

/// <summary>What a column of a file is in .NET.</summary>
/// <remarks>Parquet.Net is asked for the stored numbers and bytes, and what they mean is said here. It reads numbers in encodings
/// in which it does not read dates (those of DuckDB's version 2), and refuses a column for one date that .NET does not have, and
/// a whole file for a column of numbers of 16 bits.</remarks>
internal static class ColumnType
{
    private const int MostDigits = 28;                                // of a decimal in .NET, whatever its digits

    /// <summary>A column's values, to be filled; null for bytes and others that are left out. Takes the meaning off the
    /// element.</summary>
    /// <param name="element">The column's element of the schema.</param>
    public static ColumnValues? Take(SchemaElement element)
    {
        var (logical, old) = (element.LogicalType, element.ConvertedType);
        (element.LogicalType, element.ConvertedType) = (null, null);
        if (logical?.DECIMAL is not null || old == ConvertedType.DECIMAL)
        {
            var scale = logical?.DECIMAL?.Scale ?? element.Scale ?? 0;
            return OfDecimals(element, logical?.DECIMAL?.Precision ?? element.Precision ?? 0, scale);
        }

        switch (element.Type)
        {
            case Physical.BOOLEAN:
                return ColumnValues.Numbers<bool>();
            case Physical.FLOAT:
                return ColumnValues.Numbers<float>();
            case Physical.DOUBLE:
                return ColumnValues.Numbers<double>();
            case Physical.INT96:
                return ColumnValues.Numbers<DateTime>();
            case Physical.INT32:
                return OfInt32(logical, old);
            case Physical.INT64:
                return OfInt64(logical, old);
            case Physical.BYTE_ARRAY when logical is { STRING: not null } or { ENUM: not null } or { JSON: not null }
                || old is ConvertedType.UTF8 or ConvertedType.ENUM or ConvertedType.JSON:
                element.ConvertedType = ConvertedType.UTF8;           // Parquet.Net makes the texts
                return ColumnValues.Texts();
            case Physical.FIXED_LEN_BYTE_ARRAY when logical?.FLOAT16 is not null && element.TypeLength == 2:
                return ColumnValues.Bytes<float>(bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes));
            case Physical.FIXED_LEN_BYTE_ARRAY when logical?.UUID is not null && element.TypeLength == 16:
                return ColumnValues.Bytes<string>(bytes => new Guid(bytes, bigEndian: true).ToString());
            default:
                return null;
        }
    }

    private static ColumnValues OfInt32(LogicalType? logical, ConvertedType? old)
        => logical?.DATE is not null || old == ConvertedType.DATE
            ? ColumnValues.Numbers<int, DateTime>(days => ToDate(days * (Int128)TimeSpan.TicksPerDay))
        : logical?.TIME is not null || old == ConvertedType.TIME_MILLIS ? ColumnValues.Numbers<int, double>(time => time / 1e3)
        : logical?.INTEGER is { BitWidth: 32, IsSigned: false } || old == ConvertedType.UINT_32
            ? ColumnValues.Numbers<int, long>(number => (long)(uint)number)
        : ColumnValues.Numbers<int>();

    private static ColumnValues OfInt64(LogicalType? logical, ConvertedType? old)
        => logical?.TIMESTAMP is { Unit.NANOS: not null }
            ? ColumnValues.Numbers<long, DateTime>(time => ToDate((time / 100) - (time % 100 < 0 ? 1 : 0)))
        : logical?.TIMESTAMP is { Unit.MICROS: not null } || old == ConvertedType.TIMESTAMP_MICROS
            ? ColumnValues.Numbers<long, DateTime>(time => ToDate(time * (Int128)TimeSpan.TicksPerMicrosecond))
        : logical?.TIMESTAMP is not null || old == ConvertedType.TIMESTAMP_MILLIS
            ? ColumnValues.Numbers<long, DateTime>(time => ToDate(time * (Int128)TimeSpan.TicksPerMillisecond))
        : logical?.TIME is { Unit.NANOS: not null } ? ColumnValues.Numbers<long, double>(time => time / 1e9)
        : logical?.TIME is not null || old == ConvertedType.TIME_MICROS ? ColumnValues.Numbers<long, double>(time => time / 1e6)
        : logical?.INTEGER is { IsSigned: false } || old == ConvertedType.UINT_64
            ? ColumnValues.Numbers<long, decimal>(number => (decimal)(ulong)number)
        : ColumnValues.Numbers<long>();

    private static ColumnValues? OfDecimals(SchemaElement element, int precision, int scale)
    {
        if (scale < 0 || scale > precision)
        {
            throw new InvalidDataException($"a decimal of {precision} digits has {scale} after the point");
        }

        return element.Type switch
        {
            Physical.INT32 when precision <= MostDigits => ColumnValues.Numbers<int, decimal>(all => ToDecimal(all, scale)),
            Physical.INT64 when precision <= MostDigits => ColumnValues.Numbers<long, decimal>(all => ToDecimal(all, scale)),
            Physical.BYTE_ARRAY or Physical.FIXED_LEN_BYTE_ARRAY => precision <= MostDigits
                ? ColumnValues.Bytes<decimal>(digits => ToDecimal(Number(digits), scale))
                : ColumnValues.Bytes<double>(digits => (double)Number(digits) / double.Pow(10, scale)),
            _ => null,
        };
    }

    private static BigInteger Number(byte[] digits) => new(digits, isBigEndian: true);

    private static decimal ToDecimal(BigInteger unscaled, int scale)
    {
        var whole = (decimal)BigInteger.Abs(unscaled);                // fails where it is too large
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(whole, parts);
        return new decimal(parts[0], parts[1], parts[2], unscaled.Sign < 0, (byte)scale);
    }

    // A moment outside of the years 1 to 9999 is missing: .NET has none.
    private static DateTime? ToDate(Int128 ticksSince1970)
    {
        var ticks = ticksSince1970 + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;
    }
}
