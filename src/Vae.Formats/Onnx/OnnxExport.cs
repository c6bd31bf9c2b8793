using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vae.Model;
using static System.FormattableString;

namespace Vae.Formats;

/// <summary>Writes a model as two ONNX files, with which any ONNX runtime can encode and decode.</summary>
/// <remarks>
/// <c>encoder.onnx</c> reads <c>x</c> [batch, features] and gives <c>mean</c> and <c>log_variance</c> [batch, latents];
/// <c>decoder.onnx</c> reads <c>z</c> [batch, latents] and gives <c>x</c> = E[x|z] [batch, features], <c>logits</c> where
/// the likelihood has them, and <c>log_variance</c> [batch, features] where each pixel has one. A model with labels also
/// reads <c>label</c> [batch], 64-bit whole numbers. A model with a likelihood for each column of a table has 64-bit floats
/// where numbers are in the columns' units, NaN for a missing value, and outputs for each column's distribution. See
/// docs/interoperability.md.
/// </remarks>
public static class OnnxExport
{
    private const double FloatRounding = 1.0 / (1 << 24);             // of a float, relative
    private const double MostLost = 1e-3;                             // of a deviation

    /// <summary>The name of the encoder's file.</summary>
    public const string EncoderFileName = "encoder.onnx";

    /// <summary>The name of the decoder's file.</summary>
    public const string DecoderFileName = "decoder.onnx";

    // A feature's name is the user's text: it stays readable, and nothing here becomes part of a web page.
    internal static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a model with its preparation, so that the files take and give the data's own units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; made if need be. Older files are replaced.</param>
    /// <returns>The files that were written, the encoder first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">A weight is not finite, a feature's offset is so large against its scale that floats,
    /// which the files take, lose a thousandth of a deviation, or <paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="NotSupportedException">A file would have 2 GB or more.</exception>
    /// <exception cref="IOException">A file cannot be written; an older one is untouched.</exception>
    public static IReadOnlyList<OnnxFile> ExportOnnx(this VaeModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Options.Columns.Count > 0 && model.Schema is { IsByKind: true } schema)
        {
            ArgumentException.ThrowIfNullOrEmpty(folder);
            RequireFiniteWeights(model.Network);
            return ExportTable(model.Network, schema, folder);
        }

        var preparation = model.Preparation;
        var names = preparation?.Columns is { Count: > 0 } columns ? columns : null;
        var isMinMax = preparation?.Scaling == Scaling.MinMax;
        var wantsDigits = preparation is { InDouble: true };          // a model of an older version was trained on floats
        return Export(model.Network, folder, preparation?.Offset, preparation?.Scale, names, isMinMax, wantsDigits);
    }

    /// <summary>Writes a model of a table's rows, with the coding of its columns. See docs/interoperability.md for the files'
    /// inputs and outputs, and for what they lack.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; made if need be. Older files are replaced.</param>
    /// <returns>The files that were written, the encoder first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">A weight is not finite, or <paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="NotSupportedException">A file would have 2 GB or more.</exception>
    /// <exception cref="IOException">A file cannot be written; an older one is untouched.</exception>
    public static IReadOnlyList<OnnxFile> ExportOnnx(this TableModel model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Model.ExportOnnx(folder);
    }

    /// <summary>Writes <c>encoder.onnx</c> and <c>decoder.onnx</c>, each atomically.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; made if need be. Older files are replaced.</param>
    /// <param name="offset">The offset of each feature, for a model of data scaled by <c>(x - offset) / scale</c>. The files
    /// then take and give x itself. Null for 0.</param>
    /// <param name="scale">The scale of each feature, not 0. Null for 1.</param>
    /// <param name="featureNames">A name for each feature, kept in the files' metadata; null for none.</param>
    /// <param name="clamp">Whether scaled numbers are clamped to 0 and 1, as with <see cref="Scaling.MinMax"/>.</param>
    /// <returns>The files that were written, the encoder first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">There are more or fewer offsets, scales or names than features, an offset, a
    /// scale or a weight is not finite, a scale is 0, an offset is so large against its scale that floats, which the files
    /// take, lose a thousandth of a deviation, or <paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="NotSupportedException">A file would have 2 GB or more, or the model has a likelihood for each column,
    /// whose levels and units a <see cref="TableModel"/> knows.</exception>
    /// <exception cref="IOException">A file cannot be written; an older one is untouched.</exception>
    public static IReadOnlyList<OnnxFile> ExportOnnx(
        this VariationalAutoencoder<float> model,
        string folder,
        IReadOnlyList<double>? offset = null,
        IReadOnlyList<double>? scale = null,
        IReadOnlyList<string>? featureNames = null,
        bool clamp = false)
        => Export(model, folder, offset, scale, featureNames, clamp, wantsDigits: true);

    private static IReadOnlyList<OnnxFile> Export(
        VariationalAutoencoder<float> model,
        string folder,
        IReadOnlyList<double>? offset,
        IReadOnlyList<double>? scale,
        IReadOnlyList<string>? featureNames,
        bool clamp,
        bool wantsDigits)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (model.Options.Columns.Count > 0)
        {
            throw new NotSupportedException(
                "A model with a likelihood for each column is exported with its columns' levels and units, which it does not "
                + "have itself. Export the TableModel: TableModel.Load(path).ExportOnnx(folder).");
        }

        RequireOneForEachFeature(offset, model);
        RequireOneForEachFeature(scale, model);
        RequireOneForEachFeature(featureNames, model);
        RequireNumbers(offset, one => float.IsFinite((float)one), "finite");
        RequireNumbers(scale, one => float.IsFinite((float)one) && (float)one != 0, "finite and not 0");
        RequireFiniteWeights(model);

        var features = model.Options.Features;
        double[] offsets = offset is null ? new double[features] : [.. offset];
        double[] scales = scale is null ? [.. Enumerable.Repeat(1.0, features)] : [.. scale];
        if (wantsDigits)
        {
            RequireDigits(offsets, scales, featureNames);
        }

        var units = new OnnxUnits(new FeatureScaling(offsets, scales, clamp, inDouble: false, transforms: []));
        var metadata = MetadataOf(model, featureNames);
        return
        [
            Write(OnnxNetworks.Encoder(model, units), metadata, Path.Combine(folder, EncoderFileName)),
            Write(OnnxNetworks.Decoder(model, units), metadata, Path.Combine(folder, DecoderFileName)),
        ];
    }

    private static IReadOnlyList<OnnxFile> ExportTable(VariationalAutoencoder<float> model, TableSchema schema, string folder)
    {
        var columns = OnnxColumn.Of(model.Options, schema);
        (string, string)[] metadata =
        [
            .. MetadataOf(model, [.. columns.Select(column => column.Schema.Name)]), .. OnnxTableMetadata.Of(columns),
        ];
        return
        [
            Write(OnnxTableNetworks.Encoder(model, schema), metadata, Path.Combine(folder, EncoderFileName)),
            Write(OnnxTableNetworks.Decoder(model, columns), metadata, Path.Combine(folder, DecoderFileName)),
        ];
    }

    private static OnnxFile Write(OnnxGraph graph, IReadOnlyList<(string Name, string Text)> metadata, string path)
    {
        OnnxModel.Write(graph, metadata, path);
        return new OnnxFile(path, string.Join(", ", graph.Inputs), string.Join(", ", graph.Outputs), new FileInfo(path).Length);
    }

    private static (string Name, string Text)[] MetadataOf(
        VariationalAutoencoder<float> model, IReadOnlyList<string>? featureNames)
    {
        var options = model.Options;
        (string Name, string Text)[] always =
        [
            ("architecture", options.Architecture),
            ("likelihood", $"{options.Likelihood}"),
            ("pixels", $"{options.Pixels}"),
            ("formula", model.Formula),
        ];
        if (featureNames is null)
        {
            return always;
        }

        var names = new JsonArray(featureNames.Select(name => (JsonNode?)name).ToArray());
        return [.. always, ("feature_names", names.ToJsonString(Readable))];
    }

    // A graph takes floats: a feature of offset 1.7e9 and scale 60 would come in steps of 128. A feature of scale 1 was constant,
    // and only shifted.
    private static void RequireDigits(double[] offsets, double[] scales, IReadOnlyList<string>? names)
    {
        var lost = Array.FindIndex(
            [.. offsets.Zip(scales)],
            unit => unit.Second != 1 && double.Abs(unit.First) * FloatRounding > MostLost * double.Abs(unit.Second));
        if (lost >= 0)
        {
            var name = names is null ? $"feature {lost}" : $"column '{Printable.Cut(names[lost])}'";
            throw new ArgumentException(
                Invariant($"{name} has the offset {offsets[lost]} and the scale {scales[lost]}, but an ONNX file takes ")
                + "floats, which lose digits that count there. Subtract a constant from that column in the data, such as "
                + "its least number, and train anew.");
        }
    }

    private static void RequireOneForEachFeature<TValue>(
        IReadOnlyList<TValue>? values,
        VariationalAutoencoder<float> model,
        [CallerArgumentExpression(nameof(values))] string name = "")
    {
        if (values is not null && values.Count != model.Options.Features)
        {
            throw new ArgumentException(
                $"There must be one for each of the model's {model.Options.Features} features, but there are {values.Count}.",
                name);
        }
    }

    private static void RequireNumbers(
        IReadOnlyList<double>? values,
        Func<double, bool> isValid,
        string wanted,
        [CallerArgumentExpression(nameof(values))] string name = "")
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            if (!isValid(values![i]))
            {
                throw new ArgumentException(Invariant($"Each must be {wanted}, but that of feature {i} is {values[i]}."), name);
            }
        }
    }

    private static void RequireFiniteWeights(VariationalAutoencoder<float> model)
    {
        if (model.Parameters.FirstOrDefault(parameter => !parameter.Value.Enumerate().All(float.IsFinite)) is { } wrong)
        {
            throw new ArgumentException(
                $"{wrong}: a weight is not finite, so the model computes nothing. Export one that was trained to its end.",
                nameof(model));
        }
    }
}
