using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Samples kept as bytes, such as the pixels of grey images, and read as <c>value / 255</c>.</summary>
/// <param name="bytes">The samples one after another; not copied.</param>
/// <param name="features">Bytes in a sample.</param>
public sealed class ByteSamples(byte[] bytes, int features) : ISampleSource
{
    /// <inheritdoc/>
    public int Count { get; } = features >= 1 && bytes.Length % features == 0
        ? bytes.Length / features
        : throw new ArgumentException(
            $"The length must be a multiple of the {features} features of a sample, but is {bytes.Length}.", nameof(bytes));

    /// <inheritdoc/>
    public int Features => features;

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Matrix<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(batch, features, samples.Length);
        var shades = Shades<T>.Table;
        for (var column = 0; column < samples.Length; column++)
        {
            var source = bytes.AsSpan(samples[column] * features, features);
            var target = batch.ColumnSpan(column);
            for (var feature = 0; feature < target.Length; feature++)
            {
                target[feature] = shades[source[feature]];            // x = byte / 255
            }
        }
    }

    private static class Shades<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static readonly T[] Table =
            [.. Enumerable.Range(0, 256).Select(shade => T.CreateChecked(shade) / T.CreateChecked(255))];
    }
}
