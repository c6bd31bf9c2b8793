using System.Numerics;

namespace Vae.Model.Tests;

/// <summary>The samples of a source as they come out of a gate.</summary>
internal sealed class GatedSamples(ISampleSource source, SampleGate gate) : ISampleSource
{
    public GatedSamples(ISampleSource source, Pixels pixels, ulong seed, Purpose purpose, long epoch)
        : this(
            source,
            new SampleGate(new VaeOptions { Features = source.Features, Pixels = pixels }, null, seed, purpose) { Epoch = epoch })
    {
    }

    public SampleGate Gate => gate;

    public int Count => source.Count;

    public int Features => source.Features;

    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        source.Gather(samples, batch);
        for (var i = 0; i < samples.Length; i++)
        {
            gate.Pass(batch.Slice(i * Features, Features), samples[i]);
        }
    }
}
