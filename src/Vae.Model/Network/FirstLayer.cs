using System.Globalization;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>A forecast of how the first layer is computed from a data set, sparse or dense. Each batch's own density
/// decides.</summary>
internal static class FirstLayer
{
    private const int SamplesMeasured = 1000;
    private const int SamplesAtOnce = 100;

    /// <summary>Measures some samples and says whether the sparse or the dense product is expected, as text.</summary>
    public static string Describe<T>(ISampleSource data, VaeOptions options, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var density = Density(data, options, product.Team);
        var measured = string.Create(CultureInfo.InvariantCulture, $"{100 * density:F1} % of the inputs are not zero");
        return product is not ISparseProduct<T> ? $"dense: {product.Name} knows no other; {measured}"
            : density <= NonZeros.FewestWorthDense ? $"sparse: {measured}"
            : $"dense: {measured}";
    }

    // The share of the encoder's inputs that are not zero, among samples that are spread evenly over the source.
    private static double Density(ISampleSource data, VaeOptions options, WorkerTeam team)
    {
        var reader = new SampleReader<float>(options, data, team, seed: 0, Purpose.EvaluationPixels);
        var count = int.Min(SamplesMeasured, data.Count);
        int[] samples = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * data.Count / count))];
        var sum = 0.0;
        foreach (var chunk in samples.Chunk(SamplesAtOnce))
        {
            var activations = new Activations<float>(options with { Draws = 1 }, chunk.Length);
            reader.Read(chunk, activations);
            LabelColumns.Join(activations.Input, activations.Labels, activations.EncoderInput);
            activations.InputNonZeros.Mark(activations.EncoderInput, team);
            sum += activations.InputNonZeros.Density * chunk.Length;
        }

        return sum / count;
    }
}
