using System.Text.Json.Nodes;
using Vae.Math;

namespace Vae.Model.Tests;

public class RunFolderTests
{
    private static RunRecord Record => new(
        Some.Shape(9, [8, 7, 6], latent: 3, Likelihood.Gaussian, klWeight: 0.25) with { Initialisation = Initialisation.He },
        new TrainingOptions
        {
            Epochs = 7, BatchSize = 13, Seed = ulong.MaxValue, ValidationSamples = 17, KeepBy = KeepBy.ValidationReconstruction,
            Adam = new AdamOptions { LearningRate = 0.1 + 0.2, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-5 },
        },
        new DataRecord("drawn digits", 100, "ab12") { Request = "auto", Rows = 3, Columns = 3 })
    {
        Formula = "loss = \"ä\"",
        Command = "vae train",
        Product = "SIMD",
        Started = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
    };

    public static TheoryData<string> Garbage => new()
    {
        "", "garbage", "null", "[]", "7", "{}", "{\"format\": 1}",
        Changed(run => run["format"] = 2),
        Changed(run => run["model"] = null),
        Changed(run => run.Remove("data")),
        Changed(run => run["training"]!["adam"] = null),
        Changed(run => run["training"]!["batch_size"] = 0),
        Changed(run => run["training"]!["keep_by"] = "Luck"),
        Changed(run => run["training"]!["seed"] = -1),
        Changed(run => run["model"]!["hidden"] = null),
        Changed(run => run["model"]!["hidden"] = new JsonArray()),
        Changed(run => run["model"]!["features"] = "nine"),
        Changed(run => run["model"]!.AsObject().Remove("features")),
        Changed(run => run["model"]!["kl_weight"] = -1),
        Changed(run => run["model"]!["likelihood"] = 17),
    };

    [Fact]
    public void The_record_of_a_run_is_read_back_with_all_its_options()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.FullPath, Record);
        Assert.Equal(Record, RunFolder.Open(folder.FullPath).Record);
    }

    [Fact]
    public void The_record_of_a_run_names_its_options_in_plain_words()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.FullPath, Record);
        var json = File.ReadAllText(folder.File("run.json"));
        Assert.Contains("\"kl_weight\": 0.25", json, StringComparison.Ordinal);
        Assert.Contains("\"likelihood\": \"Gaussian\"", json, StringComparison.Ordinal);
        Assert.Contains("\"keep_by\": \"ValidationReconstruction\"", json, StringComparison.Ordinal);
    }

    // An option that a later version adds is missing in an older run, which was trained with the value that is now the default.
    [Theory]
    [InlineData("model", "kl_weight")]
    [InlineData("model", "hidden")]
    [InlineData("training", "batch_size")]
    [InlineData("training", "adam")]
    public void An_option_that_the_record_lacks_has_its_default(string part, string option)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.json"), Changed(run => run[part]!.AsObject().Remove(option)));
        var (model, training) = (new VaeOptions { Features = 1 }, new TrainingOptions());

        var read = RunFolder.Open(folder.FullPath).Record;

        object expected = option switch
        {
            "kl_weight" => Record with { Model = Record.Model with { KlWeight = model.KlWeight } },
            "hidden" => Record with { Model = Record.Model with { Hidden = model.Hidden } },
            "batch_size" => Record with { Training = Record.Training with { BatchSize = training.BatchSize } },
            _ => Record with { Training = Record.Training with { Adam = training.Adam } },
        };
        Assert.Equal(expected, read);
    }

    [Fact]
    public void No_run_is_begun_in_a_folder_that_has_one()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.FullPath, Record);
        File.WriteAllBytes(folder.File("state.safetensors"), [1]);
        var before = File.ReadAllBytes(folder.File("run.json"));
        var refusal = Assert.Throws<CheckpointException>(
            () => RunFolder.Create(folder.FullPath, Record with { Command = "another" }));
        Assert.StartsWith($"{folder.FullPath}: there is a run already.", refusal.Message);
        Assert.Equal(before, File.ReadAllBytes(folder.File("run.json")));
    }

    // A run that diverged in its first epoch or was killed before the first checkpoint has nothing to lose.
    [Fact]
    public void A_run_without_a_checkpoint_is_begun_anew()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.FullPath, Record);
        RunFolder.Create(folder.FullPath, Record with { Command = "another" });
        Assert.Equal("another", RunFolder.Open(folder.FullPath).Record.Command);
    }

    [Fact]
    public void A_folder_without_a_run_is_refused_with_its_path()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in new[] { folder.FullPath, folder.File("nowhere") })
        {
            Assert.False(RunFolder.TryOpen(path, out var none, out var nothing));
            Assert.True(none is null && nothing is null);
            Assert.StartsWith(
                $"{path}: there is no run here (no run.json).",
                Assert.Throws<CheckpointException>(() => RunFolder.Open(path)).Message);
        }
    }

    [Theory, MemberData(nameof(Garbage))]
    public void Garbage_in_place_of_a_record_is_refused_with_its_path(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.json"), json);
        Assert.StartsWith(
            folder.File("run.json") + ": ", Assert.Throws<CheckpointException>(() => RunFolder.Open(folder.FullPath)).Message);
    }

    [Fact]
    public void A_run_that_was_never_saved_has_no_state_no_model_and_no_metrics()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.FullPath, Record);
        Assert.Empty(run.ReadMetrics());
        Assert.StartsWith(
            folder.File("model.safetensors") + ": there is no such file.",
            Assert.Throws<CheckpointException>(() => run.LoadModel<float>(Record.Model)).Message);
        Assert.StartsWith(
            folder.File("state.safetensors") + ": there is no such file.",
            Assert.Throws<CheckpointException>(
                () => run.Restore(TrainerTests.Trainer<float>(Some.Rows(100, 9), Record.Training, Record.Model))).Message);
    }

    [Fact]
    public void Metrics_are_read_back_exactly_and_a_damaged_line_is_refused_with_its_number()
    {
        using var folder = new TemporaryFolder();
        var (run, remembered) = Trained(folder);
        Assert.Equal(remembered.Epochs, run.ReadMetrics());
        File.AppendAllText(folder.File("metrics.jsonl"), "{\"epoch\":");
        Assert.StartsWith(
            $"{folder.File("metrics.jsonl")}, line {remembered.Epochs.Count + 1}: not the metrics of an epoch",
            Assert.Throws<CheckpointException>(() => run.ReadMetrics()).Message);
    }

    [Fact]
    public void The_model_file_holds_the_weights_of_the_kept_epoch()
    {
        using var folder = new TemporaryFolder();
        var (run, remembered) = Trained(folder);
        var best = remembered.Epochs.MinBy(metrics => metrics.Validation!.Value.Loss)!.Epoch;
        Assert.True(best < remembered.Epochs.Count, "the last epoch must not be the best, or this shows nothing");
        Assert.Equal(remembered.Weights[best - 1], Some.Weights(run.LoadModel<float>(Overfitting.Shape)));
    }

    [Fact]
    public void A_state_of_another_seed_or_more_samples_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var (run, _) = Trained(folder);
        void RequireRefusal(string message, Trainer<float> trainer)
            => Assert.StartsWith(
                $"{folder.File("state.safetensors")}: {message}",
                Assert.Throws<CheckpointException>(() => run.Restore(trainer)).Message);

        RequireRefusal(
            "the run's seed is 2, but the trainer's is 3.",
            TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options with { Seed = 3 }, Overfitting.Shape));
        RequireRefusal(
            "'encoder.mean.weight' must be 2 x 32, but is 4 x 32.",
            TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape with { Latent = 2 }));
    }

    [Fact]
    public void A_state_beyond_the_samples_of_the_trainer_is_refused()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(
            folder.FullPath, new RunRecord(Overfitting.Shape, Overfitting.Options, new DataRecord("", 60, "")));
        var trainer = TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape);
        trainer.Step();
        run.Checkpoint<float>().Save(trainer, null);

        var smaller = TrainerTests.Trainer<float>(Some.Rows(50, 12), Overfitting.Options, Overfitting.Shape);

        Assert.StartsWith(
            $"{folder.File("state.safetensors")}: the run has seen 14 samples of its epoch, but the trainer's has only 10.",
            Assert.Throws<CheckpointException>(() => run.Restore(smaller)).Message);
    }

    [Theory]
    [InlineData("epoch", "x", "wanted a whole number 'epoch' in the header, but found 'x'")]
    [InlineData("step", "-1", "wanted a whole number 'step' in the header, but found '-1'")]
    [InlineData("samples", null, "wanted a whole number 'samples' in the header, but found ''")]
    [InlineData("best_score", "", "wanted a number 'best_score' in the header, but found ''")]
    [InlineData("last_epoch", "{", "'last_epoch' in the header: not the metrics of an epoch")]
    [InlineData("last_epoch", null, "wanted the metrics of epoch 40, but found none")]
    [InlineData("epoch", "39", "wanted the metrics of epoch 39, but found those of epoch 40")]
    public void A_state_whose_header_is_damaged_is_refused_and_the_metrics_stay(string key, string? text, string message)
    {
        using var folder = new TemporaryFolder();
        var (run, _) = Trained(folder);
        var path = folder.File("state.safetensors");
        var metadata = SafeTensors.Read(path).Metadata.ToDictionary();
        metadata.Remove(key);
        if (text is not null)
        {
            metadata.Add(key, text);
        }

        var trainer = TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape);
        run.Restore(trainer);
        string[] prefixes = ["", "adam.first.", "adam.second.", "best."];
        SafeTensors.Write(
            path,
            [
                .. prefixes.SelectMany(
                    prefix => trainer.Model.Parameters.Select(parameter => (prefix + parameter.Name, parameter.Value)))
            ],
            metadata);
        var metrics = File.ReadAllBytes(folder.File("metrics.jsonl"));

        Assert.StartsWith($"{path}: {message}", Assert.Throws<CheckpointException>(() => run.Restore(trainer)).Message);
        Assert.Equal(metrics, File.ReadAllBytes(folder.File("metrics.jsonl")));
    }

    [Fact]
    public void A_save_that_fails_at_the_model_leaves_a_state_to_resume_from()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(
            folder.FullPath, new RunRecord(Overfitting.Shape, Overfitting.Options, new DataRecord("", 60, "")));
        var trainer = TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape);
        trainer.Step();
        var weights = Some.Weights(trainer.Model);
        Directory.CreateDirectory(folder.File("model.safetensors"));

        var failure = Assert.ThrowsAny<Exception>(() => run.Checkpoint<float>().Save(trainer, null));

        Assert.True(failure is IOException or UnauthorizedAccessException, failure.ToString());
        Directory.Delete(folder.File("model.safetensors"));
        var resumed = TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape);
        run.Restore(resumed);
        Assert.Equal(weights, Some.Weights(resumed.Model));
        Assert.Equal(["metrics.jsonl", "model.safetensors", "run.json", "state.safetensors"],
            Directory.EnumerateFileSystemEntries(folder.FullPath).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public void A_save_that_fails_at_the_state_leaves_the_earlier_files_whole()
    {
        using var folder = new TemporaryFolder();
        var (run, _) = Trained(folder);
        var trainer = TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape);
        trainer.Step();
        var model = File.ReadAllBytes(folder.File("model.safetensors"));
        var metrics = File.ReadAllBytes(folder.File("metrics.jsonl"));
        File.Move(folder.File("state.safetensors"), folder.File("kept"));
        Directory.CreateDirectory(folder.File("state.safetensors"));

        Assert.ThrowsAny<Exception>(() => run.Checkpoint<float>().Save(trainer, null));

        Assert.Equal(model, File.ReadAllBytes(folder.File("model.safetensors")));
        Assert.Equal(metrics, File.ReadAllBytes(folder.File("metrics.jsonl")));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.FullPath), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static (RunFolder Run, Remembered<float> Remembered) Trained(TemporaryFolder folder)
    {
        var run = RunFolder.Create(
            folder.FullPath, new RunRecord(Overfitting.Shape, Overfitting.Options, new DataRecord("", 60, "")));
        var remembered = new Remembered<float>();
        TrainerTests.Trainer<float>(Overfitting.Data, Overfitting.Options, Overfitting.Shape)
            .Train(new Both<float>(run.Checkpoint<float>(), remembered));
        return (run, remembered);
    }

    private static string Changed(Action<JsonObject> change)
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.FullPath, Record);
        var run = JsonNode.Parse(File.ReadAllText(folder.File("run.json")))!.AsObject();
        change(run);
        return run.ToJsonString();
    }

    // Few samples of noise: learnt by heart within some epochs, so the best by
    // validation is an early one. 20 to train on: 14 and 6.
    private static class Overfitting
    {
        public static ArraySamples Data => Some.Rows(60, 12);

        public static VaeOptions Shape => Some.Shape(hidden: [32], latent: 4, klWeight: 0.3);

        public static TrainingOptions Options => new()
        {
            Epochs = 40, BatchSize = 14, ValidationSamples = 40, Seed = 2, Adam = new AdamOptions { LearningRate = 1e-2 },
        };
    }
}
