using System.Buffers;
using System.Numerics;

namespace Vae.Model;

/// <summary>Samples of another source, scaled while they are gathered.</summary>
internal class PreparedSamples(ISampleSource source, Preparation preparation) : IDescribedSamples, IIncompleteSamples
{
    private const int NumbersAtOnce = 1 << 12;                        // 32 KB of doubles

    private readonly FeatureScaling _scaling = preparation.Arithmetic;

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public int Features => source.Features;

    /// <inheritdoc/>
    public bool HasMissing => source.HasMissing();

    /// <inheritdoc/>
    public string SampleName(int sample) => source.NameOfSample(sample);

    /// <inheritdoc/>
    public string FeatureName(int feature) => source.ColumnOf(feature);

    /// <summary>Whether features are divided by a number that was fitted to them.</summary>
    public bool IsScaled => preparation.Scaling != Scaling.None;

    /// <summary>A number of a feature in the feature's own units.</summary>
    public double InOwnUnits(int feature, double scaled)
        => (scaled * preparation.Scale[feature]) + preparation.Offset[feature];

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_scaling.InDouble && typeof(T) != typeof(double))
        {
            GatherInDouble(samples, batch);
            return;
        }

        source.Gather(samples, batch);
        var rows = batch[..(samples.Length * Features)];
        _scaling.Transform<T, T>(rows, rows);
    }

    // The numbers keep their digits until they are scaled: a few samples at a time, in room that threads share.
    private void GatherInDouble<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var atOnce = int.Clamp(NumbersAtOnce / Features, 1, int.Max(1, samples.Length));
        var room = ArrayPool<double>.Shared.Rent(atOnce * Features);
        for (; !samples.IsEmpty; samples = samples[int.Min(atOnce, samples.Length)..])
        {
            var some = samples[..int.Min(atOnce, samples.Length)];
            var rows = room.AsSpan(0, some.Length * Features);
            source.Gather(some, rows);
            _scaling.Transform<double, T>(rows, batch[..rows.Length]);
            batch = batch[rows.Length..];
        }

        ArrayPool<double>.Shared.Return(room);
    }

    /// <summary>Samples with labels, scaled while they are gathered.</summary>
    internal sealed class Labelled(ILabelledSamples source, Preparation preparation)
        : PreparedSamples(source, preparation), ILabelledSamples
    {
        /// <inheritdoc/>
        public int Classes => source.Classes;

        /// <inheritdoc/>
        public int LabelOf(int sample) => source.LabelOf(sample);
    }
}
