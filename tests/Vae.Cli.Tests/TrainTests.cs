using System.Text.Json.Nodes;

namespace Vae.Cli.Tests;

[Collection(SharedRuns.Name)]
public sealed class TrainTests(TinyRuns tiny)
{
    private string[] Small => ["--data", tiny.Data, .. TinyRuns.Small];

    [Fact]
    public void A_run_is_four_files_and_a_lock_and_a_line_for_each_epoch()
    {
        var folder = tiny.New();

        var result = CommandLine.Execute(["train", .. Small, "--out", folder]);

        Assert.Equal(0, result.Code);
        Assert.Equal(
            ["metrics.jsonl", "model.safetensors", "run.json", "run.lock", "state.safetensors"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(2, File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Length);
        Assert.Contains("model: 64-16-2-16-64, Bernoulli, KL weight 1", result.Error, StringComparison.Ordinal);
        Assert.Contains("epoch 2/2  loss", result.Error, StringComparison.Ordinal);
        Assert.StartsWith(folder, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_with_any_number_of_threads()
    {
        var folder = tiny.New();

        CommandLine.Execute(["train", .. Small, "--out", folder, "--threads", "1"]);

        Assert.Equal(Weights(tiny.Run), Weights(folder));
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        var folder = tiny.New();

        CommandLine.Execute(["train", .. Small, "--out", folder, "--seed", "2"]);

        Assert.NotEqual(Weights(tiny.Run), Weights(folder));
    }

    [Fact]
    public void Json_is_one_line_and_nothing_else()
    {
        var folder = tiny.New();

        var json = CommandLine.Json(["train", .. Small, "--out", folder, "--json"]);

        Assert.Equal(folder, (string?)json["run"]);
        Assert.Equal(2, (int)json["epochs"]!);
        Assert.InRange((int)json["best_epoch"]!, 1, 2);
        Assert.False((bool)json["cancelled"]!);
    }

    [Fact]
    public void Quiet_prints_the_result_only()
    {
        var result = CommandLine.Execute(["train", .. Small, "--out", tiny.New(), "--quiet"]);

        Assert.Equal("", result.Error);
        Assert.Single(result.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_folder_with_a_run_is_left_alone()
    {
        var before = Weights(tiny.Run);

        CommandLine.Execute(["train", .. Small, "--seed", "9", "--quiet", "--out", tiny.Run])
            .RequireFailure(1, "there is a run already", "--resume");

        Assert.Equal(before, Weights(tiny.Run));
    }

    [Fact]
    public void Resuming_a_finished_run_changes_nothing()
    {
        var before = Weights(tiny.Line);

        var result = CommandLine.Execute("train", "--resume", tiny.Line, "--quiet");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(before, Weights(tiny.Line));
    }

    [Fact]
    public void A_resume_with_other_data_is_refused()
        => CommandLine.Execute("train", "--resume", tiny.Run, "--data", tiny.OtherSize, "--quiet")
            .RequireFailure(1, "other data");

    [Fact]
    public void A_folder_without_a_run_cannot_be_resumed()
        => CommandLine.Execute("train", "--resume", tiny["nothing"]).RequireFailure(1, "no run here", "nothing");

    [Fact]
    public void Missing_data_is_named()
        => CommandLine.Execute("train", "--data", tiny["nowhere"], "--out", tiny.New())
            .RequireFailure(1, "nowhere", "no such folder");

    [Fact]
    public void A_damaged_data_file_is_named_with_the_place()
    {
        var folder = Directory.CreateDirectory(tiny.New()).FullName;
        foreach (var file in Directory.GetFiles(tiny.Data))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        File.WriteAllBytes(Path.Combine(folder, "train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 9, 1, 2]);

        CommandLine.Execute("train", "--data", folder, "--out", tiny.New())
            .RequireFailure(1, "train-labels-idx1-ubyte", "expected", "found");
    }

    [Fact]
    public void More_validation_images_than_images_make_no_folder()
    {
        var folder = tiny.New();

        CommandLine.Execute("train", "--data", tiny.Data, "--validation-images", "300", "--quiet", "--out", folder)
            .RequireFailure(2, "--validation-images", "300");

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_training_that_diverges_says_at_which_step()
        => CommandLine
            .Execute(
                "train", "--data", tiny.Data, "--hidden", "8", "--validation-images", "0", "--learning-rate", "1e30",
                "--quiet", "--out", tiny.New())
            .RequireFailure(1, "step", "learning rate");

    [Fact]
    public void An_unavailable_library_is_reported_in_one_line_and_the_run_uses_the_default()
    {
        var folder = tiny.New();

        var result = CommandLine.Execute(["train", .. Small, "--product", "./no-such-blas.so", "--quiet", "--out", folder]);

        Assert.Equal(0, result.Code);
        var line = Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains("there is no file", line, StringComparison.Ordinal);
        Assert.Contains("going on with the SIMD product", line, StringComparison.Ordinal);
        Assert.Equal(Weights(tiny.Run), Weights(folder));
    }

    [Theory]
    [InlineData("openblas")]
    [InlineData("blis")]
    [InlineData("mkl")]
    public void An_installed_library_gives_about_the_same_loss_and_a_missing_one_is_reported(string name)
    {
        var folder = tiny.New();

        var result = CommandLine.Execute(["train", .. Small, "--product", name, "--quiet", "--out", folder]);

        Assert.Equal(0, result.Code);
        var record = File.ReadAllText(Path.Combine(folder, "run.json"));
        var isThere = record.Contains($"\"product_name\": \"{name}\"", StringComparison.Ordinal);
        Assert.Equal(isThere ? "" : $"vae: --product {name}: none of these could be loaded", result.Error.Split(": lib")[0]);
        // In nats: float rounding over ten steps is far below a hundredth.
        Assert.Equal(Loss(tiny.Run), Loss(folder), 2);
    }

    [Fact]
    public void A_resumed_run_keeps_its_product()
    {
        var folder = tiny.New();
        Assert.Equal(0, CommandLine.Execute(["train", .. Small, "--product", "reference", "--quiet", "--out", folder]).Code);

        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--quiet").Code);
        CommandLine.Execute("train", "--resume", folder, "--product", "simd", "--quiet")
            .RequireFailure(1, "product_name reference, now simd (which rounds differently)");
    }

    // To load a library is to run its code, and a run's files may come from a stranger.
    [Fact]
    public void A_library_that_is_named_only_in_the_record_is_not_loaded()
    {
        var folder = WithRecord("\"product_name\": \"simd\"", "\"product_name\": \"./evil.so\"");

        CommandLine.Execute("train", "--resume", folder, "--quiet")
            .RequireFailure(2, "'./evil.so'", "not loaded on the word of a file", "--product");
        CommandLine.Execute("train", "--resume", folder, "--quiet", "--product", "simd")
            .RequireFailure(1, "product_name ./evil.so, now simd");
    }

    [Fact]
    public void The_changes_in_a_record_are_printed_without_terminal_commands()
    {
        var folder = WithRecord("\"changes\": null", "\"changes\": [\"\\u001b[31mred\"]");

        var result = CommandLine.Execute("info", folder);

        Assert.Equal(0, result.Code);
        Assert.Contains(@"changed    \u{1B}[31mred", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", result.Output, StringComparison.Ordinal);
    }

    // A run with a record that was edited.
    private string WithRecord(string was, string made)
    {
        var folder = tiny.New();
        Assert.Equal(0, CommandLine.Execute(["train", .. Small, "--quiet", "--out", folder]).Code);
        var record = Path.Combine(folder, "run.json");
        Assert.Contains(was, File.ReadAllText(record), StringComparison.Ordinal);
        File.WriteAllText(record, File.ReadAllText(record).Replace(was, made, StringComparison.Ordinal));
        return folder;
    }

    [Fact]
    public void The_product_of_MathNet_gives_about_the_same_loss()
    {
        var folder = tiny.New();

        CommandLine.Execute(["train", .. Small, "--product", "mathnet", "--quiet", "--out", folder]);

        // In nats: float rounding over ten steps is far below a hundredth.
        Assert.Equal(Loss(tiny.Run), Loss(folder), 2);
    }

    [Fact]
    public void A_run_knows_its_command_its_data_and_its_formula()
    {
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(tiny.Five, "run.json")))!;

        Assert.Equal(tiny.Data, (string?)record["data"]!["request"]);
        Assert.Contains("--kl-weight 0.5", (string?)record["command"], StringComparison.Ordinal);
        Assert.Contains("0.5 * KL", (string?)record["formula"], StringComparison.Ordinal);
    }

    private static byte[] Weights(string run) => File.ReadAllBytes(Path.Combine(run, "model.safetensors"));

    private double Loss(string run) => (double)CommandLine.Json("evaluate", run, "--data", tiny.Data, "--json")["loss"]!;
}
