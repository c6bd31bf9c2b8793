namespace Vae.Parquet;

/// <summary>What a column's values mean, as older files say it.</summary>
internal static class ConvertedType
{
    public const int Decimal = 5;

    /// <summary>Whether the bytes are a text.</summary>
    public static bool IsText(int converted) => converted is 0 or 4 or 19;                       // UTF8, ENUM, JSON

    /// <summary>The meaning of whole numbers.</summary>
    /// <param name="converted">The number in the format; -1 for none.</param>
    /// <param name="isLong">Whether they are stored in 64 bits.</param>
    public static Meaning OfNumber(int converted, bool isLong) => (converted, isLong) switch
    {
        (6, false) => Meaning.Date,
        (7, false) => Meaning.TimeMilliseconds,
        (8, true) => Meaning.TimeMicroseconds,
        (9, true) => Meaning.Milliseconds,
        (10, true) => Meaning.Microseconds,
        (13, false) => Meaning.Int64,                                 // no sign, 32 bits
        (14, true) => Meaning.UInt64,
        _ => isLong ? Meaning.Int64 : Meaning.Int32,
    };
}
