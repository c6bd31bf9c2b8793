using System.Numerics;

namespace Vae.Model;

/// <summary>One thread's activations by size, made when first asked for: a data set needs those of a full batch and those of its
/// last, a score those of one sample with a chunk of draws.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ActivationsSet<T>(VaeOptions options, ActivationsPool<T> pool) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<(int Samples, int Draws), Activations<T>> _bySize = [];
    private (int Samples, int Draws) _lastSize;
    private Activations<T>? _last;

    /// <summary>Activations of a batch with the model's own draws.</summary>
    /// <param name="samples">Samples in the batch.</param>
    public Activations<T> For(int samples) => For(samples, options.Draws);

    /// <summary>Activations of a batch.</summary>
    /// <param name="samples">Samples in the batch.</param>
    /// <param name="draws">Draws of z for each.</param>
    public Activations<T> For(int samples, int draws)
    {
        if (_last is not null && _lastSize == (samples, draws))
        {
            return _last;
        }

        if (!_bySize.TryGetValue((samples, draws), out var activations))
        {
            activations = new Activations<T>(draws == options.Draws ? options : options with { Draws = draws }, samples);
            _bySize.Add((samples, draws), activations);
        }

        (_lastSize, _last) = ((samples, draws), activations);
        return activations;
    }

    /// <summary>Gives the set back to its pool.</summary>
    public void Dispose() => pool.GiveBack(this);
}
