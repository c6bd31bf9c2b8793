using System.Numerics;

namespace Vae.Model;

/// <summary>Sets of activations for callers on any number of threads. As many sets are kept as there are processors; more callers
/// at once make their own, and nobody waits.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class ActivationsPool<T>(VaeOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ActivationsSet<T>?[] _free = new ActivationsSet<T>?[Environment.ProcessorCount];
    private ActivationsSet<T>? _own;

    /// <summary>Takes a set that nobody uses.</summary>
    /// <returns>The set; disposing of it gives it back.</returns>
    public ActivationsSet<T> Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (Interlocked.Exchange(ref _free[i], null) is { } set)
            {
                return set;
            }
        }

        return new ActivationsSet<T>(options, this);
    }

    /// <summary>Activations for a pool that one thread alone uses: nothing is rented or given back.</summary>
    /// <param name="samples">Samples in the batch.</param>
    public Activations<T> For(int samples) => (_own ??= new ActivationsSet<T>(options, this)).For(samples);

    /// <summary>Keeps a set for the next caller, where there is room.</summary>
    internal void GiveBack(ActivationsSet<T> set)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _free[i], set, null) is null)
            {
                return;
            }
        }
    }
}
