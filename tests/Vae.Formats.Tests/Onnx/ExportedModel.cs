using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Vae.Math;
using Vae.Model;

namespace Vae.Formats.Tests;

/// <summary>A model, and the results of ONNX Runtime from its exported files.</summary>
internal sealed class ExportedModel : IDisposable
{
    // Fresh weights are so small that every output is about its bias, and every probability about a half.
    private const float WeightFactor = 3;

    private readonly float[]? _offset;
    private readonly float[]? _scale;

    public ExportedModel(VaeOptions options, float[]? offset = null, float[]? scale = null, ulong seed = 1)
    {
        (_offset, _scale) = (offset, scale);
        Model = new VariationalAutoencoder<float>(options, new SimdProduct<float>(WorkerTeam.OfOne)).Initialise(seed);
        foreach (var parameter in Model.Parameters)
        {
            parameter.Value.Multiply(WeightFactor, parameter.Value);
        }

        Files = Model.ExportOnnx(
            Folder, offset?.Select(one => (double)one).ToArray(), scale?.Select(one => (double)one).ToArray());
        Encoder = Session.Open(Path.Combine(Folder, OnnxExport.EncoderFileName));
        Decoder = Session.Open(Path.Combine(Folder, OnnxExport.DecoderFileName));
    }

    public VariationalAutoencoder<float> Model { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("vae-onnx-tests-").FullName;

    public IReadOnlyList<OnnxFile> Files { get; }

    public InferenceSession Encoder { get; }

    public InferenceSession Decoder { get; }

    /// <summary>Labels one after another; none for a model without.</summary>
    public int[] Labels(int count)
        => Model.Options.Classes == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => i % Model.Options.Classes)];

    /// <summary>Numbers as the data has them: normal ones of the model's units, in rows.</summary>
    public float[] Data(int count, float size = 1)
        => [.. Normal(count * Model.Options.Features).Select((number, i) => (number * size * ScaleOf(i)) + OffsetOf(i))];

    /// <summary>Normal latents, in rows.</summary>
    public float[] Latents(int count, float size = 1)
        => [.. Normal(count * Model.Options.Latent).Select(number => number * size)];

    /// <summary>The means, then the log-variances, by our own code.</summary>
    public (float[] Mean, float[] LogVariance) Encode(float[] data)
    {
        var features = Model.Options.Features;
        var rows = data.Select((number, i) => (number - OffsetOf(i)) / ScaleOf(i)).Chunk(features).ToArray();
        var samples = new ArraySamples(rows);
        byte[] labels = [.. Labels(rows.Length).Select(label => (byte)label)];
        ISampleSource source = labels.Length == 0 ? samples : new LabelledSamples(samples, labels, Model.Options.Classes);
        var codes = new LatentSpace<float>(Model).Encode(source, [.. Enumerable.Range(0, rows.Length)]);
        return (Rows(codes.Mean), Rows(codes.LogVariance));
    }

    /// <summary>E[x|z] by our own code, in the data's units.</summary>
    public float[] Decode(float[] latents)
    {
        var count = latents.Length / Model.Options.Latent;
        var means = new LatentSpace<float>(Model).Decode(
            Matrix<float>.Build.Dense(Model.Options.Latent, count, latents),
            Labels(count));
        return [.. Rows(means).Select((number, i) => (number * ScaleOf(i)) + OffsetOf(i))];
    }

    /// <summary>The output of the decoder's last layer, computed by this library: rows of logits, or of means before raw
    /// log-variances.</summary>
    public float[] Output(float[] latents)
    {
        var activations = new Activations<float>(Model.Options, latents.Length / Model.Options.Latent);
        activations.Latent.SetSubMatrix(0, 0, Matrix<float>.Build.Dense(Model.Options.Latent, activations.Draws, latents));
        Labels(activations.Draws).CopyTo(activations.Labels, 0);
        Model.Decode(activations);
        return Rows(activations.Output);
    }

    /// <summary>A file's output by ONNX Runtime.</summary>
    public float[] Run(InferenceSession session, string output, float[] input, long[]? labels = null)
    {
        var columns = session == Encoder ? Model.Options.Features : Model.Options.Latent;
        var count = input.Length / columns;
        var data = new DenseTensor<float>(input, [count, columns]);
        var values = new List<NamedOnnxValue> { NamedOnnxValue.CreateFromTensor(session == Encoder ? "x" : "z", data) };
        if (Model.Options.Classes > 0)
        {
            labels ??= Array.ConvertAll(Labels(count), label => (long)label);
            values.Add(NamedOnnxValue.CreateFromTensor("label", new DenseTensor<long>(labels, [count])));
        }

        using var results = session.Run(values, [output]);
        return [.. results[0].AsEnumerable<float>()];
    }

    public float ScaleOf(int number) => _scale?[number % Model.Options.Features] ?? 1;

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private float OffsetOf(int number) => _offset?[number % Model.Options.Features] ?? 0;

    private static float[] Normal(int count)
    {
        var numbers = new float[count];
        new RandomDraws(3, 0, 0).FillNormal(numbers);
        return numbers;
    }

    // A sample is a column here and a row there, which in memory is the same.
    private static float[] Rows(Matrix<float> matrix) => matrix.ToColumnMajorArray();
}
