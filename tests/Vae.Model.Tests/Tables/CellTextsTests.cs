namespace Vae.Model.Tests;

public sealed class CellTextsTests
{
    [Fact]
    public void A_moment_is_written_as_it_was_read_although_a_day_in_double_has_no_exact_seconds()
    {
        var pattern = "yyyy-MM-dd HH:mm:ss";
        for (var second = 0; second < 86_400; second += 7)
        {
            var moment = new DateTime(2019, 3, 17, 0, 0, 0, DateTimeKind.Unspecified).AddSeconds(second);
            var days = (double)(moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
            Assert.Equal(
                moment.ToString(pattern, System.Globalization.CultureInfo.InvariantCulture),
                CellTexts.OfNumber(days, new CellNotation(0, 0, pattern)));
        }
    }
}
