using System.Numerics;

namespace Vae.Model;

/// <summary>Samples of another source, scaled while they are gathered.</summary>
internal class PreparedSamples(ISampleSource source, Preparation preparation) : IDescribedSamples
{
    private readonly FeatureScaling _scaling = preparation.Arithmetic;

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public int Features => source.Features;

    /// <inheritdoc/>
    public string SampleName(int sample) => source.NameOfSample(sample);

    /// <inheritdoc/>
    public string FeatureName(int feature) => source.ColumnOf(feature);

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        source.Gather(samples, batch);
        _scaling.Transform(batch[..(samples.Length * Features)]);
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
