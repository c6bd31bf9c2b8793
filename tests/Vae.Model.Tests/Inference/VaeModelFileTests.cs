using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// A <see cref="VaeModel"/> is saved to one file, and loaded from a file, from the
/// folder of a run, and from files of older versions and of PyTorch.
/// </summary>
public class VaeModelFileTests
{
    [Fact]
    public void A_saved_model_is_loaded_with_the_same_bits_options_and_preparation()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var preparations = Gen.Elements("none", "standard", "min-max", "named");
        Prop.ForAll(SomeModel.Any, Arb.From(preparations), (options, kind) =>
        {
            var preparation = kind == "none"
                ? null
                : SomeModel.Units(options.Features, kind == "min-max" ? Scaling.MinMax : Scaling.Standard, kind == "named");
            var saved = new VaeModel(SomeModel.Of(options), preparation);

            saved.Save(path);
            var loaded = VaeModel.Load(path);

            Assert.Equal((options, preparation), (loaded.Options, loaded.Preparation));
            RequireSame(saved, loaded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public void A_loaded_model_has_every_option_including_those_of_the_training()
    {
        using var folder = new TemporaryFolder();
        var options = Some.Shape() with { FreeBits = 0.25, Draws = 7, KlWeight = 0.3, Initialisation = Initialisation.Glorot };
        new VaeModel(SomeModel.Of(options)).Save(folder.File("model"));

        Assert.Equal(options, VaeModel.Load(folder.File("model")).Options);
    }

    [Fact]
    public void Column_names_with_any_character_are_kept_in_the_file()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["a,b", "\"", "\u202e", "Größe", "\ud83d\ude00", "\\u0041", "\u001b[2J", " ", "", "null", "{}", "x"];
        var preparation = SomeModel.Units(12) with { Columns = names };
        new VaeModel(SomeModel.Of(Some.Shape()), preparation).Save(folder.File("model"));

        Assert.Equal(names, VaeModel.Load(folder.File("model")).Preparation!.Columns);
    }

    [Fact]
    public void A_model_is_loaded_from_the_folder_of_a_run_and_from_the_file_in_it()
    {
        using var folder = new TemporaryFolder();
        var data = Raw(40);
        var record = Train(folder.FullPath, data);
        var trained = RunFolder.Open(folder.FullPath).Folder.LoadModel<float>(record.Model);
        var expected = new VaeModel(trained, record.Preparation);

        foreach (var loaded in new[] { VaeModel.Load(folder.FullPath), VaeModel.Load(folder.File("model.safetensors")) })
        {
            Assert.Equal((record.Model, record.Preparation), (loaded.Options, loaded.Preparation));
            Assert.Equal(expected.AnomalyScores(data), loaded.AnomalyScores(data));
        }
    }

    // The files of such a run have no preparation, and the metadata of the weights is that of PyTorch alone.
    [Fact]
    public void A_run_written_before_files_had_descriptions_is_loaded_as_a_model()
    {
        using var folder = new TemporaryFolder();
        var options = Some.Shape(likelihood: Likelihood.Gaussian, klWeight: 0.5) with { EncoderActivation = Activation.Tanh };
        var data = Some.Rows(40, 12);
        var record = new RunRecord(options, Short, new DataRecord("noise", 40, "ab"));
        using (var run = TrainingRun<float>.Begin(folder.FullPath, record, data, new SimdProduct<float>(WorkerTeam.OfOne)))
        {
            run.Train();
        }

        var now = VaeModel.Load(folder.FullPath).AnomalyScores(data);
        var json = JsonNode.Parse(File.ReadAllText(folder.File("run.json")))!.AsObject();
        Assert.True(json.Remove("preparation") && json["data"]!.AsObject().Remove("table"));
        File.WriteAllText(folder.File("run.json"), json.ToJsonString());
        WithoutDescription(folder.File("model.safetensors"), options);

        Assert.Equal(now, VaeModel.Load(folder.FullPath).AnomalyScores(data));
        Assert.Equal(now, VaeModel.Load(folder.File("model.safetensors"), options).AnomalyScores(data));
        // Shapes do not tell a Gaussian from a Bernoulli likelihood.
        Assert.Equal(Likelihood.Bernoulli, VaeModel.Load(folder.File("model.safetensors")).Options.Likelihood);
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli, 0)]
    [InlineData(Likelihood.Bernoulli, 3)]
    [InlineData(Likelihood.GaussianWithVariance, 0)]
    [InlineData(Likelihood.GaussianPixelVariance, 5)]
    public void The_sizes_of_a_file_without_a_description_are_read_from_its_shapes(Likelihood likelihood, int classes)
    {
        using var folder = new TemporaryFolder();
        foreach (int[] hidden in new int[][] { [4], [12, 7], [3, 3, 3], [1] })
        {
            foreach (var latent in new[] { 1, 5 })
            {
                var options = Some.Shape(6, hidden, latent, likelihood) with { Classes = classes };
                var model = new VaeModel(SomeModel.Of(options));
                model.Save(folder.File("model"));
                WithoutDescription(folder.File("model"), options);

                var inferred = VaeModel.Load(folder.File("model"));

                Assert.Equal((options, null), (inferred.Options, inferred.Preparation));
                RequireSame(model, inferred);
            }
        }
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_with_the_names_of_its_tensors()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        SafeTensors.Write(
            path,
            [("fc1.weight", Matrix<float>.Build.Dense(3, 2)), ("fc1.bias", Matrix<float>.Build.Dense(3, 1))],
            new Dictionary<string, string>());

        Assert.Equal(
            $"{path}: wanted the tensors of a model (encoder.hidden.0.weight, encoder.mean.weight, decoder.hidden.0.weight, "
                + "decoder.output.weight ...), "
            + "but found fc1.weight, fc1.bias. Rename them; docs/interoperability.md has the list.",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message);
    }

    [Fact]
    public void Tensor_shapes_that_fit_no_model_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        (string, Matrix<float>)[] Tensors(int latentColumns) =>
        [
            ("encoder.hidden.0.weight", Matrix<float>.Build.Dense(4, 6)),
            ("encoder.mean.weight", Matrix<float>.Build.Dense(2, 4)),
            ("decoder.hidden.0.weight", Matrix<float>.Build.Dense(4, latentColumns)),
            ("decoder.output.weight", Matrix<float>.Build.Dense(6, 4)),
        ];

        SafeTensors.Write(path, Tensors(1), new Dictionary<string, string>());
        Assert.Equal(
            $"{path}: the shapes of its tensors make no model: The number of labels must be from 0 to 256, but is -1.",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message);
        SafeTensors.Write(path, Tensors(8), new Dictionary<string, string>());
        Assert.Contains(
            "the shapes of its tensors make no model",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message,
            StringComparison.Ordinal);
        SafeTensors.Write(path, Tensors(2), new Dictionary<string, string>());
        Assert.Contains(
            "wanted the 90 numbers of a model",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Given_options_take_precedence_over_the_options_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var options = Some.Shape();
        new VaeModel(SomeModel.Of(options), SomeModel.Units(12)).Save(folder.File("model"));

        var loaded = VaeModel.Load(
            folder.File("model"), options with { Likelihood = Likelihood.Gaussian, EncoderActivation = Activation.Softplus });

        Assert.Null(loaded.Preparation);
        Assert.Equal(Likelihood.Gaussian, loaded.Options.Likelihood);
        Assert.Throws<CheckpointException>(() => VaeModel.Load(folder.File("model"), Some.Shape(13)));
        Assert.Throws<ArgumentException>(() => VaeModel.Load(folder.File("model"), options, SomeModel.Units(11)));
    }

    [Fact]
    public void A_missing_file_and_a_folder_without_a_run_are_refused_with_their_paths()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(
            $"{folder.File("no")}: there is no such file.",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(folder.File("no"))).Message);
        Assert.Contains(
            "there is no run here",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(folder.FullPath)).Message,
            StringComparison.Ordinal);
    }

    // Each value is replaced in a valid description; the message is that of the JSON reader or of the validation.
    [Theory]
    [InlineData("model.features", "0", "The number of features must be at least 1, but is 0.")]
    [InlineData("model.features", "7", "There must be an offset for each of the 7 features, but there are 6.")]
    [InlineData("model.features", "\"6\"", "cannot be read")]
    [InlineData("model.features", "2147483647", "")]
    [InlineData("model.hidden", "[]", "at least one hidden layer")]
    [InlineData("model.hidden", "[2147483647, 2147483647]", "a matrix holds at most")]
    [InlineData("model.hidden", "[3]", "must be 3 x 6, but is 4 x 6")]
    [InlineData("model.hidden", "[4, 4]", "wanted the")]
    [InlineData("model.likelihood", "\"Poisson\"", "cannot be read")]
    [InlineData("model.likelihood", "17", "There is no such likelihood: 17.")]
    [InlineData("model.kl_weight", "-1", "The KL weight must be 0 or above, but is -1.")]
    [InlineData("model.kl_weight", "\"NaN\"", "cannot be read")]
    [InlineData("model.draws", "0", "The number of draws must be at least 1, but is 0.")]
    [InlineData("model.classes", "257", "The number of labels must be from 0 to 256, but is 257.")]
    [InlineData("model.encoder_activation", "99", "There is no such activation: 99, Relu.")]
    [InlineData("model", "null", "cannot be read")]
    [InlineData("preparation.scale.2", "0", "The scale of feature 2 must be a finite number above 0, but is 0.")]
    [InlineData("preparation.scale.2", "-1", "The scale of feature 2 must be a finite number above 0, but is -1.")]
    [InlineData("preparation.scale.2", "1e-310", "The scale of feature 2 must be a finite number above 0")]
    [InlineData("preparation.scale.2", "1e309", "cannot be read")]
    [InlineData("preparation.in_double", "1", "cannot be read")]
    [InlineData("preparation.offset.0", "null", "cannot be read")]
    [InlineData("preparation.offset", "null", "cannot be read")]
    [InlineData("preparation.offset", "[1]", "There must be an offset for each of the 6 features, but there are 1.")]
    [InlineData("preparation.scale", "[1,1,1,1,1,1,1]", "There must be a scale for each of the 6 features, but there are 7.")]
    [InlineData("preparation.columns", "[\"a\"]", "There must be a name for each of the 6 features, or none, but there are 1.")]
    [InlineData("preparation.columns", "null", "cannot be read")]
    [InlineData("preparation.columns.3", "null", "The name of feature 3 is missing.")]
    [InlineData("preparation.scaling", "12", "There is no such scaling: 12.")]
    [InlineData("preparation", "17", "cannot be read")]
    public void A_description_with_wrong_values_is_refused_in_one_line(string place, string json, string words)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        var model = SomeModel.Of(Some.Shape(6, [4]));
        model.Save(path, SomeModel.Units(6));
        Replace(path, model, place, json);

        var refusal = Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message;

        Assert.StartsWith(path, refusal, StringComparison.Ordinal);
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.True(refusal.Length < 700 && !refusal.Any(char.IsControl), refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"model\":{}}")]
    [InlineData("{\"model\":{\"features\":6},\"model\":{\"features\":6}}")]
    [InlineData("[[[[[[[[[[1]]]]]]]]]]")]
    [InlineData("\ud800")]
    public void A_description_that_cannot_be_read_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        var model = SomeModel.Of(Some.Shape(6, [4]));
        Write(path, model, text);

        Assert.Contains(
            "the description of the model ('vae_core' in the metadata) cannot be read",
            Assert.Throws<CheckpointException>(() => VaeModel.Load(path)).Message,
            StringComparison.Ordinal);
    }

    // An option that a description does not have, as that of an older
    // version, has its default; a newer version's are passed over.
    [Fact]
    public void A_missing_option_of_a_description_has_its_default_and_an_unknown_one_is_ignored()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        var model = SomeModel.Of(Some.Shape(6, [4]));
        Write(path, model, """{"model":{"features":6,"hidden":[4],"magic":true},"later":[1,2]}""");

        var loaded = VaeModel.Load(path);

        Assert.Equal((Some.Shape(6, [4]), null), (loaded.Options, loaded.Preparation));
    }

    private static TrainingOptions Short => new() { Epochs = 2, BatchSize = 10, ValidationSamples = 10 };

    private static RunRecord Train(string folder, ArraySamples data)
    {
        var record = new RunRecord(
            Some.Shape(likelihood: Likelihood.GaussianWithVariance), Short, new DataRecord("noise", data.Count, "ab"))
        {
            Preparation = Preparation.Fit(data, Scaling.Standard, Short),
        };
        using var run = TrainingRun<float>.Begin(folder, record, data, new SimdProduct<float>(WorkerTeam.OfOne));
        run.Train();
        return run.Record;
    }

    private static ArraySamples Raw(int count)
    {
        var rows = Some.Rows(count, 12);
        return ArraySamples.From(
            Enumerable.Range(0, count).Select(i => rows.Row(i).Select((x, k) => (1000 * k) + (x * k * k)).ToArray()));
    }

    private static void WithoutDescription(string path, VaeOptions options)
    {
        var model = new VariationalAutoencoder<float>(options);
        model.Load(path);
        SafeTensors.Write(
            path,
            [.. model.Parameters.Select(parameter => (parameter.Name, parameter.Value))],
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static void Replace(string path, VariationalAutoencoder<float> model, string place, string json)
    {
        JsonObject root;
        using (var file = SafeTensors.Read(path))
        {
            root = JsonNode.Parse(file.Metadata["vae_core"])!.AsObject();
        }

        var parts = place.Split('.');
        JsonNode node = root;
        foreach (var part in parts[..^1])
        {
            node = node[part]!;
        }

        if (node is JsonArray list)
        {
            list[int.Parse(parts[^1])] = JsonNode.Parse(json);
        }
        else
        {
            Assert.True(node.AsObject().ContainsKey(parts[^1]), place);
            node[parts[^1]] = JsonNode.Parse(json);
        }

        Write(path, model, root.ToJsonString());
    }

    private static void Write(string path, VariationalAutoencoder<float> model, string description)
        => SafeTensors.Write(
            path,
            [.. model.Parameters.Select(parameter => (parameter.Name, parameter.Value))],
            new Dictionary<string, string> { ["format"] = "pt", ["vae_core"] = description });

    // Rows in the units of the data of the model.
    private static void RequireSame(VaeModel expected, VaeModel actual)
    {
        int? label = expected.Options.Classes > 0 ? 1 : null;
        foreach (var row in expected.Sample(3, seed: 4, label).Select(sample => Within(sample, expected)))
        {
            Assert.Equal(expected.Encode(row, label), actual.Encode(row, label));
            Assert.Equal(expected.Reconstruct(row, label), actual.Reconstruct(row, label));
            Assert.Equal(expected.AnomalyScore(row, label: label), actual.AnomalyScore(row, label: label));
        }

        Assert.Equal(expected.Sample(2, seed: 8, label), actual.Sample(2, seed: 8, label));
    }

    // The middle of the unit interval where numbers must be in it; halves are exact in every unit of SomeModel.Units.
    private static float[] Within(float[] row, VaeModel model)
        => !model.Options.WantsUnitInterval()
            ? row
            : [.. row.Select((_, i) => model.Preparation is { } units ? (float)(units.Offset[i] + (units.Scale[i] / 2)) : 0.5f)];
}
