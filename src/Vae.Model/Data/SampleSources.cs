using System.Globalization;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>What everybody asks of a source of samples before using it.</summary>
internal static class SampleSources
{
    private const int SamplesMeasured = 1000;
    private const int SamplesAtOnce = 100;

    /// <summary>How the first layer will be computed, for a person: each batch's own density decides, and this is what to expect.</summary>
    public static string DescribeFirstLayer<T>(this ISampleSource data, VaeOptions options, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var density = data.Density(options, product.Team);
        var measured = string.Create(CultureInfo.InvariantCulture, $"{100 * density:F1} % of the inputs are not zero");
        return product is not ISparseProduct<T> ? $"dense: {product.Name} knows no other; {measured}"
            : density <= NonZeros.FewestWorthDense ? $"sparse: {measured}"
            : $"dense: {measured}";
    }

    // The share of the encoder's inputs that are not zero, among samples that are spread evenly over the source.
    private static double Density(this ISampleSource data, VaeOptions options, WorkerTeam team)
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

    public static void RequireFeatures(this ISampleSource data, VaeOptions options)
    {
        if (data.Features != options.Features)
        {
            throw new ArgumentException(
                $"The model wants samples of {options.Features} features, but the data has {data.Features}. "
                + "Use the data that the model was trained on, or train a model for this data.", nameof(data));
        }
    }

    public static ILabelledSamples RequireLabels(this ISampleSource data, VaeOptions options)
        => data is not ILabelledSamples labelled
            ? throw new ArgumentException(
                $"The model wants one of {options.Classes} labels with each sample, but the data has none. "
                + "Give labelled samples, or train a model without labels.", nameof(data))
            : labelled.Classes > options.Classes
                ? throw new ArgumentException(
                    $"The model knows {options.Classes} labels, but the data has {labelled.Classes}.", nameof(data))
                : labelled;
}
