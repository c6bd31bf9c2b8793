namespace Vae.Model;

/// <summary>The words for a missing value that count in every column.</summary>
internal static class HoleWords
{
    /// <summary>Whether a field means a missing value: it is empty, or one of <c>NA</c>, <c>N/A</c>, <c>n/a</c>, <c>#N/A</c>,
    /// <c>NaN</c>, <c>nan</c>, <c>null</c>, <c>NULL</c>, <c>&lt;NA&gt;</c> and <c>?</c>.</summary>
    /// <param name="field">The field in UTF-8, without spaces around it.</param>
    public static bool Contains(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => true,
        1 => field[0] == '?',
        2 => field.SequenceEqual("NA"u8),
        3 => field.SequenceEqual("N/A"u8) || field.SequenceEqual("NaN"u8) || field.SequenceEqual("nan"u8)
            || field.SequenceEqual("n/a"u8),
        4 => field.SequenceEqual("null"u8) || field.SequenceEqual("NULL"u8) || field.SequenceEqual("#N/A"u8)
            || field.SequenceEqual("<NA>"u8),
        _ => false,
    };

    /// <summary>Whether a field is an infinite number as programs write it, such as <c>-Inf</c> or <c>infinity</c>.</summary>
    /// <param name="field">The field in UTF-8, without spaces around it.</param>
    public static bool IsInfinite(ReadOnlySpan<byte> field)
    {
        var word = field.Length > 0 && field[0] is (byte)'-' or (byte)'+' ? field[1..] : field;
        return word.Length switch
        {
            3 => word.SequenceEqual("inf"u8) || word.SequenceEqual("Inf"u8),
            8 => word.SequenceEqual("infinity"u8) || word.SequenceEqual("Infinity"u8),
            _ => false,
        };
    }
}
