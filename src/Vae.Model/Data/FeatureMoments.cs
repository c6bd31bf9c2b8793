namespace Vae.Model;

/// <summary>Mean, deviation, least and largest number of each feature, from rows that are added one after another. NaN, a missing
/// number, is passed over.</summary>
/// <remarks>Welford's formulas, which lose no digits where a feature's mean is large against its deviation.</remarks>
/// <param name="features">Numbers in a row.</param>
internal sealed class FeatureMoments(int features)
{
    private const double Roundings = 4 * 2.220446049250313e-16;       // four units in the last place of a double

    private readonly long[] _count = new long[features];
    private readonly double[] _mean = new double[features];
    private readonly double[] _squares = new double[features];
    private readonly double[] _least = Filled(features, double.PositiveInfinity);
    private readonly double[] _largest = Filled(features, double.NegativeInfinity);

    /// <summary>Adds rows.</summary>
    /// <param name="rows">One after another.</param>
    public void Add(ReadOnlySpan<double> rows)
    {
        for (; !rows.IsEmpty; rows = rows[features..])
        {
            for (var i = 0; i < features; i++)
            {
                if (!double.IsNaN(rows[i]))
                {
                    Add(i, rows[i]);
                }
            }
        }
    }

    private void Add(int feature, double number)
    {
        var away = number - _mean[feature];
        _mean[feature] += away / ++_count[feature];
        _squares[feature] += away * (number - _mean[feature]);
        _least[feature] = double.Min(_least[feature], number);
        _largest[feature] = double.Max(_largest[feature], number);
    }

    /// <summary>The first feature whose range, or the square of it, is too wide for a double; -1 where there is none.</summary>
    public int FirstTooWide
        => Array.FindIndex([.. Enumerable.Range(0, features)], i
            => _count[i] > 0 && !(double.IsFinite(_largest[i] - _least[i]) && double.IsFinite(_squares[i])));

    /// <summary>The least number of a feature.</summary>
    public double Least(int feature) => _least[feature];

    /// <summary>The largest number of a feature.</summary>
    public double Largest(int feature) => _largest[feature];

    /// <summary>Offset and scale for mean 0 and deviation 1.</summary>
    public (double[] Offset, double[] Scale) Standard()
        => ([.. _mean], OfEach(i => OneIfConstant(i, double.Sqrt(_squares[i] / _count[i]))));

    /// <summary>Offset and scale for 0 to 1.</summary>
    public (double[] Offset, double[] Scale) MinMax()
        => (OfEach(i => _count[i] > 0 ? _least[i] : 0), OfEach(i => OneIfConstant(i, _largest[i] - _least[i])));

    // A constant feature is only moved: there is no deviation or range to divide by. A range of some roundings is none: a sum
    // of others' shares, which is 1 in every row, differs in its last digit. A feature that is missing in all rows is left as
    // it is: its mean of no numbers is 0.
    private double OneIfConstant(int i, double scale)
        => _largest[i] - _least[i] > Roundings * double.Max(double.Abs(_least[i]), double.Abs(_largest[i]))
            && double.IsNormal(scale)
                ? scale
                : 1;

    private double[] OfEach(Func<int, double> number) => [.. Enumerable.Range(0, features).Select(number)];

    private static double[] Filled(int count, double value)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }
}
