namespace Vae.Math;

/// <summary>The moments of a column's values.</summary>
internal static class Moments
{
    /// <summary>The mean and the variance, the mean of the squared distances.</summary>
    /// <param name="values">At least one.</param>
    public static (double Mean, double Variance) Of(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        var (mean, squares) = (sum / values.Length, 0.0);
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, squares / values.Length);
    }
}
