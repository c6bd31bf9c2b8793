using System.Numerics;

namespace Vae.Model;

/// <summary>Activations by batch size, made when first asked for: a data set needs those of a full batch and those of its
/// last.</summary>
internal sealed class ActivationsPool<T>(VaeOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<int, Activations<T>> _bySamples = [];

    public Activations<T> For(int samples)
    {
        if (!_bySamples.TryGetValue(samples, out var activations))
        {
            activations = new Activations<T>(options, samples);
            _bySamples.Add(samples, activations);
        }

        return activations;
    }
}
