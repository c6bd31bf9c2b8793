using System.Globalization;
using System.Text;

namespace Vae.Model;

/// <summary>Reads dates and moments from fields in UTF-8.</summary>
internal static class DateField
{
    private const int DateLength = 10;                                // yyyy-MM-dd
    private const int TimeLength = 5;                                 // HH:mm
    private const int MostBytes = 64;
    private const int MinutesInHour = 60;

    /// <summary>Reads a date after ISO 8601: <c>2026-11-28</c> or <c>2026/11/28</c>, also with a time after a T or a space,
    /// <c>09:30</c>, <c>09:30:15</c> or <c>09:30:15.123</c>, and then with Z or an offset such as <c>+02:00</c>.</summary>
    /// <param name="field">The field, without spaces around it.</param>
    /// <param name="moment">The date and time as written.</param>
    /// <param name="pattern">How it is written.</param>
    public static bool TryRead(ReadOnlySpan<byte> field, out DateTime moment, out DatePattern pattern)
    {
        moment = default;
        pattern = default;
        if (field.Length < DateLength || field[4] is not ((byte)'-' or (byte)'/') || field[7] != field[4]
            || !TryRead(field[..4], out var year) || !TryRead(field[5..7], out var month) || !TryRead(field[8..10], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        moment = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        pattern = new DatePattern(field[4], 0, false, 0, null, false);
        return field.Length == DateLength || TryReadTime(field[DateLength..], ref moment, ref pattern);
    }

    /// <summary>Reads a date that is written by a pattern of .NET.</summary>
    /// <param name="field">The field, without spaces around it.</param>
    /// <param name="format">The pattern.</param>
    /// <param name="moment">The date and time.</param>
    public static bool TryRead(ReadOnlySpan<byte> field, string format, out DateTime moment)
    {
        moment = default;
        Span<char> text = stackalloc char[MostBytes];
        return field.Length is > 0 and <= MostBytes
            && Encoding.UTF8.TryGetChars(field, text, out var length)
            && DateTime.TryParseExact(
                text[..length], format, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment);
    }

    private static bool TryReadTime(ReadOnlySpan<byte> field, ref DateTime moment, ref DatePattern pattern)
    {
        if (field[0] is not ((byte)'T' or (byte)' ') || field.Length <= TimeLength || field[3] != ':'
            || !TryRead(field[1..3], out var hours) || !TryRead(field[4..6], out var minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        var rest = field[(TimeLength + 1)..];
        pattern = pattern with { BeforeTime = field[0] };
        moment = moment.AddTicks((((long)hours * MinutesInHour) + minutes) * TimeSpan.TicksPerMinute);
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!TryRead(rest[1..3], out var seconds) || seconds > 59)
            {
                return false;
            }

            pattern = pattern with { HasSeconds = true };
            moment = moment.AddTicks(seconds * TimeSpan.TicksPerSecond);
            rest = ReadFraction(rest[3..], ref moment, ref pattern);
        }

        return rest.IsEmpty || TryReadOffset(rest, ref pattern);
    }

    // Digits beyond 100 nanoseconds are dropped.
    private static ReadOnlySpan<byte> ReadFraction(
        ReadOnlySpan<byte> field, scoped ref DateTime moment, scoped ref DatePattern pattern)
    {
        if (field.Length < 2 || field[0] is not ((byte)'.' or (byte)',') || !char.IsAsciiDigit((char)field[1]))
        {
            return field;
        }

        var (place, unit, ticks) = (1, TimeSpan.TicksPerSecond, 0L);
        for (; place < field.Length && char.IsAsciiDigit((char)field[place]); place++)
        {
            unit /= 10;
            ticks += (field[place] - '0') * unit;
        }

        pattern = pattern with { Fraction = int.Min(place - 1, DatePattern.MostFraction) };
        moment = moment.AddTicks(ticks);
        return field[place..];
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> field, ref DatePattern pattern)
    {
        if (field.Length == 1 && field[0] == 'Z')
        {
            pattern = pattern with { Offset = 0, IsUtc = true };
            return true;
        }

        if (field[0] is not ((byte)'+' or (byte)'-') || field.Length is not (3 or 5 or 6))
        {
            return false;
        }

        var minutes = 0;
        if (!TryRead(field[1..3], out var hours) || hours > 23
            || (field.Length == 6 && field[3] != ':')
            || (field.Length > 3 && (!TryRead(field[^2..], out minutes) || minutes > 59)))
        {
            return false;
        }

        var offset = (hours * MinutesInHour) + minutes;
        pattern = pattern with { Offset = field[0] == '-' ? -offset : offset };
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var character in digits)
        {
            var digit = character - (uint)'0';
            if (digit > 9)
            {
                return false;
            }

            number = (number * 10) + (int)digit;
        }

        return true;
    }
}
