using System.Numerics;

namespace Vae.Math;

/// <summary>A family of distributions of a real number: it has densities and quantiles.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface INumberFamily<T> : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the x below which a weighted mixture of draws has a given probability.</summary>
    /// <param name="outputs">As in <see cref="IColumnFamily{T}.Loss"/>.</param>
    /// <param name="weights">The weight of each draw; their sum is 1.</param>
    /// <param name="probability">Above 0 and below 1.</param>
    double Quantile(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights, double probability);
}
