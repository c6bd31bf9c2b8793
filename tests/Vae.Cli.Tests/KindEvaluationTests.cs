using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>The rows that <c>vae evaluate</c> measures, and the units of its numbers.</summary>
public sealed class KindEvaluationTests(TinyKinds tables) : IClassFixture<TinyKinds>
{
    [Fact]
    public void The_held_out_rows_of_a_table_are_measured_unless_told()
    {
        var (held, all, given) = (Evaluate(), Evaluate("--rows", "all"), Evaluate("--data", tables.Sales));

        Assert.Equal(("held-out", 9), ((string?)held["split"], (int)held["rows"]!));
        Assert.Equal(("table", TinyKinds.Rows), ((string?)all["split"], (int)all["rows"]!));
        Assert.Equal((double)all["negative_elbo"]!, (double)given["negative_elbo"]!);
        Assert.Equal((double)held["negative_elbo"]!, (double)Evaluate("--rows", "held-out")["negative_elbo"]!);
        Assert.Equal(9, (int)Evaluate("--samples", "10")["rows"]!);
        Assert.StartsWith(
            "held-out, 9 of 90 rows: loss ",
            CommandLine.Execute("evaluate", tables.Run, "--quiet").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_held_out_rows_are_those_that_the_training_did_not_see()
    {
        var record = RunFolder.Open(tables.Run).Record;
        var folder = RunFolder.Open(tables.Run).Folder;
        var model = folder.LoadModel<float>(record.Model);
        using var own = Table.Open(Path.Combine(folder.FullPath, "table.safetensors")).As(record.Schema!);
        var held = new SampleOrder(TinyKinds.Rows, record.Training.ValidationSamples, record.Training.Seed).Validation;

        Assert.Equal(
            new Evaluator<float>(model).Evaluate(record.Preparation!.Apply(own), held, 1).NegativeElbo,
            (double)Evaluate()["negative_elbo"]!);
    }

    [Fact]
    public void Held_out_rows_that_do_not_exist_are_refused_or_noted()
    {
        var run = tables.New();
        string[] train = ["train", "--data", tables.Sales, .. TinyKinds.Small, "--validation-images", "0", "--out", run];
        Assert.Equal(0, CommandLine.Execute(train).Code);

        CommandLine.Execute("evaluate", run, "--rows", "held-out")
            .RequireFailure(2, "The training held nothing out (--validation-images 0)", "Take --rows all");
        CommandLine.Execute("evaluate", tables.Run, "--data", tables.Sales, "--rows", "held-out")
            .RequireFailure(2, "--rows held-out goes with the run's own data", "Drop --data or take --rows all.");
        var result = CommandLine.Execute("evaluate", run);
        Assert.Contains("note: the training held no row out", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("table, 90 rows: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_images_are_measured_where_that_is_asked_for()
    {
        using var images = new TinyRuns();
        var held = CommandLine.Json("evaluate", images.Labelled, "--rows", "held-out", "--samples", "3", "--json");

        Assert.Equal(("held-out", 40), ((string?)held["split"], (int)held["images"]!));
        Assert.Equal(
            TinyRuns.TestImages, (int)CommandLine.Json("evaluate", images.Run, "--json")["images"]!);
        CommandLine.Execute("evaluate", images.Run, "--rows", "held-out", "--split", "test")
            .RequireFailure(2, "--rows held-out goes with --split train");
    }

    [Fact]
    public void In_the_datas_units_a_density_changes_with_the_unit_and_in_coded_units_it_does_not()
    {
        // No value is there twice, which would be a probability of its own.
        JsonObject In(double tens, double cents)
        {
            var run = tables.New();
            var table = tables.Write([
                "temp,price",
                .. Enumerable.Range(0, 60).Select(i => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tens * double.Round(2000 * double.Sin(i))},"
                    + $"{cents * double.Round(double.Exp(9 + (2 * double.Sin(7 * i))))}")),
            ]);
            var trained = CommandLine.Execute(
                ["train", "--data", table, "--kind", "price=positive", "temp=real", .. TinyKinds.Small, "--out", run]);
            Assert.True(trained.Code == 0, trained.Error);
            return CommandLine.Json("evaluate", run, "--samples", "50", "--json");
        }

        var (one, other) = (In(1, 1), In(10, 100));

        // The coded numbers are the same but for roundings, which may put a row into another cluster of the fitted prior: a tenth
        // of a nat. What is tested is 6.9 nats.
        Assert.Equal((double)one["nll"]!, (double)other["nll"]!, 0.2);
        // p(10 x) = p(x) / 10, and of the price p(100 x) = p(x) / 100.
        Assert.Equal((double)one["nll_in_data_units"]! + double.Log(1000), (double)other["nll_in_data_units"]!, 0.2);
        Assert.NotEqual((double)one["nll"]!, (double)one["nll_in_data_units"]!);
    }

    private JsonObject Evaluate(params string[] options)
        => CommandLine.Json(["evaluate", tables.Run, .. options, "--json"]);
}
