using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vae.Model;

/// <summary>The mean of numbers, and the sums of the second and third powers of their distances from it. Numbers come in groups,
/// each of which has its own mean; groups are joined by the formulas of Chan and Pébay, which lose no digits where the mean is
/// large against the deviation.</summary>
internal sealed class NumberMoments
{
    private long _count;
    private double _squares;
    private double _cubes;

    /// <summary>The mean.</summary>
    public double Mean { get; private set; }

    /// <summary>The standard deviation, of the division by the count.</summary>
    public double Deviation => double.Sqrt(_squares / _count);

    /// <summary>The third standardised moment; 0 where all numbers are equal.</summary>
    public double Skewness
    {
        get
        {
            var variance = _squares / _count;
            var skewness = _cubes / _count / (variance * double.Sqrt(variance));
            return double.IsFinite(skewness) ? skewness : 0;
        }
    }

    /// <summary>Adds a group of numbers.</summary>
    public void Add(ReadOnlySpan<double> numbers)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        var quads = MemoryMarshal.Cast<double, Vector256<double>>(numbers);
        var others = numbers[(4 * quads.Length)..];
        var first = numbers[0];                                       // of equal numbers, exactly their mean
        var sums = Vector256<double>.Zero;
        foreach (var quad in quads)
        {
            sums += quad - Vector256.Create(first);
        }

        var sum = Vector256.Sum(sums);
        foreach (var number in others)
        {
            sum += number - first;
        }

        var mean = first + (sum / numbers.Length);
        var (square, cube) = (Vector256<double>.Zero, Vector256<double>.Zero);
        foreach (var quad in quads)
        {
            var away = quad - Vector256.Create(mean);
            square += away * away;
            cube += away * away * away;
        }

        var (squares, cubes) = (Vector256.Sum(square), Vector256.Sum(cube));
        foreach (var number in others)
        {
            var away = number - mean;
            squares += away * away;
            cubes += away * away * away;
        }

        Join(numbers.Length, mean, squares, cubes);
    }

    /// <summary>Adds a group of different numbers, each as often as it occurs.</summary>
    public void Add(ReadOnlySpan<(double Number, long Count)> numbers)
    {
        var (count, sum) = (0L, 0.0);
        foreach (var (number, rows) in numbers)
        {
            count += rows;
            sum += rows * (number - numbers[0].Number);
        }

        if (count == 0)
        {
            return;
        }

        var mean = numbers[0].Number + (sum / count);
        var (squares, cubes) = (0.0, 0.0);
        foreach (var (number, rows) in numbers)
        {
            var away = number - mean;
            squares += rows * (away * away);
            cubes += rows * (away * away * away);
        }

        Join(count, mean, squares, cubes);
    }

    private void Join(long count, double mean, double squares, double cubes)
    {
        var before = (double)_count;
        _count += count;
        var away = mean - Mean;
        var share = away * count / _count;
        _cubes += cubes + (share * away * share * before * (before - count) / count)
            + (3 * ((before * away / _count * squares) - (share * _squares)));
        _squares += squares + (share * away * before);
        Mean += share;
    }
}
