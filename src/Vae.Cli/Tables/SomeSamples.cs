using System.Buffers;
using System.Numerics;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Some samples of a source, such as those that a training held out.</summary>
/// <param name="source">The source.</param>
/// <param name="chosen">The numbers of the samples.</param>
internal class SomeSamples(ISampleSource source, int[] chosen) : IDescribedSamples, IIncompleteSamples
{
    /// <inheritdoc/>
    public int Count => chosen.Length;

    /// <inheritdoc/>
    public int Features => source.Features;

    /// <inheritdoc/>
    public bool HasMissing => source.HasMissing();

    /// <summary>Makes the source, with labels where the whole source has them.</summary>
    public static ISampleSource Of(ISampleSource source, int[] chosen)
        => source is ILabelledSamples labelled ? new Labelled(labelled, chosen) : new SomeSamples(source, chosen);

    /// <inheritdoc/>
    public string SampleName(int sample) => source.NameOfSample(SampleAt(sample));

    /// <inheritdoc/>
    public string FeatureName(int feature) => source.ColumnOf(feature);

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var room = ArrayPool<int>.Shared.Rent(samples.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            room[i] = SampleAt(samples[i]);
        }

        source.Gather(room.AsSpan(0, samples.Length), batch);
        ArrayPool<int>.Shared.Return(room);
    }

    private int SampleAt(int place) => chosen[place];

    private sealed class Labelled(ILabelledSamples labelled, int[] some) : SomeSamples(labelled, some), ILabelledSamples
    {
        private readonly ILabelledSamples _labelled = labelled;

        /// <inheritdoc/>
        public int Classes => _labelled.Classes;

        /// <inheritdoc/>
        public int LabelOf(int sample) => _labelled.LabelOf(SampleAt(sample));
    }
}
