using System.Globalization;

namespace Vae.Cli.Tests;

[Collection(SharedRuns.Name)]
public sealed class OtherCommandsTests(TinyRuns tiny)
{
    [Fact]
    public void Encode_writes_label_means_and_log_variances_of_every_image()
    {
        var file = tiny.New(".csv");

        var result = CommandLine.Execute("encode", tiny.Five, "--quiet", "--out", file);

        Assert.Equal(0, result.Code);
        var lines = File.ReadAllLines(file);
        Assert.Equal(
            "label,mean_1,mean_2,mean_3,mean_4,mean_5,"
            + "log_variance_1,log_variance_2,log_variance_3,log_variance_4,log_variance_5",
            lines[0]);
        Assert.Equal(TinyRuns.TestImages + 1, lines.Length);
        Assert.Equal(
            Enumerable.Range(0, TinyRuns.TestImages).Select(image => $"{image % TinyRuns.Side}"),
            lines.Skip(1).Select(line => line.Split(',')[0]));
        Assert.All(
            lines.Skip(1).SelectMany(line => line.Split(',')),
            number => Assert.True(float.IsFinite(float.Parse(number, CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_conditional_run_encodes_every_image()
    {
        var file = tiny.New(".csv");

        Assert.Equal(0, CommandLine.Execute("encode", tiny.Labelled, "--quiet", "--out", file).Code);

        Assert.Equal(TinyRuns.TestImages + 1, File.ReadAllLines(file).Length);
    }

    [Fact]
    public void The_labels_of_unlabelled_images_are_empty()
    {
        var folder = Directory.CreateDirectory(tiny.New()).FullName;
        foreach (var file in Directory.GetFiles(tiny.Data, "*images*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var csv = tiny.New(".csv");
        CommandLine.Execute("encode", tiny.Run, "--data", folder, "--split", "train", "--quiet", "--out", csv);

        var lines = File.ReadAllLines(csv);
        Assert.Equal(TinyRuns.TrainImages + 1, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.StartsWith(",", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("bernoulli", "1")]
    [InlineData("gaussian", "4")]
    [InlineData("gaussian", "0")]
    public void The_check_passes_with_a_line_for_each_parameter(string likelihood, string klWeight)
    {
        var result = CommandLine.Execute(
            "check", "--features", "8", "--hidden", "6", "--likelihood", likelihood, "--kl-weight", klWeight);

        Assert.True(result.Code == 0, result.Output);
        Assert.Equal(10, result.Output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
        Assert.Contains("all 10 parameters within 1.0e-07", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_fails_at_an_unreachable_tolerance_and_names_the_entry()
    {
        var result = CommandLine.Execute("check", "--features", "8", "--hidden", "6", "--tolerance", "1e-30");

        Assert.Equal(1, result.Code);
        Assert.Contains("FAIL encoder.hidden.0.weight", result.Output, StringComparison.Ordinal);
        Assert.Contains("at [", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_gradients_that_are_all_zero_reports_it()
    {
        var result = CommandLine.Execute("check", "--features", "5", "--hidden", "1", "--batch-size", "1", "--seed", DeadSeed());

        Assert.Contains("all 0, so nothing was compared", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_writes_its_result_as_json()
    {
        string[] small = ["check", "--features", "8", "--hidden", "6", "--json"];

        var passed = CommandLine.Json(small);
        var failed = CommandLine.Execute([.. small, "--tolerance", "1e-30"]);

        Assert.True((bool)passed["passes"]!);
        Assert.Equal(10, passed["parameters"]!.AsArray().Count);
        Assert.Equal(1, failed.Code);
        Assert.False((bool)failed.Json["passes"]!);
    }

    [Fact]
    public void Info_names_the_product_and_the_reason_for_it()
    {
        var result = CommandLine.Execute("info", "--threads", "1");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.All(
            ["version ", "product ", "reason ", "vectors ", "threads ", "runtime ", "processor ", "system ", "cache "],
            fact => Assert.Contains(result.Output.Split('\n'), line => line.StartsWith(fact, StringComparison.Ordinal)));
        Assert.Equal("1", (string?)CommandLine.Json("info", "--threads", "1", "--json")["threads"]);
    }

    [Fact]
    public void Info_of_a_run_describes_the_run_and_its_first_layer()
    {
        var result = CommandLine.Execute("info", tiny.Run);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@"(?m)^layer one  (sparse|dense): \d+\.\d % of the inputs are not zero$", result.Output);
        Assert.Contains("\ntrained by SIMD product", result.Output, StringComparison.Ordinal);
        CommandLine.Execute("info", "no-such-run").RequireFailure(1, "no-such-run");
    }

    [Fact]
    public void Data_lists_the_places_that_it_searches()
    {
        var result = CommandLine.Execute("data");

        Assert.Equal(0, result.Code);
        Assert.Contains("VAE_MNIST_DIR", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_can_be_repeated_in_its_folder_and_another_report_is_refused()
    {
        var folder = tiny.New();
        string[] report = ["report", "--data", tiny.Data, .. TinyRuns.Small, "--quiet", "--out", folder];

        var first = CommandLine.Execute([.. report, "--only", "latent-1"]);
        var whole = CommandLine.Execute(report);

        Assert.Equal((0, 0, ""), (first.Code, whole.Code, whole.Error));
        Assert.Equal(Path.Combine(folder, "report.md"), whole.Output.TrimEnd());
        Assert.Equal(6, Directory.GetFiles(folder, "*.png").Length);
        var threeEpochs = TinyRuns.Small.Select(text => text == "2" ? "3" : text);
        CommandLine.Execute(["report", "--data", tiny.Data, .. threeEpochs, "--quiet", "--out", folder])
            .RequireFailure(1, "2 epochs", "3 epochs", "--out");
    }

    [Fact]
    public void The_commands_in_a_report_make_its_pictures_and_its_models()
    {
        var folder = tiny.New();
        CommandLine.Execute(
            ["report", "--data", tiny.Data, .. TinyRuns.Small, "--only", "reconstruction-only", "--quiet", "--out", folder]);
        var lines = File.ReadAllLines(Path.Combine(folder, "report.md")).Select(line => line.Trim('`')).ToArray();
        var sweeps = lines.Where(line => line.StartsWith("vae sweep ", StringComparison.Ordinal)).ToArray();
        var trainings = lines.Where(line => line.StartsWith("vae train ", StringComparison.Ordinal));
        var training = Assert.Single(trainings, line => line.Contains("--kl-weight 0 ", StringComparison.Ordinal));

        Assert.Equal(2, sweeps.Length);
        foreach (var sweep in sweeps)
        {
            var words = sweep.Split(' ');
            var again = tiny.New(".png");
            CommandLine.Execute(["sweep", Path.Combine(folder, words[2]), .. words[3..^1], again]);
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, words[^1])), File.ReadAllBytes(again));
        }

        var run = tiny.New();
        CommandLine.Execute([.. training.Split(' ')[1..^1], run, "--quiet"]);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, "runs/latent-1-reconstruction-only/model.safetensors")),
            File.ReadAllBytes(Path.Combine(run, "model.safetensors")));
    }

    [Fact]
    public void Drawn_digits_are_announced_in_capitals()
    {
        var result = CommandLine.Execute("evaluate", tiny.Run, "--data", "drawn");

        Assert.Equal(1, result.Code);                                 // they have 784 pixels, and the run's images 64
        Assert.Contains("*** DRAWN DIGITS, NOT MNIST", result.Error, StringComparison.Ordinal);
    }

    // The first seed whose only hidden unit is off for the only sample.
    private static string DeadSeed()
        => Enumerable.Range(1, 20).Select(seed => $"{seed}").First(seed =>
        {
            var check = CommandLine.Json(
                "check", "--features", "5", "--hidden", "1", "--batch-size", "1", "--seed", seed, "--json");
            return check["parameters"]!.AsArray()[0]!["relative_error"]!.GetValue<double>() == 0;
        });
}
