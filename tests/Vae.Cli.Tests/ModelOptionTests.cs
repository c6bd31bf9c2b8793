using System.Text.Json.Nodes;

namespace Vae.Cli.Tests;

/// <summary>Each option of a model and its training: written to the run, in force, and refused where it does not go with
/// another.</summary>
[Collection(SharedRuns.Name)]
public sealed class ModelOptionTests(TinyRuns tiny)
{
    [Theory]
    [InlineData("--activation tanh", "model.encoder_activation", "Tanh")]
    [InlineData("--activation tanh", "model.decoder_activation", "Tanh")]
    [InlineData("--activation tanh --decoder-activation softplus", "model.decoder_activation", "Softplus")]
    [InlineData("--activation tanh --decoder-activation softplus", "model.encoder_activation", "Tanh")]
    [InlineData("--activation leaky-relu", "model.encoder_activation", "LeakyRelu")]
    [InlineData("--likelihood gaussian-variance", "model.likelihood", "GaussianWithVariance")]
    [InlineData("--likelihood gaussian-pixel-variance", "model.likelihood", "GaussianPixelVariance")]
    [InlineData("--likelihood continuous-bernoulli", "model.likelihood", "ContinuousBernoulli")]
    [InlineData("--free-bits 0.5", "model.free_bits", "0.5")]
    [InlineData("--bound iwae --draws 3", "model.bound", "ImportanceWeighted")]
    [InlineData("--bound dreg --draws 3", "model.bound", "DoublyReparameterised")]
    [InlineData("--draws 3", "model.draws", "3")]
    [InlineData("--pixels threshold", "model.pixels", "Threshold")]
    [InlineData("--pixels dynamic", "model.pixels", "Dynamic")]
    [InlineData("--labels", "model.classes", "8")]
    [InlineData("--schedule step --step-epochs 1 --step-factor 0.5", "training.schedule.step_factor", "0.5")]
    [InlineData("--schedule step --step-epochs 1 --step-factor 0.5", "training.schedule.step_epochs", "1")]
    [InlineData("--schedule cosine", "training.schedule.kind", "Cosine")]
    [InlineData("--schedule burda", "training.schedule.kind", "Burda")]
    [InlineData("--clip-norm 0.01", "training.adam.clip_norm", "0.01")]
    [InlineData("--weight-decay 0.5", "training.adam.weight_decay", "0.5")]
    [InlineData("--adam-epsilon 0.01", "training.adam.epsilon", "0.01")]
    [InlineData("--patience 4", "training.patience", "4", false)]
    [InlineData("--kl-warmup-epochs 4", "training.kl_warm_up_epochs", "4")]
    public void An_option_is_written_to_the_run_and_changes_what_is_trained(
        string options,
        string place,
        string value,
        bool changes = true)
    {
        var folder = Train(options.Split(' '));

        var node = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")));
        Assert.Equal(value, place.Split('.').Aggregate(node, (part, name) => part![name])?.ToString());
        Assert.Equal(changes, !Weights(tiny.Run).AsSpan().SequenceEqual(Weights(folder)));
    }

    [Fact]
    public void The_metrics_have_the_learning_rate_and_the_weight_in_force()
    {
        var lines = Metrics(Train("--schedule", "step", "--step-epochs", "1", "--step-factor", "0.5", "--kl-warmup-epochs", "2"));

        Assert.Equal([0.01, 0.005], lines.Select(line => (double)line["learning_rate"]!));
        Assert.Equal([0, 0.5], lines.Select(line => (double)line["training"]!["kl_weight"]!));
        Assert.Equal([1, 1], lines.Select(line => (double)line["validation"]!["kl_weight"]!));
    }

    // A learning rate so small that the first epoch stays the best.
    [Fact]
    public void A_run_that_was_stopped_by_its_patience_reports_it()
    {
        string[] still = ["--learning-rate", "1e-300", "--epochs", "9", "--patience", "3"];
        var (plain, json) = (tiny.New(), tiny.New());

        var result = CommandLine.Execute(["train", "--data", tiny.Data, .. Small, .. still, "--quiet", "--out", plain]);
        var told = CommandLine.Json(["train", "--data", tiny.Data, .. Small, .. still, "--json", "--out", json]);

        Assert.Equal($"{plain}: 4 epochs of 9 (none better in the last 3), the weights of epoch 1 kept", result.Output.TrimEnd());
        Assert.Equal((4, true), ((int)told["epochs"]!, (bool)told["stopped_early"]!));
        Assert.Equal(0, CommandLine.Execute("train", "--resume", plain, "--quiet").Code);
        Assert.Equal(4, Metrics(plain).Length);
    }

    [Theory]
    [InlineData("train --free-bits 1 --bound iwae", "Free bits go with the ELBO")]
    [InlineData("train --kl-weight 0 --bound dreg", "needs a KL weight above 0")]
    [InlineData("train --patience 3 --validation-images 0", "A patience of 3 epochs needs validation samples")]
    [InlineData("train --patience 3 --keep-by last", "A patience of 3 epochs needs validation samples and a best epoch")]
    [InlineData("train --step-epochs 3", "--step-epochs goes with --schedule step, but the schedule is constant.")]
    [InlineData(
        "train --schedule cosine --step-factor 0.5",
        "--step-factor goes with --schedule step, but the schedule is cosine.")]
    [InlineData("check --free-bits 1 --bound iwae", "Free bits go with the ELBO")]
    public void Options_that_do_not_go_together_are_wrong_arguments_and_make_no_folder(string line, string wanted)
    {
        var folder = tiny.New();
        var trains = line.StartsWith("train", StringComparison.Ordinal);
        var namesValidation = line.Contains("--validation-images", StringComparison.Ordinal);
        string[] where = trains ? ["--data", tiny.Data, "--quiet", "--out", folder] : [];
        string[] validation = namesValidation || !trains ? [] : ["--validation-images", "40"];

        CommandLine.Execute([.. line.Split(' '), .. validation, .. where]).RequireFailure(2, wanted);

        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("--pixels", "dynamic", "model.pixels \"Grey\", now \"Dynamic\"")]
    [InlineData("--bound", "iwae", "model.bound \"Elbo\", now \"ImportanceWeighted\"")]
    [InlineData("--epochs", "3", "training.epochs 2, now 3")]
    [InlineData("--learning-rate", "0.5", "training.adam.learning_rate 0.01, now 0.5")]
    [InlineData("--schedule", "cosine", "training.schedule.kind \"Constant\", now \"Cosine\"")]
    [InlineData("--patience", "2", "training.patience 0, now 2")]
    [InlineData("--clip-norm", "1", "training.adam.clip_norm 0, now 1")]
    [InlineData("--keep-by", "last", "training.keep_by \"ValidationLoss\", now \"LastEpoch\"")]
    public void A_resume_with_another_option_is_refused_with_both_values(string option, string value, string told)
        => CommandLine.Execute(["train", "--resume", tiny.Run, "--quiet", option, value])
            .RequireFailure(1, told, "--accept-changes");

    [Theory]
    [InlineData("--activation", "tanh", "model.encoder_activation")]
    [InlineData("--decoder-activation", "tanh", "model.decoder_activation")]
    [InlineData("--hidden", "17", "model.hidden [16], now [17]")]
    [InlineData("--latent", "5", "model.latent 2, now 5")]
    [InlineData("--seed", "2", "training.seed 1, now 2")]
    [InlineData("--validation-images", "20", "training.validation_samples 40, now 20")]
    public void A_resume_as_another_model_is_refused_even_with_accept_changes(string option, string value, string told)
        => CommandLine.Execute(["train", "--resume", tiny.Run, "--quiet", "--accept-changes", option, value])
            .RequireFailure(1, told, "Begin another run.");

    [Theory]
    [InlineData("--latent", "2")]
    [InlineData("--epochs", "2")]
    [InlineData("--pixels", "grey")]
    [InlineData("--bound", "elbo")]
    public void A_resume_with_the_same_options_continues(string option, string value)
        => Assert.Equal(0, CommandLine.Execute(["train", "--resume", tiny.Run, "--quiet", option, value]).Code);

    [Fact]
    public void A_model_without_labels_cannot_be_given_them_by_a_resume()
        => CommandLine.Execute(["train", "--resume", tiny.Run, "--labels"]).RequireFailure(2, "--labels makes another model");

    [Fact]
    public void Accepted_changes_train_on_and_stand_in_the_record()
    {
        var folder = tiny.New();
        Assert.Equal(0, CommandLine.Execute(["train", "--data", tiny.Data, .. TinyRuns.Small, "--quiet", "--out", folder]).Code);

        var resumed = CommandLine.Execute(
            "train", "--resume", folder, "--epochs", "4", "--learning-rate", "0.001", "--accept-changes", "--quiet");
        Assert.Equal(0, resumed.Code);

        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length);
        Assert.Contains(
            "training.epochs 2, now 4; training.adam.learning_rate 0.01, now 0.001",
            File.ReadAllText(Path.Combine(folder, "run.json")),
            StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--quiet").Code);
    }

    [Fact]
    public void Images_without_labels_cannot_be_trained_with_labels()
    {
        var images = Unlabelled();
        var folder = tiny.New();

        CommandLine.Execute(["train", "--data", images, .. TinyRuns.Small, "--labels", "--quiet", "--out", folder])
            .RequireFailure(2, "these images have none", "IDX file of their labels");

        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("encode")]
    [InlineData("reconstruct")]
    public void Images_without_labels_are_refused_by_a_run_with_labels(string command)
        => CommandLine.Execute(command, tiny.Labelled, "--data", Unlabelled(), "--quiet")
            .RequireFailure(2, "these images have none");

    [Fact]
    public void A_resume_with_other_labels_is_refused_as_other_data()
    {
        var folder = tiny.New();
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(tiny.Data))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var labels = Path.Combine(folder, "train-labels-idx1-ubyte");
        var bytes = File.ReadAllBytes(labels);
        bytes[^1] ^= 1;
        File.WriteAllBytes(labels, bytes);

        CommandLine.Execute("train", "--resume", tiny.Labelled, "--data", folder, "--quiet").RequireFailure(1, "other data");
        // A run that was trained without labels resumes: it never saw one.
        Assert.Equal(0, CommandLine.Execute("train", "--resume", tiny.Run, "--data", folder, "--quiet").Code);
    }

    [Fact]
    public void A_conditional_run_resumes()
    {
        var folder = tiny.New();
        Assert.Equal(
            0,
            CommandLine.Execute(["train", "--data", tiny.Data, .. TinyRuns.Small, "--labels", "--quiet", "--out", folder]).Code);
        var before = Weights(folder);

        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--quiet").Code);
        Assert.Equal(before, Weights(folder));
    }

    [Fact]
    public void A_conditional_run_shows_its_labels_in_the_architecture()
        => Assert.Contains(
            "model      64+8-16-2+8-16-64, Bernoulli",
            CommandLine.Execute("info", tiny.Labelled).Output,
            StringComparison.Ordinal);

    [Fact]
    public void The_check_passes_for_the_doubly_reparameterised_bound_with_labels()
    {
        var result = CommandLine.Execute(
            "check", "--features", "8", "--hidden", "6", "--bound", "dreg",
            "--draws", "3", "--labels", "3", "--activation", "tanh");

        Assert.True(result.Code == 0, result.Output);
        Assert.StartsWith("8+3-6-2+3-6-8, Bernoulli", result.Output, StringComparison.Ordinal);
        Assert.Contains("all 10 parameters within", result.Output, StringComparison.Ordinal);
    }

    // Of drawn digits, which have labels; the notes are those that a good training has.
    [Fact]
    public void A_healthy_training_on_drawn_digits_has_harmless_notes_only()
    {
        var folder = tiny.New();

        var result = CommandLine.Execute(
            "train", "--data", "drawn", "--labels", "--hidden", "32", "--latent", "4", "--epochs", "2", "--out", folder);

        Assert.True(result.Code == 0, result.Error);
        var kinds = Metrics(folder)
            .SelectMany(line => line["diagnoses"]?.AsArray() ?? [])
            .Select(diagnosis => (string?)diagnosis!["kind"]);
        Assert.Empty(kinds.Except(["RisingKl", "InactiveLatents"]));
        Assert.Contains("model: 784+10-32-4+10-32-784", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_is_shown_once_below_its_epoch()
    {
        var folder = tiny.New();

        var result = CommandLine.Execute(
            ["train", "--data", tiny.Data, .. Small, "--epochs", "20", "--learning-rate", "0.01", "--out", folder]);

        Assert.Equal(0, result.Code);
        var lines = result.Error.Split('\n');
        var note = Assert.Single(lines, line => line.StartsWith("note: KL ", StringComparison.Ordinal));
        Assert.EndsWith("Nothing is to be done.", note.TrimEnd(), StringComparison.Ordinal);
        var epoch = Metrics(folder).Single(metrics => metrics["diagnoses"] is not null)["epoch"];
        Assert.StartsWith($"epoch {epoch,2}/20", lines[Array.IndexOf(lines, note) - 1], StringComparison.Ordinal);
    }

    // Without --epochs and --learning-rate, which these tests give themselves.
    private static string[] Small { get; } = ["--hidden", "16", "--batch-size", "64", "--validation-images", "40"];

    private string Train(params string[] options)
    {
        var folder = tiny.New();
        var result = CommandLine.Execute(
            ["train", "--data", tiny.Data, .. TinyRuns.Small, "--quiet", "--out", folder, .. options]);
        Assert.True(result.Code == 0, result.Error);
        return folder;
    }

    private string Unlabelled()
    {
        var folder = Directory.CreateDirectory(tiny.New()).FullName;
        foreach (var file in Directory.GetFiles(tiny.Data, "*images*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private static JsonNode[] Metrics(string run)
        => [.. File.ReadAllLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!)];

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "model.safetensors"));
}
