using System.Numerics;

namespace Vae.Model;

/// <summary>Samples of any source, with a label for each. Names of samples and features are the source's.</summary>
public sealed class LabelledSamples : ILabelledSamples, IDescribedSamples, IIncompleteSamples
{
    private readonly IReadOnlyList<byte> _labels;

    /// <summary>Joins samples and labels.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="labels">The class of each sample, from 0; not copied.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="samples"/> or <paramref name="labels"/> is null.</exception>
    /// <exception cref="ArgumentException">There are more or fewer labels than samples, or a label is not below
    /// the number of classes.</exception>
    public LabelledSamples(ISampleSource samples, IReadOnlyList<byte> labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (labels.Count != samples.Count)
        {
            throw new ArgumentException(
                $"There must be a label for each of the {samples.Count} samples, but there are {labels.Count}.", nameof(labels));
        }

        for (var sample = 0; sample < labels.Count; sample++)
        {
            if (labels[sample] >= classes)
            {
                throw new ArgumentException(
                    $"Each label must be below the {classes} classes, but that of sample {sample} is {labels[sample]}.",
                    nameof(labels));
            }
        }

        Source = samples;
        _labels = labels;
        Classes = classes;
    }

    /// <summary>The samples without their labels.</summary>
    internal ISampleSource Source { get; }

    /// <inheritdoc/>
    public int Count => Source.Count;

    /// <inheritdoc/>
    public int Features => Source.Features;

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public bool HasMissing => Source.HasMissing();

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public int LabelOf(int sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sample, Count);
        return _labels[sample];
    }

    /// <inheritdoc/>
    public string SampleName(int sample) => Source.NameOfSample(sample);

    /// <inheritdoc/>
    public string FeatureName(int feature) => Source.ColumnOf(feature);

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Source.Gather(samples, batch);
}
