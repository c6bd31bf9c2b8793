using System.Globalization;

namespace Vae.Model;

/// <summary>How dates are written after ISO 8601.</summary>
/// <param name="Separator">The character between year, month and day: '-' or '/'.</param>
/// <param name="BeforeTime">The character before the time, 'T' or a space; 0 for days without a time.</param>
/// <param name="HasSeconds">Whether the time has seconds.</param>
/// <param name="Fraction">The digits of a fraction of seconds, at most 7.</param>
/// <param name="Offset">The minutes that the clock is before Greenwich's; null where it is not said.</param>
/// <param name="IsUtc">Whether an offset of 0 is written as Z.</param>
internal readonly record struct DatePattern(
    byte Separator, byte BeforeTime, bool HasSeconds, int Fraction, int? Offset, bool IsUtc)
{
    /// <summary>The most digits of a fraction: those of 100 nanoseconds.</summary>
    public const int MostFraction = 7;

    private const int MinutesInHour = 60;

    /// <summary>The pattern of a moment that is no text: only as precise as it needs to be.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="offset">The minutes that its clock is before Greenwich's; null where it is not said.</param>
    public static DatePattern Of(DateTime moment, int? offset)
    {
        var ticks = moment.TimeOfDay.Ticks;
        var part = ticks % TimeSpan.TicksPerSecond;
        var fraction = part == 0 ? 0 : MostFraction;
        for (; fraction > 0 && part % 10 == 0; part /= 10)
        {
            fraction--;
        }

        return new DatePattern((byte)'-', ticks == 0 && offset is null ? (byte)0 : (byte)' ', true, fraction, offset, false);
    }

    /// <summary>The pattern by which dates of both can be written: the more precise in every part. Separators and offset are
    /// this one's.</summary>
    public DatePattern With(DatePattern other) => this with
    {
        BeforeTime = BeforeTime == 0 ? other.BeforeTime : BeforeTime,
        HasSeconds = BeforeTime == 0 ? other.HasSeconds : HasSeconds || (other.BeforeTime != 0 && other.HasSeconds),
        Fraction = int.Max(Fraction, other.Fraction),
    };

    /// <summary>The pattern as .NET writes it.</summary>
    public override string ToString()
    {
        var (between, part) = ((char)Separator, Fraction > 0 ? $".{new string('f', Fraction)}" : "");
        var before = BeforeTime == ' ' ? " " : $"'{(char)BeforeTime}'";
        var time = BeforeTime == 0 ? "" : $"{before}HH:mm{(HasSeconds ? ":ss" : "")}{part}";
        return $"yyyy{between}MM{between}dd{time}{Zone()}";
    }

    /// <summary>Reads a pattern that <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern's parts.</param>
    public static bool TryParse(string text, out DatePattern pattern)
    {
        var zone = text.EndsWith('\'') ? text.LastIndexOf('\'', text.Length - 2) : -1;
        zone = zone >= 0 && text[zone..] is "'T'" ? -1 : zone;
        var (offset, isUtc) = zone < 0 ? ((int?)null, false) : ZoneOf(text[(zone + 1)..^1]);
        var fraction = text.Count(character => character == 'f');
        var before = text.Contains("'T'", StringComparison.Ordinal) ? 'T'
            : text.Contains(" HH", StringComparison.Ordinal) ? ' ' : '\0';
        pattern = new DatePattern(
            (byte)(text.StartsWith("yyyy/", StringComparison.Ordinal) ? '/' : '-'),
            (byte)before,
            text.Contains(":ss", StringComparison.Ordinal),
            int.Min(fraction, MostFraction),
            offset,
            isUtc);
        return pattern.ToString() == text;
    }

    private static (int? Offset, bool IsUtc) ZoneOf(string text)
        => text == "Z" ? (0, true)
            : text.Length == 6
                && int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
                && int.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            ? ((text[0] == '-' ? -1 : 1) * ((hours * MinutesInHour) + minutes), false)
            : (null, false);

    private string Zone()
    {
        if (Offset is not { } offset || IsUtc)
        {
            return IsUtc ? "'Z'" : "";
        }

        var (hours, minutes) = int.DivRem(int.Abs(offset), MinutesInHour);
        return string.Create(CultureInfo.InvariantCulture, $"'{(offset < 0 ? '-' : '+')}{hours:D2}:{minutes:D2}'");
    }
}
