namespace Vae.Model.Tests;

/// <summary>Means of many draws, a row of numbers at a time, each with its standard error.</summary>
/// <remarks>
/// Tests of expectations accept some standard errors of the draws themselves: 4 of them for one
/// comparison leave a chance of 6e-5 to right code, 5 for some dozens of comparisons leave less
/// than 1e-4. Seeds are fixed, so the chance is taken once and for all.
/// </remarks>
internal sealed class Averages(int length)
{
    private readonly double[] _mean = new double[length];
    private readonly double[] _squares = new double[length];
    private int _draws;

    public IReadOnlyList<double> Means => _mean;

    /// <summary>The sum of the variances of a single draw's numbers.</summary>
    public double TotalVariance => _squares.Sum() / (_draws - 1);

    public static Averages Of(IEnumerable<double> draws)
    {
        var averages = new Averages(1);
        foreach (var draw in draws)
        {
            averages.Add([draw]);
        }

        return averages;
    }

    public void Add(ReadOnlySpan<double> row)
    {
        Assert.Equal(_mean.Length, row.Length);
        _draws++;
        for (var i = 0; i < _mean.Length; i++)
        {
            var away = row[i] - _mean[i];
            _mean[i] += away / _draws;
            _squares[i] += away * (row[i] - _mean[i]);
        }
    }

    public double StandardError(int i = 0) => double.Sqrt(_squares[i] / (_draws - 1) / _draws);

    /// <summary>The distance of the mean from the expected value in standard errors; 0 where both are equal.</summary>
    public double ErrorsAway(double expected, int i = 0)
        => _mean[i] == expected ? 0 : double.Abs(_mean[i] - expected) / StandardError(i);

    /// <summary>The largest distance of any mean from 0, in standard errors.</summary>
    public double MostErrorsFromZero() => Enumerable.Range(0, _mean.Length).Max(i => ErrorsAway(0, i));
}
