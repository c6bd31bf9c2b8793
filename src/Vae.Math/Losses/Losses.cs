namespace Vae.Math;

/// <summary>What all losses share: one value a sample, and their mean.</summary>
internal static class Losses
{
    public static void RequirePerSample(Span<double> perSample, int samples)
    {
        if (perSample.Length != samples)
        {
            throw new ArgumentException($"Must have a place for each of the {samples} samples, but has {perSample.Length}.", nameof(perSample));
        }
    }

    /// <summary>The mean, added up in the order of the samples: the same bits for any number of threads.</summary>
    public static double Mean(ReadOnlySpan<double> perSample)
    {
        var sum = 0.0;
        foreach (var value in perSample)
        {
            sum += value;
        }

        return sum / perSample.Length;
    }
}
