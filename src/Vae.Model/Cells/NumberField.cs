using System.Globalization;

namespace Vae.Model;

/// <summary>What a field is as a number.</summary>
internal enum NumberReading
{
    /// <summary>No number.</summary>
    None,

    /// <summary>A number that a double can hold.</summary>
    Finite,

    /// <summary>A number beyond the largest double.</summary>
    TooLarge,

    /// <summary>A whole number whose digits a double cannot hold all, such as the number of a bank account.</summary>
    TooLong,
}

/// <summary>How a number is written.</summary>
/// <param name="Decimals">The digits after the decimal point.</param>
/// <param name="Digits">The digits of a whole number without sign, point, exponent and separators; else -1.</param>
/// <param name="BeginsWithZero">Whether such a whole number of several digits begins with 0.</param>
internal readonly record struct NumberShape(int Decimals, int Digits, bool BeginsWithZero);

/// <summary>Reads numbers from fields in UTF-8, rounded to the nearest double, whatever the machine's culture.</summary>
internal static class NumberField
{
    /// <summary>The most decimals that are counted.</summary>
    public const int MostDecimals = 15;

    private const int ExactDigits = 15;                               // any number of so many digits is below 2^53
    private const int MostDigits = 19;                                // below 2^64
    private const int MostWholeDigits = 38;                           // below 2^128
    private const int MostBytes = 1024;
    private const int MostExponent = 99_999;                          // further digits of an exponent change nothing
    private const ulong LargestExact = 1UL << 53;

    private static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
        1e21, 1e22,
    ];

    /// <summary>The powers of ten that a double holds exactly, from 1 to 1e22.</summary>
    public static ReadOnlySpan<double> ExactPowers => Powers;

    /// <summary>Reads a field.</summary>
    /// <param name="field">The field, without spaces around it; at least one byte.</param>
    /// <param name="point">The character before decimals.</param>
    /// <param name="separator">The character between groups of three digits; 0 for none.</param>
    /// <param name="number">The number; -0 where it is written so.</param>
    /// <param name="shape">How it is written.</param>
    public static NumberReading Read(
        ReadOnlySpan<byte> field, byte point, byte separator, out double number, out NumberShape shape)
    {
        var isNegative = field[0] == '-';
        var start = isNegative || field[0] == '+' ? 1 : 0;
        var place = start;
        var digits = 0UL;
        for (; place < field.Length; place++)
        {
            var digit = field[place] - (uint)'0';
            if (digit > 9)
            {
                break;
            }

            digits = (digits * 10) + digit;
        }

        var count = place - start;
        if (place < field.Length || count is 0 or > ExactDigits)
        {
            return place == field.Length
                ? ReadWhole(field, start, out number, out shape)
                : ReadDecimals(field, new Whole(start, place, digits), point, separator, out number, out shape);
        }

        number = isNegative ? -(double)digits : (long)digits;
        shape = new NumberShape(0, start == 0 ? count : -1, count > 1 && field[start] == '0');
        return NumberReading.Finite;
    }

    // A field of digits alone that may be too many for a double.
    private static NumberReading ReadWhole(ReadOnlySpan<byte> field, int start, out double number, out NumberShape shape)
    {
        var count = field.Length - start;
        number = 0;
        shape = new NumberShape(0, start == 0 ? count : -1, count > 1 && field[start] == '0');
        if (count is 0 or > MostWholeDigits)
        {
            return count == 0 ? NumberReading.None : NumberReading.TooLong;
        }

        var whole = UInt128.Parse(field[start..], NumberStyles.None, CultureInfo.InvariantCulture);
        var nearest = double.Parse(field[start..], NumberStyles.None, CultureInfo.InvariantCulture);
        number = field[0] == '-' ? -nearest : nearest;
        return (UInt128)nearest == whole ? NumberReading.Finite : NumberReading.TooLong;
    }

    private static NumberReading ReadDecimals(
        ReadOnlySpan<byte> field, Whole whole, byte point, byte separator, out double number, out NumberShape shape)
    {
        number = 0;
        shape = new NumberShape(0, -1, false);
        var (place, digits, count) = (whole.End, whole.Digits, whole.End - whole.Start);
        if (field[place] == separator && separator != 0 && count is >= 1 and <= 3)
        {
            var groups = place;
            place = PastGroups(field, place, separator, ref digits);
            count += (place - groups) / 4 * 3;
        }

        var decimals = 0;
        if (place < field.Length && field[place] == point)
        {
            var first = ++place;
            PassDigits(field, ref place, ref digits);
            decimals = place - first;
        }

        if (count + decimals == 0 || !TryReadExponent(field, ref place, out var exponent) || place < field.Length)
        {
            return NumberReading.None;
        }

        shape = new NumberShape(int.Clamp(decimals - exponent, 0, MostDecimals), -1, false);
        var power = exponent - decimals;
        if (count + decimals > MostDigits || digits > LargestExact || int.Abs(power) >= Powers.Length)
        {
            return ReadLong(field, point, separator, out number);
        }

        var size = (double)(long)digits;                              // exact, so that one operation rounds once (Clinger 1990)
        size = power < 0 ? size / Powers[-power] : size * Powers[power];
        number = field[0] == '-' ? -size : size;
        return NumberReading.Finite;
    }

    // The place behind all groups of a separator and three digits; the given place where a group has more digits.
    private static int PastGroups(ReadOnlySpan<byte> field, int place, byte separator, ref ulong digits)
    {
        var (start, before) = (place, digits);
        while (place < field.Length && field[place] == separator)
        {
            var end = place + 1;
            PassDigits(field, ref end, ref digits);
            if (end - place != 4)
            {
                digits = before;
                return start;
            }

            place = end;
        }

        return place;
    }

    private static void PassDigits(ReadOnlySpan<byte> field, ref int place, ref ulong digits)
    {
        for (; place < field.Length && field[place] - (uint)'0' is <= 9 and var digit; place++)
        {
            digits = (digits * 10) + digit;
        }
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> field, ref int place, out int exponent)
    {
        exponent = 0;
        if (place == field.Length || (field[place] | 0x20) != 'e')
        {
            return true;
        }

        place++;
        var isNegative = place < field.Length && field[place] == '-';
        place += place < field.Length && field[place] is (byte)'-' or (byte)'+' ? 1 : 0;
        var first = place;
        for (; place < field.Length && field[place] - (uint)'0' is <= 9 and var digit; place++)
        {
            exponent = int.Min((exponent * 10) + (int)digit, MostExponent);
        }

        exponent = isNegative ? -exponent : exponent;
        return place > first;
    }

    // A number of known form that takes more than one operation on doubles.
    private static NumberReading ReadLong(ReadOnlySpan<byte> field, byte point, byte separator, out double number)
    {
        number = 0;
        if (field.Length > MostBytes)
        {
            return NumberReading.None;
        }

        Span<byte> plain = stackalloc byte[MostBytes];
        var length = 0;
        foreach (var character in field)
        {
            if (character != separator || character == point)
            {
                plain[length++] = character == point ? (byte)'.' : character;
            }
        }

        if (!double.TryParse(plain[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var nearest))
        {
            return NumberReading.None;
        }

        number = nearest;
        return double.IsFinite(nearest) ? NumberReading.Finite : NumberReading.TooLarge;
    }

    private readonly record struct Whole(int Start, int End, ulong Digits);
}
