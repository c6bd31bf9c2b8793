namespace Vae.Cli.Tests;

[Collection(SharedRuns.Name)]
public sealed class EvaluateTests(TinyRuns tiny)
{
    [Fact]
    public void Json_has_the_objective_and_its_parts()
    {
        var json = CommandLine.Json("evaluate", tiny.Five, "--json");

        Assert.Equal(
            [
                "split", "images", "loss", "reconstruction", "kl", "kl_weight", "negative_elbo",
                "likelihood", "is_log_likelihood", "unit", "seed", "data",
            ],
            json.Select(field => field.Key));
        Assert.Equal("test", (string?)json["split"]);
        Assert.Equal(TinyRuns.TestImages, (int)json["images"]!);
        Assert.Equal(0.5, (double)json["kl_weight"]!);
        Assert.Equal("gaussian", (string?)json["likelihood"]);
        Assert.Equal((double)json["reconstruction"]! + (0.5 * (double)json["kl"]!), (double)json["loss"]!, 12);
    }

    // 64 pixels of variance 0.5: half the squared error over it, and the constant.
    [Fact]
    public void The_negative_ELBO_is_at_weight_1_and_has_the_Gaussians_constant()
    {
        var json = CommandLine.Json("evaluate", tiny.Five, "--json");

        var halfSquaredError = (double)json["reconstruction"]!;
        var constant = 32 * double.Log(2 * double.Pi * 0.5);
        Assert.Equal(
            (halfSquaredError / 0.5) + constant + (double)json["kl"]!,
            (double)json["negative_elbo"]!,
            1e-9);                                                    // float sums
    }

    [Fact]
    public void Importance_samples_give_the_log_likelihood_and_the_fields_of_a_results_table()
    {
        var json = CommandLine.Json("evaluate", tiny.Five, "--samples", "50", "--json");

        Assert.Equal(
            [
                "split", "images", "samples", "nll", "standard_error", "negative_elbo", "reconstruction", "kl",
                "active_units", "latents", "likelihood", "is_log_likelihood", "unit", "seed", "data",
            ],
            json.Select(field => field.Key));
        Assert.Equal((50, 5, true), ((int)json["samples"]!, (int)json["latents"]!, (bool)json["is_log_likelihood"]!));
        Assert.True((double)json["nll"]! < (double)json["negative_elbo"]!, json.ToJsonString());
    }

    [Fact]
    public void The_cross_entropy_bound_of_grey_pixels_is_not_called_a_likelihood()
    {
        var json = CommandLine.Json("evaluate", tiny.Run, "--samples", "50", "--json");

        Assert.False(json.ContainsKey("nll"));
        Assert.False((bool)json["is_log_likelihood"]!);
        Assert.True((double)json["importance_weighted_cross_entropy"]! < (double)json["negative_elbo"]!, json.ToJsonString());
    }

    [Fact]
    public void The_bound_of_binarised_pixels_with_labels_is_called_a_likelihood()
    {
        var json = CommandLine.Json("evaluate", tiny.Labelled, "--samples", "50", "--json");

        Assert.True((bool)json["is_log_likelihood"]!);
        Assert.True((double)json["nll"]! < (double)json["negative_elbo"]!, json.ToJsonString());
    }

    [Fact]
    public void More_importance_samples_give_a_tighter_bound()
        => Assert.True(Nll("500") < Nll("1"));

    [Fact]
    public void Importance_samples_are_the_same_on_any_number_of_threads()
        => Assert.Equal(
            CommandLine.Json("evaluate", tiny.Five, "--samples", "20", "--json", "--threads", "1").ToJsonString(),
            CommandLine.Json("evaluate", tiny.Five, "--samples", "20", "--json", "--threads", "3").ToJsonString());

    [Theory]
    [InlineData(
        false,
        @"^test, 50 images: -log p\(x\) -?[\d.]+ \+- [\d.]+ \(standard error over images\) by 50 samples each; negative ELBO ")]
    [InlineData(true, @"^test, 50 images: importance-weighted cross-entropy \(grey pixels: no log-likelihood\) [\d.]+ \+- ")]
    public void An_evaluation_by_importance_samples_prints_a_readable_line(bool isGrey, string line)
    {
        var result = CommandLine.Execute("evaluate", isGrey ? tiny.Run : tiny.Five, "--samples", "50", "--quiet");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(line, Assert.Single(result.Output.TrimEnd().Split('\n')));
    }

    // A bar is for terminals.
    [Fact]
    public void Progress_leaves_no_trace_in_a_file()
    {
        var result = CommandLine.Execute("evaluate", tiny.Five, "--samples", "50");

        Assert.StartsWith("data: ", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Single(result.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("7")]
    [InlineData("1000")]
    public void The_batch_size_changes_no_bit(string batchSize)
        => Assert.Equal(
            CommandLine.Json("evaluate", tiny.Run, "--json").ToJsonString(),
            CommandLine.Json("evaluate", tiny.Run, "--json", "--batch-size", batchSize).ToJsonString());

    [Fact]
    public void The_number_of_threads_changes_no_bit()
        => Assert.Equal(
            CommandLine.Json("evaluate", tiny.Run, "--json").ToJsonString(),
            CommandLine.Json("evaluate", tiny.Run, "--json", "--threads", "1").ToJsonString());

    [Fact]
    public void Another_seed_gives_another_draw_of_z()
    {
        var first = CommandLine.Json("evaluate", tiny.Run, "--json");
        var second = CommandLine.Json("evaluate", tiny.Run, "--json", "--seed", "2");

        Assert.NotEqual((double)first["reconstruction"]!, (double)second["reconstruction"]!);
        Assert.Equal((double)first["kl"]!, (double)second["kl"]!);    // the KL is analytic
    }

    [Fact]
    public void The_training_images_can_be_evaluated()
        => Assert.Equal(
            TinyRuns.TrainImages,
            (int)CommandLine.Json("evaluate", tiny.Run, "--split", "train", "--json")["images"]!);

    [Fact]
    public void An_evaluation_prints_a_readable_line()
    {
        var result = CommandLine.Execute("evaluate", tiny.Run, "--quiet");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(
            @"^test, 50 images: loss [\d.]+ = reconstruction [\d.]+ \+ 1 \* KL [\d.]+ \(nats per image\)\n$",
            result.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Images_of_another_size_are_refused_with_both_sizes()
        => CommandLine.Execute("evaluate", tiny.Run, "--data", tiny.OtherSize, "--json").RequireFailure(1, "64", "81");

    [Fact]
    public void A_batch_size_beside_importance_samples_is_refused()
        => CommandLine.Execute("evaluate", tiny.Run, "--samples", "5", "--batch-size", "9").RequireFailure(2, "--batch-size");

    [Fact]
    public void A_folder_without_a_run_is_refused()
        => CommandLine.Execute("evaluate", tiny["nothing"], "--json").RequireFailure(1, "no run here");

    [Theory]
    [InlineData("model.safetensors", "junk")]
    [InlineData("model.safetensors", "")]
    [InlineData("run.json", "{")]
    [InlineData("run.json", "{}")]
    [InlineData("run.json", "null")]
    public void A_damaged_file_of_a_run_is_named(string file, string content)
    {
        var folder = Directory.CreateDirectory(tiny.New()).FullName;
        File.Copy(Path.Combine(tiny.Run, "run.json"), Path.Combine(folder, "run.json"));
        File.Copy(Path.Combine(tiny.Run, "model.safetensors"), Path.Combine(folder, "model.safetensors"));
        File.WriteAllText(Path.Combine(folder, file), content);

        CommandLine.Execute("evaluate", folder, "--json").RequireFailure(1, file);
    }

    private double Nll(string samples) => (double)CommandLine.Json("evaluate", tiny.Five, "--samples", samples, "--json")["nll"]!;
}
