using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Finds the first number of a step, in the order of computation, that is NaN or infinite.</summary>
internal static class NotFinite
{
    /// <summary>The beginning of every text about the data.</summary>
    public const string Data = "the data";

    /// <summary>Searches a forward pass and, where it was run, a backward pass, in the order of computation.</summary>
    /// <param name="model">The model, with the gradients of the step.</param>
    /// <param name="activations">The step's buffers.</param>
    /// <param name="samples">The numbers of the batch's samples in the data.</param>
    /// <returns>A text such as "the output of encoder.hidden.0, row 3, for sample 17 is NaN"; null where all is finite.</returns>
    public static string? Find<T>(VariationalAutoencoder<T> model, Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FindInData(activations, samples)
            ?? InValues(model.Parameters)
            ?? InStages(Forward(model, activations), samples)
            ?? InTerms("the reconstruction error", activations.Reconstruction, samples)
            ?? InTerms("the KL divergence", activations.Kl, samples)
            ?? InStages(Backward(model, activations), samples)
            ?? InGradients(model.Parameters);

    /// <summary>Searches a batch's data alone.</summary>
    public static string? FindInData<T>(Activations<T> activations, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => InColumns(Data, "feature", activations.Input, samples);

    /// <summary>Searches gradients, moments and weights after a step of Adam.</summary>
    public static string? Find<T>(Adam<T> adam)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => InGradients(adam.Parameters)
            ?? InSecondMoments(adam)
            ?? InValues(adam.Parameters);

    /// <summary>Whether a matrix holds only finite numbers.</summary>
    public static bool IsNowhereIn<T>(Matrix<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TensorPrimitives.IsFiniteAll<T>(values.AsSpan());

    private static string? InValues<T>(IReadOnlyList<Parameter<T>> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FirstOf(parameters.Select(parameter => InMatrix(parameter.Name, parameter.Value)));

    private static string? InGradients<T>(IReadOnlyList<Parameter<T>> parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FirstOf(parameters.Select(parameter => InMatrix($"the gradient of {parameter.Name}", parameter.Gradient)));

    private static string? InSecondMoments<T>(Adam<T> adam)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => FirstOf(adam.Parameters.Select(
            (parameter, i) => InMatrix($"Adam's second moment of {parameter.Name}", adam.SecondMoments[i])));

    private static string? FirstOf(IEnumerable<string?> found) => found.FirstOrDefault(text => text is not null);

    // The matrices of a forward pass in the order of computation, each with its name and the name of its rows.
    private static IEnumerable<(string What, string Row, Matrix<T> Values)> Forward<T>(
        VariationalAutoencoder<T> model, Activations<T> activations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        =>
        [
            .. OutputsOf(model.Encoder.Hidden, activations.EncoderHidden),
            (OutputOf(model.Encoder.Mean), "latent", activations.Mean),
            (OutputOf(model.Encoder.LogVariance), "latent", activations.LogVariance),
            ("z", "latent", activations.Latent),
            .. OutputsOf(model.Decoder.Hidden, activations.DecoderHidden),
            (OutputOf(model.Decoder.Output), "row", activations.Output),
        ];

    private static IEnumerable<(string What, string Row, Matrix<T> Values)> Backward<T>(
        VariationalAutoencoder<T> model, Activations<T> activations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IEnumerable<(string What, string Row, Matrix<T> Values)> stages =
        [
            (OutputOf(model.Decoder.Output), "row", activations.OutputGradient),
            .. OutputsOf(model.Decoder.Hidden, activations.DecoderHiddenGradients).Reverse(),
            ("z", "latent", activations.LatentGradient),
            (OutputOf(model.Encoder.Mean), "latent", activations.MeanGradient),
            (OutputOf(model.Encoder.LogVariance), "latent", activations.LogVarianceGradient),
            .. OutputsOf(model.Encoder.Hidden, activations.EncoderHiddenGradients).Reverse(),
        ];
        return stages.Select(stage => ($"the gradient of {stage.What}", stage.Row, stage.Values));
    }

    private static string? InStages<T>(IEnumerable<(string What, string Row, Matrix<T> Values)> stages, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var (what, row, values) in stages)
        {
            if (InColumns(what, row, values, samples) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? InColumns<T>(string what, string row, Matrix<T> values, ReadOnlySpan<int> samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = IndexOf(values.AsSpan());
        if (place < 0)
        {
            return null;
        }

        var draws = values.ColumnCount / samples.Length;              // a sample's draws are adjacent columns
        var sample = samples[place / values.RowCount / draws];
        return $"{what}, {row} {place % values.RowCount}, for sample {sample} is {Text(values.AsSpan()[place])}";
    }

    private static string? InTerms(string what, double[] values, ReadOnlySpan<int> samples)
    {
        var place = IndexOf<double>(values);
        if (place < 0)
        {
            return null;
        }

        var draws = values.Length / samples.Length;
        return $"{what} for sample {samples[place / draws]} is {Text(values[place])}";
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

    private static IEnumerable<(string What, string Row, Matrix<T> Values)> OutputsOf<T>(
        IReadOnlyList<Dense<T>> layers, IReadOnlyList<Matrix<T>> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => layers.Zip(values, (layer, value) => (OutputOf(layer), "row", value));

    private static string OutputOf<T>(Dense<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => $"the output of {layer.Weight.Name[..layer.Weight.Name.LastIndexOf('.')]}";
}
