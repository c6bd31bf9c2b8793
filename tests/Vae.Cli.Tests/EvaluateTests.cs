namespace Vae.Cli.Tests;

[Collection(SharedRuns.Name)]
public sealed class EvaluateTests(TinyRuns tiny)
{
    [Fact]
    public void Json_has_the_objective_and_its_parts()
    {
        var json = CommandLine.Json("evaluate", tiny.Five, "--json");

        Assert.Equal(
            ["split", "images", "loss", "reconstruction", "kl", "kl_weight", "likelihood", "unit", "seed", "data"], json.Select(field => field.Key));
        Assert.Equal("test", (string?)json["split"]);
        Assert.Equal(TinyRuns.TestImages, (int)json["images"]!);
        Assert.Equal(0.5, (double)json["kl_weight"]!);
        Assert.Equal("gaussian", (string?)json["likelihood"]);
        Assert.Equal((double)json["reconstruction"]! + (0.5 * (double)json["kl"]!), (double)json["loss"]!, 12);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("7")]
    [InlineData("1000")]
    public void The_batch_size_changes_no_bit(string batchSize)
        => Assert.Equal(
            CommandLine.Json("evaluate", tiny.Run, "--json").ToJsonString(), CommandLine.Json("evaluate", tiny.Run, "--json", "--batch-size", batchSize).ToJsonString());

    [Fact]
    public void Threads_change_no_bit()
        => Assert.Equal(CommandLine.Json("evaluate", tiny.Run, "--json").ToJsonString(), CommandLine.Json("evaluate", tiny.Run, "--json", "--threads", "1").ToJsonString());

    [Fact]
    public void Another_seed_is_another_draw_of_z()
    {
        var first = CommandLine.Json("evaluate", tiny.Run, "--json");
        var second = CommandLine.Json("evaluate", tiny.Run, "--json", "--seed", "2");

        Assert.NotEqual((double)first["reconstruction"]!, (double)second["reconstruction"]!);
        Assert.Equal((double)first["kl"]!, (double)second["kl"]!);    // the KL is analytic
    }

    [Fact]
    public void The_training_images_can_be_measured_too()
        => Assert.Equal(TinyRuns.TrainImages, (int)CommandLine.Json("evaluate", tiny.Run, "--split", "train", "--json")["images"]!);

    [Fact]
    public void A_person_gets_a_line()
    {
        var result = CommandLine.Execute("evaluate", tiny.Run, "--quiet");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@"^test, 50 images: loss [\d.]+ = reconstruction [\d.]+ \+ 1 \* KL [\d.]+ \(nats per image\)\n$", result.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Images_of_another_size_are_refused_with_both_sizes()
        => CommandLine.Execute("evaluate", tiny.Run, "--data", tiny.OtherSize, "--json").RequireFailure(1, "64", "81");

    [Fact]
    public void No_run_is_a_failure()
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
}
