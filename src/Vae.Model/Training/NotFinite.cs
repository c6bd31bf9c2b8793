using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Finds where a step first went wrong: which number, of which layer, is NaN or infinite.</summary>
internal static class NotFinite
{
    /// <summary>How words about the data begin.</summary>
    public const string Data = "the data";

    /// <summary>Looks through a forward pass and, where it was run, a backward pass, in the order in which they are computed.</summary>
    /// <param name="model">The model, with the gradients of the step.</param>
    /// <param name="activations">The step's buffers.</param>
    /// <param name="samples">The numbers of the batch's samples in the data.</param>
    /// <returns>Words such as "the output of encoder.hidden.0, row 3, for sample 17 is NaN"; null where all is finite.</returns>
    public static string? Find<T>(VariationalAutoencoder<T> model, Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FindInData(activations, samples)
            ?? InValues(model)
            ?? InForward(model, activations, samples)
            ?? InBackward(model, activations, samples)
            ?? InGradients(model);

    /// <summary>Looks through a batch's data alone.</summary>
    public static string? FindInData<T>(Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => InColumns(Data, "feature", activations.Input, samples);

    /// <summary>Looks through what Adam left: gradients, moments and weights.</summary>
    public static string? Find<T>(Adam<T> adam)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => adam.Parameters.Select(parameter => InMatrix($"the gradient of {parameter.Name}", parameter.Gradient)).OfType<string>().FirstOrDefault()
            ?? adam.Parameters.Select((parameter, i) => InMatrix($"Adam's second moment of {parameter.Name}", adam.SecondMoments[i])).OfType<string>().FirstOrDefault()
            ?? adam.Parameters.Select(parameter => InMatrix(parameter.Name, parameter.Value)).OfType<string>().FirstOrDefault();

    private static string? InValues<T>(VariationalAutoencoder<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => model.Parameters.Select(parameter => InMatrix(parameter.Name, parameter.Value)).OfType<string>().FirstOrDefault();

    private static string? InGradients<T>(VariationalAutoencoder<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => model.Parameters.Select(parameter => InMatrix($"the gradient of {parameter.Name}", parameter.Gradient)).OfType<string>().FirstOrDefault();

    private static string? InForward<T>(VariationalAutoencoder<T> model, Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < activations.EncoderHidden.Length; i++)
        {
            if (InColumns($"the output of {NameOf(model.Encoder.Hidden[i])}", "row", activations.EncoderHidden[i], samples) is { } hidden)
            {
                return hidden;
            }
        }

        var found = InColumns($"the output of {NameOf(model.Encoder.Mean)}", "latent", activations.Mean, samples)
            ?? InColumns($"the output of {NameOf(model.Encoder.LogVariance)}", "latent", activations.LogVariance, samples)
            ?? InColumns("z", "latent", activations.Latent, samples);
        for (var i = 0; found is null && i < activations.DecoderHidden.Length; i++)
        {
            found = InColumns($"the output of {NameOf(model.Decoder.Hidden[i])}", "row", activations.DecoderHidden[i], samples);
        }

        return found
            ?? InColumns($"the output of {NameOf(model.Decoder.Output)}", "row", activations.Output, samples)
            ?? InTerms("the reconstruction error", activations.Reconstruction, samples)
            ?? InTerms("the KL divergence", activations.Kl, samples);
    }

    private static string? InBackward<T>(VariationalAutoencoder<T> model, Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var found = InColumns($"the gradient of the output of {NameOf(model.Decoder.Output)}", "row", activations.OutputGradient, samples);
        for (var i = activations.DecoderHidden.Length - 1; found is null && i >= 0; i--)
        {
            found = InColumns($"the gradient of the output of {NameOf(model.Decoder.Hidden[i])}", "row", activations.DecoderHiddenGradients[i], samples);
        }

        found ??= InColumns("the gradient of z", "latent", activations.LatentGradient, samples)
            ?? InColumns($"the gradient of the output of {NameOf(model.Encoder.Mean)}", "latent", activations.MeanGradient, samples)
            ?? InColumns($"the gradient of the output of {NameOf(model.Encoder.LogVariance)}", "latent", activations.LogVarianceGradient, samples);
        for (var i = activations.EncoderHidden.Length - 1; found is null && i >= 0; i--)
        {
            found = InColumns($"the gradient of the output of {NameOf(model.Encoder.Hidden[i])}", "row", activations.EncoderHiddenGradients[i], samples);
        }

        return found;
    }

    private static string? InColumns<T>(string what, string row, Matrix<T> values, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = IndexOf(values.AsSpan());
        if (place < 0)
        {
            return null;
        }

        var sample = samples[place / values.RowCount / (values.ColumnCount / samples.Length)]; // several draws of a sample stand side by side
        return $"{what}, {row} {place % values.RowCount}, for sample {sample} is {Text(values.AsSpan()[place])}";
    }

    private static string? InTerms(string what, double[] values, ReadOnlySpan<int> samples)
    {
        var place = IndexOf<double>(values);
        return place < 0 ? null : $"{what} for sample {samples[place / (values.Length / samples.Length)]} is {Text(values[place])}";
    }

    private static string? InMatrix<T>(string what, Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = IndexOf(values.AsSpan());
        return place < 0
            ? null
            : $"{what}, row {place % values.RowCount}, column {place / values.RowCount}, is {Text(values.AsSpan()[place])}";
    }

    private static int IndexOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Text<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => T.IsNaN(value) ? "NaN" : T.IsNegative(value) ? "-infinity" : "infinity";

    private static string NameOf<T>(Dense<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => layer.Weight.Name[..layer.Weight.Name.LastIndexOf('.')];
}
