using System.Data;
using System.Globalization;

namespace Vae.Model;

/// <summary>Codes one field of a reader by the types of its values, which may change from row to row.</summary>
/// <param name="field">The reader's field.</param>
/// <param name="coder">The column.</param>
internal sealed class ValueCoder(int field, ColumnCoder coder)
{
    private Type? _type;
    private Way _way;
    private bool _isMistaken;                                         // the reader's types are not those of its values

    // How a value is fetched without an object.
    private enum Way
    {
        Object,
        Double,
        Single,
        Int64,
        Int32,
        Int16,
        Byte,
        Decimal,
        Boolean,
        String,
        Moment,
    }

    /// <summary>The type of values that mean nothing in a table, such as those of pictures; null where there are none.</summary>
    public Type? Refused { get; private set; }

    /// <summary>The cell of the current row.</summary>
    public Cell Of(IDataRecord record)
    {
        if (record.IsDBNull(field))
        {
            return Cell.Hole;
        }

        if (!_isMistaken)
        {
            try
            {
                return Typed(record);
            }
            catch (Exception failure) when (failure is InvalidCastException or FormatException or NotSupportedException)
            {
                _isMistaken = true;
            }
        }

        return OfObject(record.GetValue(field));
    }

    private Cell Typed(IDataRecord record)
    {
        var type = record.GetFieldType(field);
        if (!ReferenceEquals(type, _type))
        {
            (_type, _way) = (type, WayOf(type));
        }

        return _way switch
        {
            Way.Double => coder.Number(record.GetDouble(field), isFloat: false),
            Way.Single => coder.Number(record.GetFloat(field), isFloat: true),
            Way.Int64 => coder.Whole(record.GetInt64(field)),
            Way.Int32 => coder.Whole(record.GetInt32(field)),
            Way.Int16 => coder.Whole(record.GetInt16(field)),
            Way.Byte => coder.Whole(record.GetByte(field)),
            Way.Decimal => coder.Decimal(record.GetDecimal(field)),
            Way.Boolean => Boolean(record.GetBoolean(field)),
            Way.String => coder.Text(record.GetString(field)),
            Way.Moment => coder.Date(record.GetDateTime(field), null),
            _ => OfObject(record.GetValue(field)),
        };
    }

    private static Way WayOf(Type? type)
        => type == typeof(double) ? Way.Double
            : type == typeof(float) ? Way.Single
            : type == typeof(long) ? Way.Int64
            : type == typeof(int) ? Way.Int32
            : type == typeof(short) ? Way.Int16
            : type == typeof(byte) ? Way.Byte
            : type == typeof(decimal) ? Way.Decimal
            : type == typeof(bool) ? Way.Boolean
            : type == typeof(string) ? Way.String
            : type == typeof(DateTime) ? Way.Moment
            : Way.Object;

    private Cell Boolean(bool value) => coder.Word(value ? "True"u8 : "False"u8);

    private Cell OfObject(object? value) => value switch
    {
        null or DBNull => Cell.Hole,
        double number => coder.Number(number, isFloat: false),
        float number => coder.Number(number, isFloat: true),
        Half number => coder.Number((double)number, isFloat: true),
        long number => coder.Whole(number),
        int number => coder.Whole(number),
        short number => coder.Whole(number),
        byte number => coder.Whole(number),
        sbyte number => coder.Whole(number),
        ushort number => coder.Whole(number),
        uint number => coder.Whole(number),
        decimal number => coder.Decimal(number),
        bool flag => Boolean(flag),
        string text => coder.Text(text),
        DateTime moment => coder.Date(moment, null),
        DateTimeOffset moment => coder.Date(moment.DateTime, (int)moment.Offset.TotalMinutes),
        DateOnly day => coder.Date(day.ToDateTime(TimeOnly.MinValue), null),
        TimeSpan span => coder.Decimal((decimal)span.Ticks / TimeSpan.TicksPerSecond),
        TimeOnly time => coder.Decimal((decimal)time.Ticks / TimeSpan.TicksPerSecond),
        char character => coder.Text([character]),
        IFormattable other => coder.Text(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => Refuse(value),
    };

    private Cell Refuse(object value)
    {
        Refused ??= value.GetType();
        return Cell.Hole;
    }
}
