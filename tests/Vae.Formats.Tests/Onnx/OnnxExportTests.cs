using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;
using Xunit.Sdk;

namespace Vae.Formats.Tests;

/// <summary>ONNX Runtime computes the same results from the files as this library from the model.</summary>
public sealed class OnnxExportTests
{
    // Of an output's largest number (of 1, where all are smaller). Sums of 70 floats in another order, and other polynomials
    // for exp and tanh: the worst of the 1,200 comparisons here was 3.7e-7 (ONNX Runtime 1.31.1, AVX-512), three units in the
    // last place. Three times that, for processors with other vectors.
    private const double Tolerance = 1e-6;

    private const int Features = 17;

    public static TheoryData<Likelihood, Activation, int, bool> EveryModel()
    {
        var all = new TheoryData<Likelihood, Activation, int, bool>();
        foreach (var likelihood in Enum.GetValues<Likelihood>().Where(one => one != Likelihood.Columns))
        {
            foreach (var activation in Enum.GetValues<Activation>())
            {
                foreach (var classes in new[] { 0, 4 })
                {
                    all.Add(likelihood, activation, classes, false);
                    all.Add(likelihood, activation, classes, true);
                }
            }
        }

        return all;
    }

    [Theory, MemberData(nameof(EveryModel))]
    public void Every_model_encodes_and_decodes_in_ONNX_Runtime_as_in_this_library(
        Likelihood likelihood,
        Activation activation,
        int classes,
        bool isScaled)
    {
        using var exported = Export(likelihood, activation, classes, isScaled);
        foreach (var count in new[] { 1, 3, 257 })
        {
            RequireAgreement(exported, exported.Data(count), exported.Latents(count));
        }
    }

    [Theory, MemberData(nameof(EveryModel))]
    public void Zeros_and_large_numbers_encode_and_decode_in_ONNX_Runtime_as_in_this_library(
        Likelihood likelihood,
        Activation activation,
        int classes,
        bool isScaled)
    {
        using var exported = Export(likelihood, activation, classes, isScaled);
        RequireAgreement(exported, exported.Data(3, size: 0), exported.Latents(3, size: 0));
        RequireAgreement(exported, exported.Data(3, size: 1e4f), exported.Latents(3, size: 1e4f));
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli)]
    [InlineData(Likelihood.ContinuousBernoulli)]
    public void Logits_are_the_last_layers_output_whatever_the_scaling(Likelihood likelihood)
    {
        using var exported = Export(likelihood, isScaled: true);
        var latents = exported.Latents(5);
        RequireNear(exported.Output(latents), exported.Run(exported.Decoder, "logits", latents));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_pixels_log_variance_is_in_the_datas_units(bool isScaled)
    {
        using var exported = Export(Likelihood.GaussianPixelVariance, isScaled: isScaled);
        var latents = exported.Latents(5, size: 5);                   // some raw values are far below the floor of -6

        var expected = exported.Output(latents).Chunk(2 * Features)
            .SelectMany(row => row[Features..].Select((raw, i) => (float)(LogVariance(raw) + LogSquaredScale(i))))
            .ToArray();

        RequireNear(expected, exported.Run(exported.Decoder, "log_variance", latents));

        double LogSquaredScale(int i) => 2 * double.Log(exported.ScaleOf(i));

        // As in docs/derivations.md, GaussianPixelVariance.
        static double LogVariance(double raw) => -6 + double.Log(1 + double.Exp(raw + 6));
    }

    [Fact]
    public void A_weight_that_is_off_by_a_hundredth_is_noticed()
    {
        using var exported = Export();
        var weight = exported.Model.Encoder.Hidden[0].Weight.Value;
        weight[2, 3] += 0.01f;
        Assert.Throws<TrueException>(() => RequireAgreement(exported, exported.Data(257), exported.Latents(257)));
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli, 0, "x [batch, 17]", "z [batch, 3]", "x [batch, 17], logits [batch, 17]")]
    [InlineData(
        Likelihood.ContinuousBernoulli,
        4,
        "x [batch, 17], label [batch] int64",
        "z [batch, 3], label [batch] int64",
        "x [batch, 17], logits [batch, 17]")]
    [InlineData(Likelihood.Gaussian, 0, "x [batch, 17]", "z [batch, 3]", "x [batch, 17]")]
    [InlineData(Likelihood.GaussianWithVariance, 0, "x [batch, 17]", "z [batch, 3]", "x [batch, 17]")]
    [InlineData(Likelihood.GaussianPixelVariance, 0, "x [batch, 17]", "z [batch, 3]", "x [batch, 17], log_variance [batch, 17]")]
    public void Declared_names_and_shapes_are_those_of_the_files(
        Likelihood likelihood,
        int classes,
        string data,
        string latents,
        string output)
    {
        using var exported = Export(likelihood, classes: classes);

        Assert.Equal(
            [(data, "mean [batch, 3], log_variance [batch, 3]"), (latents, output)],
            exported.Files.Select(file => (file.Inputs, file.Outputs)));
        Assert.Equal(
            exported.Files.Select(file => (file.Inputs, file.Outputs)),
            new[] { exported.Encoder, exported.Decoder }.Select(Declared));
        Assert.All(exported.Files, file => Assert.Equal(new FileInfo(file.Path).Length, file.Length));
    }

    [Fact]
    public void A_label_beyond_the_last_class_counts_as_no_label()
    {
        // As docs/interoperability.md says: OneHot gives a row of zeros. Where we refuse such a label, ONNX has no way to.
        using var exported = Export(classes: 4);
        var space = new LatentSpace<float>(exported.Model);
        Assert.Throws<ArgumentException>(() => space.Decode(Matrix<float>.Build.Dense(3, 1), [4]));
        Assert.Equal(Decode(4), Decode(99));
        Assert.NotEqual(Decode(3), Decode(4));

        float[] Decode(long label) => exported.Run(exported.Decoder, "x", [0, 0, 0], [label]);
    }

    [Fact]
    public void The_metadata_describe_the_model()
    {
        using var folder = new TemporaryFolder();
        var options = new VaeOptions { Features = 2, Hidden = [3], Latent = 1, Pixels = Pixels.Threshold };
        var model = new VariationalAutoencoder<float>(options).Initialise(1);
        model.ExportOnnx(folder.FullPath, featureNames: ["température \"x\"", "b"]);

        foreach (var name in new[] { OnnxExport.EncoderFileName, OnnxExport.DecoderFileName })
        {
            using var session = Session.Open(folder.File(name));
            var metadata = session.ModelMetadata;
            Assert.Equal(("VaeCore", name.Split('.')[0]), (metadata.ProducerName, metadata.GraphName));
            Assert.Equal(
                [
                    ("architecture", "2-3-1-3-2"),
                    ("feature_names", """["température \"x\"","b"]"""),
                    ("formula", model.Formula),
                    ("likelihood", "Bernoulli"),
                    ("pixels", "Threshold"),
                ],
                metadata.CustomMetadataMap
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => (pair.Key, pair.Value)));
        }
    }

    [Fact]
    public void A_refusal_writes_numbers_in_the_invariant_culture()
    {
        var (before, culture) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        culture.NumberFormat.NaNSymbol = "none";
        CultureInfo.CurrentCulture = culture;
        try
        {
            var model = new VariationalAutoencoder<float>(new VaeOptions { Features = 1, Hidden = [3], Latent = 1 });
            var refusal = Assert.Throws<ArgumentException>(() => model.ExportOnnx("nowhere", [float.NaN]));
            Assert.StartsWith("Each must be finite, but that of feature 0 is NaN.", refusal.Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Arguments_that_do_not_fit_the_model_are_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var model = new VariationalAutoencoder<float>(new VaeOptions { Features = 2, Hidden = [3], Latent = 1 });
        RequireRefusal(
            "There must be one for each of the model's 2 features, but there are 1. (Parameter 'offset')",
            offset: [1]);
        RequireRefusal(
            "There must be one for each of the model's 2 features, but there are 3. (Parameter 'scale')",
            scale: [1, 2, 3]);
        RequireRefusal(
            "There must be one for each of the model's 2 features, but there are 0. (Parameter 'featureNames')",
            names: []);
        RequireRefusal("Each must be finite, but that of feature 1 is NaN. (Parameter 'offset')", offset: [1, float.NaN]);
        RequireRefusal("Each must be finite and not 0, but that of feature 0 is 0. (Parameter 'scale')", scale: [0, 1]);
        RequireRefusal(
            "Each must be finite and not 0, but that of feature 1 is Infinity. (Parameter 'scale')",
            scale: [1, float.PositiveInfinity]);
        model.Decoder.Output.Bias.Value[1, 0] = float.NaN;
        RequireRefusal(
            "decoder.output.bias (2 x 1): a weight is not finite, so the model computes nothing. "
            + "Export one that was trained to its end. (Parameter 'model')");
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));

        void RequireRefusal(string message, double[]? offset = null, double[]? scale = null, string[]? names = null)
            => Assert.Equal(
                message,
                Assert.Throws<ArgumentException>(() => model.ExportOnnx(folder.FullPath, offset, scale, names)).Message);
    }

    private static void RequireAgreement(ExportedModel exported, float[] data, float[] latents)
    {
        var (mean, logVariance) = exported.Encode(data);
        RequireNear(mean, exported.Run(exported.Encoder, "mean", data));
        RequireNear(logVariance, exported.Run(exported.Encoder, "log_variance", data));
        RequireNear(exported.Decode(latents), exported.Run(exported.Decoder, "x", latents));
    }

    private static void RequireNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var size = double.Max(1, expected.Max(number => double.Abs(number)));
        var worst = expected.Zip(actual, (wanted, came) => double.Abs((double)wanted - came)).Max() / size; // NaN where one is
        Assert.True(worst <= Tolerance, $"differs by {worst:E2} of {size}");
    }

    // The inputs' and outputs' names and shapes as ONNX Runtime tells them.
    private static (string Inputs, string Outputs) Declared(Microsoft.ML.OnnxRuntime.InferenceSession session)
    {
        return (Text(session.InputMetadata), Text(session.OutputMetadata));

        static string Text(IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.NodeMetadata> values)
            => string.Join(", ", values.Select(pair =>
            {
                var shape = pair.Value.Dimensions
                    .Select((length, i) => length < 0 ? pair.Value.SymbolicDimensions[i] : $"{length}");
                return $"{pair.Key} [{string.Join(", ", shape)}]{(pair.Value.ElementType == typeof(long) ? " int64" : "")}";
            }));
    }

    private static ExportedModel Export(
        Likelihood likelihood = Likelihood.Bernoulli,
        Activation activation = Activation.Relu,
        int classes = 0,
        bool isScaled = false)
    {
        var options = new VaeOptions
        {
            Features = Features,
            Hidden = [70, 33],
            Latent = 3,
            Likelihood = likelihood,
            EncoderActivation = activation,
            DecoderActivation = activation,
            Classes = classes,
        };
        return isScaled
            ? new ExportedModel(
                options,
                [.. Enumerable.Range(0, Features).Select(i => i - 8.5f)],
                [.. Enumerable.Range(0, Features).Select(i => 0.25f + (i * i))])
            : new ExportedModel(options);
    }
}
