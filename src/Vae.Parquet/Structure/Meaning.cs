namespace Vae.Parquet;

/// <summary>The meaning of a column's stored values, which decides their type in .NET.</summary>
internal enum Meaning
{
    /// <summary>A column that is left out: nested, or bytes without a meaning.</summary>
    None,

    /// <summary>Yes or no.</summary>
    Boolean,

    /// <summary>A whole number of at most 32 bits.</summary>
    Int32,

    /// <summary>A whole number of at most 64 bits; also an unsigned one of 32.</summary>
    Int64,

    /// <summary>A whole number of 64 bits without sign.</summary>
    UInt64,

    /// <summary>A number of 32 bits.</summary>
    Float,

    /// <summary>A number of 16 bits.</summary>
    Half,

    /// <summary>A number of 64 bits.</summary>
    Double,

    /// <summary>A whole number with a decimal point put into it, of at most 28 digits.</summary>
    Decimal,

    /// <summary>The same with more digits, read as a number of 64 bits.</summary>
    LongDecimal,

    /// <summary>Days since 1970.</summary>
    Date,

    /// <summary>Milliseconds since 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970.</summary>
    Microseconds,

    /// <summary>Nanoseconds since 1970.</summary>
    Nanoseconds,

    /// <summary>Nanoseconds of a day, and the day by its Julian number.</summary>
    JulianDay,

    /// <summary>Milliseconds since midnight.</summary>
    TimeMilliseconds,

    /// <summary>Microseconds since midnight.</summary>
    TimeMicroseconds,

    /// <summary>Nanoseconds since midnight.</summary>
    TimeNanoseconds,

    /// <summary>A text in UTF-8.</summary>
    Text,

    /// <summary>A UUID.</summary>
    Uuid,
}
