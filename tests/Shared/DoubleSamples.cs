using System.Numerics;
using Vae.Model;

namespace Vae.Tests;

/// <summary>Rows of doubles; NaN is a missing number.</summary>
/// <param name="rows">The rows, all of one length.</param>
/// <param name="names">The columns' names; null for none.</param>
internal sealed class DoubleSamples(double[][] rows, string[]? names = null) : IDescribedSamples, IIncompleteSamples
{
    public int Count => rows.Length;

    public int Features => rows[0].Length;

    public bool HasMissing { get; } = rows.Any(row => row.Any(double.IsNaN));

    public string SampleName(int sample) => $"row {sample}";

    public string FeatureName(int feature) => names?[feature] ?? "";

    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var row = rows[samples[i]];
            for (var feature = 0; feature < row.Length; feature++)
            {
                batch[(i * row.Length) + feature] = T.CreateTruncating(row[feature]);
            }
        }
    }
}
