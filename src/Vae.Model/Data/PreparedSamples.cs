using System.Numerics;

namespace Vae.Model;

/// <summary>Samples of another source, scaled while they are gathered.</summary>
internal class PreparedSamples(ISampleSource source, Preparation preparation) : IDescribedSamples
{
    private readonly float[] _offset = [.. preparation.Offset];
    private readonly float[] _scale = [.. preparation.Scale];

    /// <summary>How they are scaled.</summary>
    public Scaling Scaling => preparation.Scaling;

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
        var (offset, scale, ends) = (_offset, _scale, Scaling == Scaling.MinMax);
        for (; batch.Length >= offset.Length; batch = batch[offset.Length..])
        {
            for (var i = 0; i < offset.Length; i++)
            {
                var scaled = (batch[i] - T.CreateTruncating(offset[i])) / T.CreateTruncating(scale[i]);
                batch[i] = ends ? T.Clamp(scaled, T.Zero, T.One) : scaled;
            }
        }
    }

    /// <summary>The same of samples with labels.</summary>
    internal sealed class Labelled(ILabelledSamples source, Preparation preparation) : PreparedSamples(source, preparation), ILabelledSamples
    {
        /// <inheritdoc/>
        public int Classes => source.Classes;

        /// <inheritdoc/>
        public int LabelOf(int sample) => source.LabelOf(sample);
    }
}
