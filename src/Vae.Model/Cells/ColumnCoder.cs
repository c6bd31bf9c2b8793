using System.Globalization;
using System.Text;

namespace Vae.Model;

/// <summary>Codes the values of one column as cells.</summary>
/// <param name="store">The table's cells.</param>
/// <param name="column">The column's number in the store.</param>
/// <param name="parser">Recognises the column's numbers and dates.</param>
internal sealed class ColumnCoder(CellStore store, int column, CellParser parser)
{
    private const int MostOnStack = 512;
    private const ulong LargestExact = 1UL << 53;

    private readonly ColumnTexts _texts = store.Texts[column];
    private bool _repeats;                                            // the last field was a text that had been there before

    /// <summary>How the numbers so far are written.</summary>
    public CellNotation Notation => parser.Notation;

    /// <summary>The cell of a field in UTF-8, without spaces around it.</summary>
    /// <remarks>What was a text once is one in all rows below, so that texts in the list need not be tried as numbers.</remarks>
    public Cell Utf8(ReadOnlySpan<byte> field)
    {
        if (_repeats && _texts.Find(field) is >= 0 and var code)
        {
            return Cell.OfText(code);
        }

        if (parser.TryParse(field, out var cell))
        {
            _repeats = false;
            return cell;
        }

        var before = _texts.Count;
        cell = store.AddText(column, field);
        _repeats = cell.IsText && _texts.Count == before;
        return cell;
    }

    /// <summary>The cell of a text, which may be written like a number, a date or a missing value.</summary>
    public Cell Text(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length <= MostOnStack / 3)                           // a character takes 3 bytes at most
        {
            Span<byte> bytes = stackalloc byte[MostOnStack];
            return Utf8(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }

        var longer = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, longer);
        return Utf8(longer);
    }

    /// <summary>The cell of a text that is nothing else, such as True.</summary>
    public Cell Word(ReadOnlySpan<byte> text) => store.AddText(column, text);

    /// <summary>The cell of a double or a float.</summary>
    /// <param name="number">The number.</param>
    /// <param name="isFloat">Whether it was a float, whose decimals are those of the shortest text that gives the float.</param>
    public Cell Number(double number, bool isFloat)
        => parser.TryNumber(number, ShortestDecimals(number, isFloat), out var cell) ? cell
            : Plain(number.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The cell of a whole number.</summary>
    public Cell Whole(long number)
        => ulong.Min((ulong)number, (ulong)-number) <= LargestExact || (long)(Int128)(double)number == number
            ? Plain(number)
            : Plain(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The cell of a decimal, rounded to the nearest double.</summary>
    public Cell Decimal(decimal number)
    {
        Span<int> parts = stackalloc int[4];                          // of 96 bits, then sign and power
        decimal.GetBits(number, parts);
        var digits = ((ulong)(uint)parts[1] << 32) | (uint)parts[0];
        var isExact = parts[2] == 0 && digits <= LargestExact && number.Scale < NumberField.ExactPowers.Length;
        var nearest = isExact
            ? (number < 0 ? -1 : 1) * ((double)(long)digits / NumberField.ExactPowers[number.Scale])
            : double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return parser.TryNumber(nearest, number.Scale, out var cell) ? cell
            : Plain(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The cell of a moment.</summary>
    /// <param name="moment">The date and time that its clock shows.</param>
    /// <param name="offset">The minutes that the clock is before Greenwich's; null where it is not said.</param>
    public Cell Date(DateTime moment, int? offset)
    {
        var pattern = DatePattern.Of(moment, offset);
        return parser.TryDate(moment, pattern, out var cell) ? cell
            : Plain(moment.ToString(pattern.ToString(), CultureInfo.InvariantCulture));
    }

    private Cell Plain(long number)
        => parser.TryNumber(number, 0, out var cell) ? cell : Plain(number.ToString(CultureInfo.InvariantCulture));

    private Cell Plain(string text) => store.AddText(column, Encoding.UTF8.GetBytes(text));

    // The decimals of the shortest text that gives the number again: of so many digits after the point as the column has so
    // far, or of more. A whole number of below 2^53 divided by a power of ten up to 1e22 is the double nearest to that text.
    private int ShortestDecimals(double number, bool isFloat)
    {
        var decimals = parser.Decimals;
        if (double.IsInteger(number) || !double.IsFinite(number))
        {
            return decimals;
        }

        for (; decimals < NumberField.MostDecimals; decimals++)
        {
            var digits = double.Round(number * NumberField.ExactPowers[decimals]);
            var again = digits / NumberField.ExactPowers[decimals];
            if (double.Abs(digits) >= LargestExact || (isFloat ? (float)again == (float)number : again == number))
            {
                break;
            }
        }

        return decimals;
    }
}
