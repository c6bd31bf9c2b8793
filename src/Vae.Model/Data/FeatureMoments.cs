namespace Vae.Model;

/// <summary>Mean, deviation, least and largest number of each feature, from rows that are added one after another.</summary>
/// <remarks>Welford's formulas, which lose no digits where a feature's mean is large against its deviation.</remarks>
/// <param name="features">Numbers in a row.</param>
internal sealed class FeatureMoments(int features)
{
    private readonly double[] _mean = new double[features];
    private readonly double[] _squares = new double[features];
    private readonly double[] _least = Filled(features, double.PositiveInfinity);
    private readonly double[] _largest = Filled(features, double.NegativeInfinity);
    private long _count;

    /// <summary>Adds rows.</summary>
    /// <param name="rows">One after another.</param>
    public void Add(ReadOnlySpan<float> rows)
    {
        for (; !rows.IsEmpty; rows = rows[features..])
        {
            _count++;
            for (var i = 0; i < features; i++)
            {
                var away = rows[i] - _mean[i];
                _mean[i] += away / _count;
                _squares[i] += away * (rows[i] - _mean[i]);
                _least[i] = double.Min(_least[i], rows[i]);
                _largest[i] = double.Max(_largest[i], rows[i]);
            }
        }
    }

    /// <summary>The first feature whose range is too wide for a float; -1 where there is none.</summary>
    public int FirstTooWide
        => Array.FindIndex([.. _largest.Zip(_least)], ends => !float.IsFinite((float)(ends.First - ends.Second)));

    /// <summary>The least number of a feature.</summary>
    public float Least(int feature) => (float)_least[feature];

    /// <summary>The largest number of a feature.</summary>
    public float Largest(int feature) => (float)_largest[feature];

    /// <summary>Offset and scale for mean 0 and deviation 1.</summary>
    public (float[] Offset, float[] Scale) Standard()
        => ([.. _mean.Select(mean => (float)mean)], [.. _squares.Select(sum => OneIfTiny(double.Sqrt(sum / _count)))]);

    /// <summary>Offset and scale for 0 to 1.</summary>
    public (float[] Offset, float[] Scale) MinMax()
        => ([.. _least.Select(least => (float)least)], [.. _largest.Zip(_least, (largest, least) => OneIfTiny(largest - least))]);

    // A constant feature is only moved: there is no deviation or range to divide by.
    private static float OneIfTiny(double scale) => float.IsNormal((float)scale) ? (float)scale : 1;

    private static double[] Filled(int count, double value)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }
}
