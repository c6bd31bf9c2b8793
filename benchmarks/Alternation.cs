using System.Diagnostics;

namespace Vae.Benchmarks;

/// <summary>
/// Times contenders turn by turn in one process: on a shared machine whose speed drifts, only what ran side by side compares.
/// </summary>
internal static class Alternation
{
    // A native library's threads spin for some 30 ms after their last product and would take the next one's processors.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(40);

    /// <summary>Gives every contender a turn in every round, in an order that turns round.</summary>
    /// <returns>For each contender, the seconds of a call in each round.</returns>
    public static double[][] Run(int rounds, TimeSpan turn, params Action[] contenders)
    {
        var seconds = contenders.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                var contender = round % 2 == 0 ? i : contenders.Length - 1 - i;
                Thread.Sleep(Rest);
                Time(contenders[contender], WarmUp);
                seconds[contender][round] = Time(contenders[contender], turn);
            }
        }

        return seconds;
    }

    /// <summary>
    /// The same in many short turns without a rest in between: for what leaves no threads spinning behind. The clock of a shared
    /// machine changes in tenths of a second; within a few milliseconds it is the same for all.
    /// </summary>
    public static double[][] RunFinely(int rounds, TimeSpan turn, params Action[] contenders)
    {
        var seconds = contenders.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                contenders[i]();
                seconds[i][round] = Time(contenders[i], turn);
            }
        }

        return seconds;
    }

    /// <summary>The median.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median over the rounds of one contender's time over another's.</summary>
    public static double Ratio(double[] over, double[] under) => Median(over.Zip(under, (a, b) => a / b));

    private static double Time(Action action, TimeSpan turn)
    {
        var clock = Stopwatch.StartNew();
        var calls = 0;
        do
        {
            action();
            calls++;
        }
        while (clock.Elapsed < turn);
        return clock.Elapsed.TotalSeconds / calls;
    }
}
