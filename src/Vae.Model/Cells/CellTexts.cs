using System.Globalization;

namespace Vae.Model;

/// <summary>The texts of cells.</summary>
internal static class CellTexts
{
    private const int MostDecimals = 12;                              // a number of more digits is written as short as it can be

    private static readonly DateTime DayZero = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>A number as its column writes it.</summary>
    /// <param name="number">The number; of a date, days since 1970-01-01.</param>
    /// <param name="notation">How the column writes its numbers.</param>
    public static string OfNumber(double number, CellNotation notation)
    {
        if (notation.DateFormat is { } pattern)
        {
            return OfDate(number, pattern);
        }

        if (notation.Width > 0 && double.IsInteger(number) && number is >= 0 and < 1e15)
        {
            return ((long)number).ToString($"D{notation.Width}", CultureInfo.InvariantCulture);
        }

        var size = double.Abs(number);
        return notation.Decimals is > 0 and < MostDecimals && size is < 1e15 and (0 or >= 1e-5)
            ? number.ToString($"F{notation.Decimals}", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The text of a cell; empty for a hole.</summary>
    public static string Of(ICells cells, int column, Cell cell)
        => cell.IsHole ? ""
            : cell.IsNumber ? OfNumber(cell.Number, cells.NotationOf(column))
            : cells.TextOf(column, cell);

    private static string OfDate(double days, string pattern)
    {
        const double microsecondsInDay = (double)TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond;
        var microseconds = double.Round(days * microsecondsInDay);    // a double's days of our time are no finer
        return double.Abs(microseconds) < long.MaxValue / 20
            && TryAdd((long)microseconds * TimeSpan.TicksPerMicrosecond, out var moment)
            ? moment.ToString(pattern, CultureInfo.InvariantCulture)
            : days.ToString("R", CultureInfo.InvariantCulture);
    }

    private static bool TryAdd(long ticks, out DateTime moment)
    {
        var sum = DayZero.Ticks + ticks;
        var isThere = sum >= DateTime.MinValue.Ticks && sum <= DateTime.MaxValue.Ticks;
        moment = isThere ? new DateTime(sum, DateTimeKind.Unspecified) : default;
        return isThere;
    }
}
