using Vae.Formats;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>Training on a table by the kinds of its columns, through the command line.</summary>
public sealed class KindTrainingTests(TinyKinds tables) : IClassFixture<TinyKinds>
{
    [Fact]
    public void A_table_is_modelled_by_the_kinds_of_its_columns()
    {
        var run = tables.New();
        var result = CommandLine.Execute("train", "--data", tables.Sales, "--epochs", "1", "--out", run);

        Assert.True(result.Code == 0, result.Error);
        var record = RunFolder.Open(run).Record;
        Assert.Equal(
            (Likelihood.Columns, Scaling.ByKind, true),
            (record.Model.Likelihood, record.Schema!.Scaling, record.Model.LinearPaths));
        Assert.Equal(["city", "member", "visits", "price", "temp", "day", "grade"], record.Preparation!.Columns);
        using var table = CsvTable.Read(tables.Sales);
        Assert.Equal(TableDefaults.Training(table, epochs: 1), record.Training);
        var lines = result.Error.ReplaceLineEndings("\n").Split('\n');
        Assert.Contains($"data: {tables.Sales}: 90 rows of 7 columns", lines);
        Assert.Matches(@"\n  city +category .* category of 3 levels +\d+ missing\n", result.Error);
        Assert.Matches(@"\n  member +flag .* Bernoulli", result.Error);
        Assert.Matches(@"\n  visits +count .* negative binomial", result.Error);
        Assert.Matches(@"\n  price +(positive|real) .* (log-normal|Gaussian)", result.Error);
        Assert.Matches(@"\n  temp +real .* Gaussian", result.Error);
        Assert.Matches(@"\n  day +date .* Gaussian", result.Error);
        Assert.Matches(@"\n  grade +ordinal .* ordinal of 3 levels", result.Error);
        Assert.Matches(@"left out: code \(id: .*\), region \(only 'EU'\)", result.Error);
        Assert.DoesNotContain("left out of the training", result.Error, StringComparison.Ordinal);
        Assert.Matches("model: [-0-9]+, a likelihood for each column", result.Error);
        Assert.Contains("columns by their kinds", CommandLine.Execute("info", run).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_options_replace_the_defaults_by_kind()
    {
        var run = tables.New();
        var result = CommandLine.Execute(
            "train", "--data", tables.Sales, "--hidden", "7,5", "--latent", "3", "--epochs", "2", "--batch-size", "9",
            "--learning-rate", "0.01", "--kl-weight", "0.5", "--validation-images", "4", "--seed", "8", "--patience", "1",
            "--activation", "tanh", "--quiet", "--out", run);

        Assert.True(result.Code == 0, result.Error);
        var (model, training) = (RunFolder.Open(run).Record.Model, RunFolder.Open(run).Record.Training);
        Assert.Equal([7, 5], model.Hidden);
        Assert.Equal((3, 0.5, Math.Activation.Tanh), (model.Latent, model.KlWeight, model.DecoderActivation));
        Assert.Equal(
            (2, 9, 0.01, 4, 8UL, 1),
            (training.Epochs, training.BatchSize, training.Adam.LearningRate, training.ValidationSamples, training.Seed,
                training.Patience));
    }

    [Theory]
    [InlineData("--likelihood", "gaussian-variance")]
    [InlineData("--scale", "standard")]
    public void A_likelihood_or_a_scaling_that_is_given_models_numbers_alone(string option, string value)
    {
        var run = tables.New();
        var result = CommandLine.Execute(
            "train", "--data", tables.Sales, option, value, "--epochs", "1", "--quiet", "--out", run);

        Assert.True(result.Code == 0, result.Error);
        var record = RunFolder.Open(run).Record;
        Assert.Equal(
            (VaeOptions.ForTable(record.Model.Features), Scaling.Standard, false),
            (record.Model, record.Schema!.Scaling, record.Schema.IsByKind));
        Assert.DoesNotContain("city", record.Preparation!.Columns);
    }

    [Fact]
    public void A_table_with_holes_is_refused_where_that_is_asked_for()
    {
        var holes = tables.Write("a,b,c", "1.5,2,x", "NA,3,y", "2.5,,x", "?,5,y", "0.5,4,x", ",1,y", ",6,x");
        var run = tables.New();

        CommandLine.Execute("train", "--data", holes, "--missing", "refuse", "--quiet", "--out", run).RequireFailure(
            1,
            holes,
            "--missing refuse wants every value, but 2 of 3 columns have missing ones: 'a' 4 (lines 3, 5, 7 ...); 'b' 1 (line 4)",
            "leave the columns out (--ignore a,b), or drop --missing refuse");
        Assert.False(Directory.Exists(run));
        string[] remedied = ["train", "--data", holes, "--missing", "refuse", "--ignore", "a,b", "--epochs", "1", "--quiet"];
        Assert.Equal(0, CommandLine.Execute([.. remedied, "--out", run]).Code);
        string[] learnt = ["train", "--data", holes, "--missing", "learn", "--epochs", "1", "--quiet"];
        Assert.Equal(0, CommandLine.Execute([.. learnt, "--out", tables.New()]).Code);
    }

    [Fact]
    public void A_resumed_run_by_kinds_ends_with_the_same_bits()
    {
        var (whole, parts) = (tables.New(), tables.New());
        string[] train = ["train", "--data", tables.Sales, "--keep-by", "last", "--schedule", "constant", .. TinyKinds.Small];
        CommandLine.Execute([.. train.Select(text => text == "3" ? "5" : text), "--out", whole]);
        CommandLine.Execute([.. train, "--out", parts]);

        var resumed = CommandLine.Execute("train", "--resume", parts, "--epochs", "5", "--accept-changes", "--quiet");

        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole, "model.safetensors")).Length,
            File.ReadAllBytes(Path.Combine(parts, "model.safetensors")).Length);
        Assert.Equal(Sample(whole), Sample(parts));
        File.Delete(Path.Combine(parts, "table.safetensors"));
        var again = CommandLine.Execute("train", "--resume", parts, "--data", tables.Sales, "--quiet");
        Assert.True(again.Code == 0, again.Error);
    }

    [Fact]
    public void A_schema_of_a_run_by_kinds_serves_a_model_of_numbers_too()
    {
        var (printed, file) = (CommandLine.Execute("schema", tables.Sales), tables.New(".json"));
        Assert.DoesNotContain("left out of the training", printed.Output, StringComparison.Ordinal);
        RunFolder.Open(tables.Run).Record.Schema!.Save(file);

        foreach (var option in new[] { new[] { "--quiet" }, TinyTables.AsNumbers })
        {
            var run = tables.New();
            var trained = CommandLine.Execute([
                "train", "--data", tables.Sales, "--schema", file, .. option, "--epochs", "1", "--out", run]);
            Assert.True(trained.Code == 0, trained.Error);
            Assert.Equal(option.Length == 1, RunFolder.Open(run).Record.Schema!.IsByKind);
        }
    }

    [Fact]
    public void A_resume_keeps_the_likelihoods_of_the_columns()
        => CommandLine.Execute("train", "--resume", tables.Run, "--likelihood", "gaussian").RequireFailure(
            2, "--likelihood makes another model than this run's, which has a likelihood for each column.", "--out");

    [Fact]
    public void A_table_of_constants_is_refused_with_their_values()
        => CommandLine.Execute(
            "train", "--data", tables.Write("a,b", "1,EU", "1,EU", "1,EU"), "--out", tables.New(), "--quiet").RequireFailure(
            1, "no column can be trained on", "a (only '1')", "b (only 'EU')");

    private string Sample(string run)
    {
        var file = tables.New(".csv");
        var result = CommandLine.Execute("sample", run, "--count", "20", "--out", file);
        Assert.True(result.Code == 0, result.Error);
        return File.ReadAllText(file);
    }
}
