using System.Diagnostics;

namespace Vae.Cli;

/// <summary>How fast work goes of late, and so how long the rest takes.</summary>
internal sealed class Pace
{
    private const double Memory = 5;                                  // seconds

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private string _what = "";
    private TimeSpan _since;
    private double _from;

    /// <summary>Units a second, or null before there is anything to go by.</summary>
    public double? Rate { get; private set; }

    /// <summary>Notes where the work stands.</summary>
    /// <param name="what">What is being done; where it changes, what was skipped in between counts for nothing.</param>
    /// <param name="done">Units done.</param>
    public void Note(string what, double done)
    {
        var now = _clock.Elapsed;
        var seconds = (now - _since).TotalSeconds;
        if (what == _what && done >= _from && seconds > 0)
        {
            var latest = (done - _from) / seconds;
            var share = 1 - double.Exp(-seconds / Memory);
            Rate = Rate is { } before ? before + (share * (latest - before)) : latest;
        }

        (_what, _since, _from) = (what, now, done);
    }

    /// <summary>The rate and the time left, for a person.</summary>
    /// <param name="left">Units that are still to be done.</param>
    /// <param name="unit">The unit's name.</param>
    public string Describe(double left, string unit)
        => Rate is not > 0 ? "" : $"  {Rate.Value,6:N0} {unit}/s  {Time(left / Rate.Value)} left";

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(double.Min(seconds, 359_999));
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
    }
}
