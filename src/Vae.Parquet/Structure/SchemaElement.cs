using System.Text;

namespace Vae.Parquet;

/// <summary>An element of a file's schema: a column, or a group of elements.</summary>
internal sealed record SchemaElement
{
    private const int MostDigits = 28;                                // of a decimal in .NET, whatever its digits

    /// <summary>The name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>How values are stored; null for a group.</summary>
    public PhysicalType? Type { get; private set; }

    /// <summary>The bytes of a value of fixed length.</summary>
    public int TypeLength { get; private set; }

    /// <summary>Whether values may be missing.</summary>
    public bool IsOptional { get; private set; }

    /// <summary>Whether a row may have any number of values.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>The elements of a group.</summary>
    public int Children { get; private set; }

    /// <summary>The digits after the decimal point of a decimal.</summary>
    public int DecimalScale { get; private set; }

    /// <summary>The meaning of the values.</summary>
    public Meaning Meaning { get; private set; }

    /// <summary>Reads an element.</summary>
    public static SchemaElement Read(ref ThriftReader thrift)
    {
        var element = new SchemaElement();
        var (converted, precision, logical) = (-1, 0, default(LogicalType));
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    element.Type = (PhysicalType)thrift.Int32(type);
                    break;
                case 2:
                    element.TypeLength = thrift.Int32(type);
                    break;
                case 3:
                    var repetition = thrift.Int32(type);
                    (element.IsOptional, element.IsRepeated) = (repetition == 1, repetition == 2);
                    break;
                case 4:
                    element.Name = Encoding.UTF8.GetString(thrift.Binary(type));
                    break;
                case 5:
                    element.Children = thrift.Int32(type);
                    break;
                case 6:
                    converted = thrift.Int32(type);
                    break;
                case 7:
                    element.DecimalScale = thrift.Int32(type);
                    break;
                case 8:
                    precision = thrift.Int32(type);
                    break;
                case 10:
                    ThriftReader.Struct(type);
                    logical = LogicalType.Read(ref thrift);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (logical.Kind == LogicalType.Decimal)
        {
            (element.DecimalScale, precision) = (logical.Scale, logical.Width);
        }

        var isNested = element.IsRepeated || element.Children > 0;
        element.Meaning = isNested ? Meaning.None : element.MeaningOf(logical, converted, precision);
        return element;
    }

    private Meaning MeaningOf(LogicalType logical, int converted, int precision) => Type switch
    {
        _ when logical.Kind == LogicalType.Decimal || converted == ConvertedType.Decimal => DecimalOf(precision),
        PhysicalType.Boolean => Meaning.Boolean,
        PhysicalType.Float => Meaning.Float,
        PhysicalType.Double => Meaning.Double,
        PhysicalType.Int96 => Meaning.JulianDay,
        PhysicalType.Int32 or PhysicalType.Int64 when logical.OfNumber(Type == PhysicalType.Int64) is var meaning
            => meaning != Meaning.None ? meaning : ConvertedType.OfNumber(converted, Type == PhysicalType.Int64),
        PhysicalType.ByteArray => logical.IsText || ConvertedType.IsText(converted) ? Meaning.Text : Meaning.None,
        PhysicalType.FixedByteArray when logical.Kind == LogicalType.Float16 && TypeLength == 2 => Meaning.Half,
        PhysicalType.FixedByteArray when logical.Kind == LogicalType.Uuid && TypeLength == 16 => Meaning.Uuid,
        _ => Meaning.None,
    };

    private Meaning DecimalOf(int precision)
    {
        if (DecimalScale < 0 || DecimalScale > precision)
        {
            throw new InvalidDataException($"a decimal of {precision} digits has {DecimalScale} after the point");
        }

        return Type switch
        {
            PhysicalType.Boolean or PhysicalType.Float or PhysicalType.Double or PhysicalType.Int96 => Meaning.None,
            _ => precision <= MostDigits ? Meaning.Decimal : Meaning.LongDecimal,
        };
    }
}
