using System.Globalization;
using System.Text;

namespace Vae.Formats;

/// <summary>The notation of a number in a field, independent of the machine's culture.</summary>
/// <param name="decimalComma">Whether <c>1,5</c> is one and a half; otherwise <c>1.5</c> is.</param>
internal sealed class FieldNumber(bool decimalComma)
{
    private static readonly string[] WordsForMissing = ["NA", "N/A", "NaN", "null", "?"];

    private static readonly NumberFormatInfo Comma = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

    private readonly NumberFormatInfo _format = decimalComma ? Comma : NumberFormatInfo.InvariantInfo;

    /// <summary>Reads a number that a float can hold, rounded to the nearest.</summary>
    /// <param name="field">The field in UTF-8.</param>
    /// <param name="number">The number.</param>
    public bool TryParse(ReadOnlySpan<byte> field, out float number)
        => float.TryParse(field, NumberStyles.Float, _format, out number)
            && float.IsFinite(number)
            && field[^1] != 0;                                        // .NET ignores NULs at the end

    /// <summary>Whether a field is a number that a float can hold.</summary>
    public bool IsNumber(string field) => TryParse(Encoding.UTF8.GetBytes(field), out _);

    /// <summary>Whether a field would be a number with the other decimal point.</summary>
    public bool IsNumberOtherwise(string field) => new FieldNumber(!decimalComma).IsNumber(field);

    /// <summary>Whether a field is a number that no float can hold: an infinity, or beyond 3.4e38.</summary>
    public bool IsTooLarge(string field)
        => float.TryParse(field, NumberStyles.Float, _format, out var number) && float.IsInfinity(number);

    /// <summary>Whether a field is a word for an unknown value.</summary>
    public static bool IsMissing(string field) => WordsForMissing.Contains(field.Trim(), StringComparer.OrdinalIgnoreCase);
}
