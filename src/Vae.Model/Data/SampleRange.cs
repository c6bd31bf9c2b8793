using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Finds numbers that a model cannot take, before a training begins. The message names row and feature.</summary>
internal static class SampleRange
{
    private const int SamplesAtOnce = 1024;
    private const int NumbersAtOnce = 1 << 20;

    /// <summary>Whether a likelihood takes only numbers from 0 to 1.</summary>
    public static bool WantsUnitInterval(this VaeOptions options)
        => options.Likelihood is Likelihood.Bernoulli or Likelihood.ContinuousBernoulli || options.Pixels != Pixels.Grey;

    /// <summary>Checks all numbers of all samples.</summary>
    /// <param name="data">The samples as the model sees them; bytes are always valid and not read.</param>
    /// <param name="options">The model.</param>
    /// <param name="cancellationToken">Stops between some samples.</param>
    /// <returns>Notes on the features; none for bytes.</returns>
    /// <exception cref="ArgumentException">A number is infinite, NaN in a source without missing numbers, or outside the
    /// likelihood's range, or there are no features.</exception>
    public static IReadOnlyList<string> Require(
        ISampleSource data, VaeOptions options, CancellationToken cancellationToken = default)
    {
        RequireAnyFeature(data);
        if ((data is LabelledSamples labelled ? labelled.Source : data) is IByteSamples)
        {
            return [];
        }

        var likelihood = Likelihoods.Of<float>(options);
        var ranges = new FeatureRanges(data.Features);
        var samples = new int[AtOnce(data, SamplesAtOnce)];
        var numbers = new float[samples.Length * data.Features];
        for (var done = 0; done < data.Count; done += samples.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = samples.AsSpan(0, int.Min(samples.Length, data.Count - done));
            for (var i = 0; i < some.Length; i++)
            {
                some[i] = done + i;
            }

            var batch = numbers.AsSpan(0, some.Length * data.Features);
            data.Gather<float>(some, batch);
            RequireAccepted(data, some, batch, likelihood, options);
            ranges.Add(batch);
        }

        return ranges.Notes(data);
    }

    // NaN is a missing number where the source may have some; all others must be the likelihood's. A number that is not finite
    // is named before one that is.
    private static void RequireAccepted(
        ISampleSource data,
        ReadOnlySpan<int> samples,
        ReadOnlySpan<float> batch,
        ILikelihood<float> likelihood,
        VaeOptions options)
    {
        var (hasMissing, wantsUnitInterval) = (data.HasMissing(), options.WantsUnitInterval());
        var outside = -1;
        for (var place = 0; place < batch.Length && (outside < 0 || float.IsFinite(batch[outside])); place++)
        {
            var x = batch[place];
            var isIn = float.IsNaN(x) ? hasMissing
                : likelihood.Accepts(place % data.Features, x) && !(wantsUnitInterval && x is < 0 or > 1);
            outside = !isIn && (outside < 0 || !float.IsFinite(x)) ? place : outside;
        }

        if (outside >= 0)
        {
            throw Outside(data, samples, outside, batch[outside], likelihood, options);
        }
    }

    private static ArgumentException Outside(
        ISampleSource data, ReadOnlySpan<int> samples, int place, float x, ILikelihood<float> likelihood, VaeOptions options)
    {
        var when = data is PreparedSamples ? " when scaled" : "";
        var (name, range) = (Name(data, samples, place), likelihood.Range(place % data.Features));
        return new ArgumentException(
            !float.IsFinite(x)
                ? Invariant($"{name} must be a finite number{when}, but is {x}. Mend that row or leave it out.")
                : options.WantsUnitInterval()
                ? Invariant($"{name} must be from 0 to 1 for the {options.Likelihood} likelihood, but is {x}{when}. ")
                    + "Scale the data to 0 to 1 (min-max), or take a Gaussian likelihood."
                : Invariant($"{name} must be {range}{when}, but is {x}. Mend that row or leave it out."));
    }

    /// <summary>The number of samples to check together: fewer where a sample has many numbers, so
    /// that memory stays bounded.</summary>
    public static int AtOnce(ISampleSource data, int most)
        => int.Clamp(NumbersAtOnce / data.Features, 1, int.Clamp(data.Count, 1, most));

    /// <summary>Checks that a sample has a feature; a source of the user's own may report none.</summary>
    /// <exception cref="ArgumentException">There is no feature.</exception>
    public static void RequireAnyFeature(ISampleSource data)
    {
        if (data.Features < 1)
        {
            throw new ArgumentException(
                $"A sample must have at least one feature, but the data has {data.Features}.", nameof(data));
        }
    }

    /// <summary>Checks that gathered numbers are finite or, where the source may have missing ones, NaN.</summary>
    public static void RequireFinite<T>(ISampleSource data, ReadOnlySpan<int> samples, ReadOnlySpan<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = data.HasMissing() ? IndexOfInfinite(batch) : IndexOfNotFinite(batch);
        if (place >= 0)
        {
            var when = data is PreparedSamples ? " when scaled" : "";
            throw new ArgumentException(
                Invariant($"{Name(data, samples, place)} must be a finite number{when}, but is {batch[place]}. ")
                + "Mend that row or leave it out.");
        }
    }

    /// <summary>The place of the first number that is NaN or infinite; -1 where there is none.</summary>
    public static int IndexOfNotFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The place of the first number that is infinite; -1 where there is none.</summary>
    public static int IndexOfInfinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (T.IsInfinity(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The origin of a sample, for a message.</summary>
    public static string NameOfSample(this ISampleSource data, int sample)
        => data is IDescribedSamples described ? described.SampleName(sample) : $"sample {sample}";

    /// <summary>The name of a feature, for a message.</summary>
    public static string NameOfFeature(this ISampleSource data, int feature)
        => data.ColumnOf(feature) is { Length: > 0 } name ? $"column '{Printable.Cut(name)}'" : $"feature {feature}";

    /// <summary>A feature's own name; empty where it has none.</summary>
    public static string ColumnOf(this ISampleSource data, int feature)
        => data is IDescribedSamples described ? described.FeatureName(feature) : "";

    private static string Name(ISampleSource data, ReadOnlySpan<int> samples, int place)
    {
        var (row, feature) = int.DivRem(place, data.Features);
        return $"{data.NameOfSample(samples[row])}, {data.NameOfFeature(feature)}";
    }
}
