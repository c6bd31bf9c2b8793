using static System.FormattableString;

namespace Vae.Model;

/// <summary>Finds numbers beyond the range of a min-max scaling, which a model sees as the ends of that range.</summary>
internal static class ClampedNumbers
{
    private const int SamplesAtOnce = 256;

    /// <summary>Counts the samples with a number beyond the range, and names the feature with the most of them.</summary>
    /// <param name="data">Samples in their own units.</param>
    /// <param name="preparation">The scaling.</param>
    /// <param name="cancellationToken">Stops between some samples.</param>
    /// <returns>A note; null where no number is beyond the range, or the scaling has none.</returns>
    public static string? Note(ISampleSource data, Preparation preparation, CancellationToken cancellationToken)
    {
        if (preparation.Scaling != Scaling.MinMax)
        {
            return null;
        }

        var (perFeature, beyond) = (new int[data.Features], 0);
        var samples = new int[SampleRange.AtOnce(data, SamplesAtOnce)];
        var numbers = new double[samples.Length * data.Features];
        for (var done = 0; done < data.Count; done += samples.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = samples.AsSpan(0, int.Min(samples.Length, data.Count - done));
            for (var i = 0; i < some.Length; i++)
            {
                some[i] = done + i;
            }

            data.Gather<double>(some, numbers);
            for (var i = 0; i < some.Length; i++)
            {
                beyond += Count(numbers.AsSpan(i * data.Features, data.Features), preparation, perFeature) ? 1 : 0;
            }
        }

        var most = Array.IndexOf(perFeature, perFeature.Max());
        var (least, scale) = (preparation.Offset[most], preparation.Scale[most]);
        return beyond == 0
            ? null
            : $"{beyond} of {data.Count} rows {(beyond == 1 ? "has" : "have")} a number beyond the range of the training rows, "
                + "which counts as the end of that range, however far it is: "
                + Invariant($"{preparation.NameOf(most)}, from {least:G7} to {least + scale:G7}, in {perFeature[most]} of them. ")
                + "To find rows that are far away, train with standardised columns (Scaling.Standard).";
    }

    // Whether any number of a row is beyond its feature's range; NaN, a missing one, is not.
    private static bool Count(ReadOnlySpan<double> row, Preparation preparation, int[] perFeature)
    {
        var any = false;
        for (var i = 0; i < row.Length; i++)
        {
            var (least, scale) = (preparation.Offset[i], preparation.Scale[i]);
            if (row[i] < least || (row[i] - least) / scale > 1)
            {
                perFeature[i]++;
                any = true;
            }
        }

        return any;
    }
}
