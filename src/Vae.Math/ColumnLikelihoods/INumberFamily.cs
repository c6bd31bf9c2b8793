using System.Numerics;

namespace Vae.Math;

/// <summary>A family of distributions of a real number: it has densities, distribution functions and quantiles.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface INumberFamily<T> : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The weighted mixture of draws as one distribution; the caller disposes of it.</summary>
    /// <param name="outputs">As in <see cref="IColumnFamily{T}.Loss"/>.</param>
    /// <param name="weights">The weight of each draw; their sum is 1.</param>
    WeightedComponents Mixture(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights);
}
