using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>Tables through the command line: trained, resumed, measured, scored, drawn from, in their own units and by the
/// names of their columns.</summary>
public sealed class TableTests(TinyTables tables) : IClassFixture<TinyTables>
{
    [Fact]
    public void Options_that_are_not_given_have_the_defaults_for_a_table_of_numbers()
    {
        var folder = tables.New();
        var result = CommandLine.Execute([
            "train", "--data", tables.Sales, "--ignore", "id", "note", .. TinyTables.AsNumbers, "--epochs", "1",
            "--out", folder]);
        var record = RunFolder.Open(folder).Record;

        Assert.Equal((0, folder), (result.Code, result.Output.Split(':')[0]));
        Assert.Contains($"data: {tables.Sales}: 60 rows of 3 columns", result.Error, StringComparison.Ordinal);
        Assert.Contains("model: 3-64-64-2-64-64-3, GaussianWithVariance", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            (Likelihood.GaussianWithVariance, 6, Scaling.Standard),
            (record.Model.Likelihood, record.Training.ValidationSamples, record.Preparation!.Scaling));
        Assert.Equal(["price", "size", "year"], record.Preparation.Columns);
        Assert.Equal(new TableRecord(HasHeader: true, DecimalComma: false) { Delimiter = ',' }, record.Data.Table);
        Assert.Equal(Path.GetFullPath(tables.Sales), record.Data.Request);
        var all = tables.New();
        CommandLine.Execute(
            "train", "--data", tables.Sales, "--columns", "year", "--scale", "standard", "--out", all, "--hidden", "1",
            "--quiet");
        Assert.Equal(100, RunFolder.Open(all).Record.Training.Epochs);
    }

    [Fact]
    public void Given_options_replace_the_defaults_for_a_table()
    {
        var folder = tables.New();
        CommandLine.Execute(
            "train", "--data", tables.Sales, "--columns", "year,price", "--scale", "min-max", "--likelihood", "gaussian",
            "--kl-weight", "0.5", "--hidden", "7,5", "--epochs", "2",
            "--validation-images", "0", "--latent", "1", "--activation", "tanh", "--quiet", "--out", folder);
        var record = RunFolder.Open(folder).Record;

        Assert.Equal(
            new VaeOptions
            {
                Features = 2, Hidden = [7, 5], Latent = 1, Likelihood = Likelihood.Gaussian, KlWeight = 0.5,
                EncoderActivation = Math.Activation.Tanh, DecoderActivation = Math.Activation.Tanh,
            },
            record.Model);
        Assert.Equal((2, 0), (record.Training.Epochs, record.Training.ValidationSamples));
        Assert.Equal((Scaling.MinMax, "year"), (record.Preparation!.Scaling, record.Preparation.Columns[0]));
        Assert.Equal([1990.0, 5050.0], record.Preparation.Offset);      // the least year and price, of all rows
    }

    [Fact]
    public void A_table_that_is_not_scaled_keeps_its_names()
    {
        var folder = tables.New();
        CommandLine.Execute(
            ["train", "--data", tables.Sales, "--columns", "size", "--scale", "none", .. TinyTables.Small, "--out", folder]);

        var preparation = RunFolder.Open(folder).Record.Preparation!;

        Assert.Equal(
            (Scaling.None, "size", 0f, 1f),
            (preparation.Scaling, preparation.Columns[0], preparation.Offset[0], preparation.Scale[0]));
    }

    [Fact]
    public void Options_for_images_are_refused_with_a_table_and_options_for_tables_with_images()
    {
        string[] train = ["train", "--data", tables.Sales, "--ignore", "id,note", "--out", tables.New()];

        CommandLine.Execute([.. train, "--pixels", "threshold"])
            .RequireFailure(2, "--pixels and --labels go with images, but --data is a table.");
        CommandLine.Execute([.. train, "--labels"]).RequireFailure(2, "--pixels and --labels go with images");
        string[][] options =
        [
            ["--scale", "none"], ["--missing", "refuse"], ["--columns", "a"], ["--ignore", "a"], ["--no-header"],
            ["--decimal-comma"],
            ["--kind", "a=count"], ["--id", "a"], ["--delimiter", ";"], ["--header"], ["--date-format", "d"],
            ["--most-levels", "9"],
        ];
        foreach (var option in options)
        {
            CommandLine.Execute(["train", "--data", "drawn", "--out", tables.New(), .. option])
                .RequireFailure(2, $"{option[0]} goes with a table: --data sales.csv.");
            CommandLine.Execute(["train", "--resume", tables.Run, .. option])
                .RequireFailure(
                    2,
                    $"{option[0]} cannot be given with --resume: the table is read and scaled as the run was begun.");
        }
    }

    [Fact]
    public void An_unreadable_or_unsuitable_table_is_refused_and_no_folder_is_left()
    {
        var folder = tables.New();

        CommandLine.Execute("train", "--data", tables.Sales, "--columns", "note", "--out", folder, "--quiet")
            .RequireFailure(1, "sales.csv", "no column can be trained on: ", "note");
        CommandLine.Execute("train", "--data", tables.Sales, "--columns", "price,colour", "--out", folder)
            .RequireFailure(1, "colour", "The columns are");
        CommandLine.Execute("train", "--data", tables.New(".csv"), "--out", folder).RequireFailure(1, ".csv");
        CommandLine.Execute(
            "train", "--data", tables.Sales, "--columns", "price", "--likelihood", "bernoulli", "--out", folder, "--quiet")
            .RequireFailure(
                1,
                "sales.csv, line ",
                "column 'price' must be from 0 to 1 for the Bernoulli likelihood",
                "when scaled. Scale the data to 0 to 1 (min-max)");
        CommandLine.Execute(
            "train", "--data", tables.Sales, "--columns", "price", "--validation-images", "60", "--out", folder, "--quiet")
            .RequireFailure(2, "--validation-images must be fewer than the 60 training rows, but is 60.");
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_resumed_run_on_a_table_ends_with_the_same_bits()
    {
        var (whole, parts) = (tables.New(), tables.New());
        string[] train = ["train", "--data", tables.Sales, "--ignore", "id,note", "--keep-by", "last", .. TinyTables.AsNumbers];
        CommandLine.Execute([.. train, "--out", whole, .. TinyTables.Small.Select(text => text == "3" ? "5" : text)]);
        CommandLine.Execute([.. train, "--out", parts, .. TinyTables.Small]);

        var resumed = CommandLine.Execute("train", "--resume", parts, "--epochs", "5", "--accept-changes", "--quiet");

        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Equal(VaeModel.Load(whole).Sample(5, seed: 1), VaeModel.Load(parts).Sample(5, seed: 1));
        Assert.Equal(RunFolder.Open(whole).Record.Preparation, RunFolder.Open(parts).Record.Preparation);
        Assert.Equal(0, CommandLine.Execute("train", "--resume", tables.Run, "--quiet").Code);
        Assert.Equal(0, CommandLine.Execute("train", "--resume", tables.PlainRun, "--quiet").Code);
    }

    [Fact]
    public void A_resume_on_a_changed_table_is_refused()
    {
        var (table, folder) = (tables.New(".csv"), tables.New());
        File.Copy(tables.Sales, table);
        CommandLine.Execute(["train", "--data", table, "--ignore", "id,note", .. TinyTables.Small, "--out", folder]);
        var lines = File.ReadAllLines(table);

        File.WriteAllLines(table, [.. lines[..7], lines[7].Replace("199", "299", StringComparison.Ordinal), .. lines[8..]]);
        CommandLine.Execute("train", "--resume", folder, "--data", table, "--quiet")
            .RequireFailure(1, "the run was begun with other data", "60 samples", "--data");
        File.WriteAllLines(table, lines[..^1]);
        CommandLine.Execute("train", "--resume", folder, "--data", table, "--quiet")
            .RequireFailure(1, "the run was begun with other data");
        // The shuffled table has the same numbers in the same columns.
        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--data", tables.Shuffled, "--quiet").Code);
    }

    [Fact]
    public void A_run_needs_its_table_no_more_and_reads_it_again_where_its_own_copy_is_gone()
    {
        var (table, folder) = (tables.New(".csv"), tables.New());
        File.Copy(tables.Sales, table);
        CommandLine.Execute(["train", "--data", table, "--ignore", "id,note", .. TinyTables.Small, "--out", folder]);
        var before = CommandLine.Execute("evaluate", folder, "--quiet").Output;

        File.Move(table, table + ".moved");
        Assert.Equal(before, CommandLine.Execute("evaluate", folder, "--quiet").Output);
        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--quiet").Code);
        File.Delete(Path.Combine(folder, "table.safetensors"));
        CommandLine.Execute("evaluate", folder, "--quiet").RequireFailure(1, table);
        CommandLine.Execute("train", "--resume", folder, "--quiet").RequireFailure(1, table);
        File.Move(table + ".moved", table);
        Assert.Equal(before, CommandLine.Execute("evaluate", folder, "--quiet").Output);
        Assert.Equal(0, CommandLine.Execute("train", "--resume", folder, "--quiet").Code);
    }

    [Fact]
    public void An_evaluation_of_a_table_counts_rows_and_is_in_the_units_of_the_table()
    {
        var json = CommandLine.Json("evaluate", tables.Run, "--rows", "all", "--json");

        Assert.Equal(
            ("table", TinyTables.Rows, "nats per row"),
            ((string?)json["split"], (int)json["rows"]!, (string?)json["unit"]));
        Assert.Contains(
            "table, 60 rows: ",
            CommandLine.Execute("evaluate", tables.Run, "--rows", "all", "--quiet").Output,
            StringComparison.Ordinal);
        Assert.Equal(
            Number(json, "negative_elbo"),
            Number(CommandLine.Json("evaluate", tables.Run, "--data", tables.Shuffled, "--json"), "negative_elbo"));
        var sampled = CommandLine.Json("evaluate", tables.Run, "--rows", "all", "--samples", "20", "--json");
        Assert.True(Number(sampled, "nll") < Number(json, "negative_elbo"));
        var record = RunFolder.Open(tables.Run).Record;
        var model = RunFolder.Open(tables.Run).Folder.LoadModel<float>(record.Model);
        Assert.Equal(
            new Evaluator<float>(model).Evaluate(record.Preparation!.Apply(Table(tables.Sales)), 1).NegativeElbo,
            Number(json, "negative_elbo"));
    }

    [Fact]
    public void Scores_are_those_of_the_model_with_a_line_for_each_row_and_the_strangest_printed()
    {
        var (strange, file) = (tables.New(".csv"), tables.New(".csv"));
        File.WriteAllLines(strange, [.. File.ReadAllLines(tables.Sales), "new,9999999,0.01,1995,x"]);

        var result = CommandLine.Execute("score", tables.Run, "--data", strange, "--out", file, "--top", "2", "--quiet");
        var json = CommandLine.Json(
            "score", tables.Run, "--data", strange, "--out", file, "--draws", "16", "--seed", "1", "--json");

        Assert.Equal(0, result.Code);
        Assert.Equal(VaeModel.Load(tables.Run).AnomalyScores(Table(strange)), Numbers(file, "line,score").Select(row => row[1]));
        Assert.Equal(Enumerable.Range(2, 61), Numbers(file, "line,score").Select(row => (int)row[0]));
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.Equal(
            (3, $"{file}: 61 rows, median"),
            (lines.Length, lines[0][..lines[0].IndexOf(" median", StringComparison.Ordinal)] + " median"));
        Assert.EndsWith("line 62", lines[1], StringComparison.Ordinal);
        Assert.Equal((61, 5, 62), ((int)json["rows"]!, json["strangest"]!.AsArray().Count, (int)json["strangest"]![0]!["line"]!));
        Assert.Equal("nats per row", (string?)json["unit"]);
    }

    // Infinity is no number of JSON's.
    [Fact]
    public void A_row_without_a_finite_score_comes_first_and_is_null_in_json()
    {
        var (strange, file) = (tables.New(".csv"), tables.New(".csv"));
        File.WriteAllLines(strange, [.. File.ReadAllLines(tables.Sales), "new,1e38,0.01,1995,x"]);

        var json = CommandLine.Json("score", tables.Run, "--data", strange, "--out", file, "--json");

        var first = json["strangest"]![0]!;
        Assert.Equal(62, (int)first["line"]!);
        Assert.Null(first["score"]);
        Assert.True(double.IsFinite((double)json["median"]!));
        Assert.EndsWith("62,Infinity", File.ReadAllText(file).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_scored_by_their_numbers()
    {
        using var tiny = new TinyRuns();
        var file = tables.New(".csv");

        var json = CommandLine.Json("score", tiny.Labelled, "--split", "train", "--out", file, "--top", "0", "--json");

        Assert.Equal(
            (TinyRuns.TrainImages, 0, "nats per image"),
            ((int)json["images"]!, json["strangest"]!.AsArray().Count, (string?)json["unit"]));
        Assert.Equal(Enumerable.Range(0, TinyRuns.TrainImages), Numbers(file, "image,score").Select(row => (int)row[0]));

        var (samples, images) = (tables.New(".csv"), tables.New(".CSV"));
        Assert.Contains(
            "4 rows of 64 numbers",
            CommandLine.Execute("sample", tiny.Run, "--count", "4", "--out", samples).Output,
            StringComparison.Ordinal);
        Assert.Equal(
            VaeModel.Load(tiny.Run).Sample(4, seed: 1).Select(row => row.Select(x => (double)x)),
            Numbers(samples, "x_1,x_2", starts: true));
        Assert.Equal(0, CommandLine.Execute("reconstruct", tiny.Run, "--count", "3", "--out", images).Code);
        Assert.Equal(3, Numbers(images, "x_1,x_2", starts: true).Length);
    }

    [Fact]
    public void Rows_of_a_table_are_drawn_and_are_means_where_that_is_asked_for()
    {
        var (drawn, means) = (tables.New(".csv"), tables.New(".csv"));
        var model = VaeModel.Load(tables.Run);

        Assert.Equal(0, CommandLine.Execute("sample", tables.Run, "--count", "9", "--out", drawn).Code);
        Assert.Equal(0, CommandLine.Execute("sample", tables.Run, "--count", "9", "--mean", "--out", means).Code);

        RequireDrawn(model.Sample(9, seed: 1, mean: false), Numbers(drawn, "price,size,year"));
        RequireClose(model.Sample(9, seed: 1, mean: true), Numbers(means, "price,size,year"));
        Assert.NotEqual(Numbers(means, "price,size,year"), Numbers(drawn, "price,size,year"));
    }

    [Fact]
    public void Zero_or_one_pixels_are_drawn_as_such_and_grey_pixels_are_means()
    {
        using var tiny = new TinyRuns();
        double[] Pixels(params string[] arguments)
        {
            var file = tables.New(".csv");
            Assert.Equal(0, CommandLine.Execute(["sample", .. arguments, "--count", "6", "--out", file]).Code);
            return [.. Numbers(file, "x_1,x_2", starts: true).SelectMany(row => row)];
        }

        Assert.All(Pixels(tiny.Labelled), pixel => Assert.True(pixel is 0 or 1, $"{pixel}"));
        Assert.Contains(Pixels(tiny.Labelled, "--mean"), pixel => pixel is > 0 and < 1);
        Assert.Equal(Pixels(tiny.Run, "--mean"), Pixels(tiny.Run));
    }

    [Fact]
    public void Samples_and_reconstructions_are_rows_in_the_tables_units_under_its_names()
    {
        var (samples, all, some) = (tables.New(".csv"), tables.New(".csv"), tables.New(".csv"));
        var model = VaeModel.Load(tables.Run);
        var table = Table(tables.Sales);

        var result = CommandLine.Execute("sample", tables.Run, "--count", "9", "--seed", "4", "--out", samples);
        CommandLine.Execute("reconstruct", tables.Run, "--data", tables.Shuffled, "--out", all, "--quiet");
        CommandLine.Execute("reconstruct", tables.Run, "--count", "5", "--out", some, "--quiet");

        Assert.Equal($"{samples}: 9 rows of 3 numbers\n", result.Output);
        RequireDrawn(model.Sample(9, seed: 4), Numbers(samples, "price,size,year"));
        var reconstructions = Numbers(all, "price,size,year");
        for (var i = 0; i < TinyTables.Rows; i++)
        {
            var expected = Doubles(model.Reconstruct(Row(table, i)));
            for (var column = 0; column < 3; column++)
            {
                // The command computes in double and the model in float: some 30 roundings of 2^-24, each of a number's size or
                // its column's deviation.
                Assert.Equal(
                    expected[column],
                    reconstructions[i][column],
                    2e-6 * (double.Abs(expected[column]) + model.Preparation!.Scale[column]));
            }
        }

        Assert.Equal(Numbers(all, "price,size,year")[..5], Numbers(some, "price,size,year"));
    }

    [Fact]
    public void Each_code_has_the_line_number_of_its_row()
    {
        var file = tables.New(".csv");
        var model = VaeModel.Load(tables.Run);
        var table = Table(tables.Sales);

        var result = CommandLine.Execute("encode", tables.Run, "--out", file, "--quiet");

        Assert.Equal($"{file}: 60 rows, 2 latents\n", result.Output);
        var codes = Numbers(file, "line,mean_1,mean_2,log_variance_1,log_variance_2");
        for (var i = 0; i < TinyTables.Rows; i++)
        {
            var (mean, logVariance) = (new float[2], new float[2]);
            model.Encode(Row(table, i), mean, logVariance);
            Assert.Equal(i + 2, codes[i][0]);
            // The table's numbers are scaled with all their digits, those of a row of floats with 24 bits.
            Assert.All(
                ((double[])[.. Doubles(mean), .. Doubles(logVariance)]).Zip(codes[i][1..]),
                pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Columns_are_found_by_name_in_any_order()
    {
        var (here, there) = (tables.New(".csv"), tables.New(".csv"));
        CommandLine.Execute("score", tables.Run, "--out", here, "--quiet");
        CommandLine.Execute("score", tables.Run, "--data", tables.Shuffled, "--out", there, "--quiet");
        var without = tables.New(".csv");
        TinyTables.Write(without, "price,size", i => $"{TinyTables.Price(i)},{TinyTables.Size(i)}");

        Assert.Equal(File.ReadAllText(here), File.ReadAllText(there));
        CommandLine.Execute("score", tables.Run, "--data", without, "--out", there, "--quiet")
            .RequireFailure(1, "'year'", "The table's columns are 'price', 'size'");
    }

    [Fact]
    public void A_run_remembers_decimal_commas_and_a_missing_header()
    {
        var (file, other) = (tables.New(".csv"), tables.New(".csv"));
        File.WriteAllLines(other, File.ReadAllLines(tables.Plain).Take(10));

        Assert.Equal(
            new TableRecord(HasHeader: false, DecimalComma: true) { Delimiter = ';' },
            RunFolder.Open(tables.PlainRun).Record.Data.Table);
        Assert.Equal(0, CommandLine.Execute("score", tables.PlainRun, "--data", other, "--out", file, "--quiet").Code);
        Assert.Equal(Enumerable.Range(1, 10), Numbers(file, "line,score").Select(row => (int)row[0]));
        Assert.Equal(0, CommandLine.Execute("sample", tables.PlainRun, "--count", "2", "--out", file).Code);
        Assert.Equal(2, Numbers(file, "column_1,column_2,column_3").Length);
        CommandLine.Execute("evaluate", tables.PlainRun, "--data", tables.Sales, "--quiet").RequireFailure(1, "sales.csv");
    }

    [Theory]
    [InlineData("place", "category")]
    [InlineData("the place", "category")]
    [InlineData("-place", "category")]
    [InlineData("@place", "category")]
    [InlineData("place $5", "category")]
    [InlineData("zip=code, \"old\"", "real")]
    [InlineData("it's a zip", "real")]
    public void The_kind_that_a_note_advises_works_when_typed_in_a_shell(string name, string kind)
    {
        if (OperatingSystem.IsWindows())
        {
            return;                                                   // there is no POSIX shell
        }

        var table = tables.New(".csv");
        var quoted = name.Replace("\"", "\"\"", StringComparison.Ordinal);
        TinyTables.Write(table, $"\"{quoted}\",a", i => $"{10000 + (i * i % 53 * 997)},{i * 7 % 11}.5");

        var note = (string?)CommandLine.Json("schema", table, "--json")["columns"]![0]!["note"] ?? "";
        var advice = note[note.IndexOf("--kind", StringComparison.Ordinal)..];
        var schema = CommandLine.Json(["schema", table, "--json", .. InShell(advice)]);

        Assert.Equal(kind, (string?)schema["columns"]![0]!["kind"]);
    }

    [Fact]
    public void An_option_that_is_wrong_is_advised_to_be_dropped()
    {
        var table = tables.New(".csv");
        File.WriteAllText(table, "a,b\n1,2\n4,5\n1,2,3,4\n");

        CommandLine.Execute("train", "--data", table, "--delimiter", ",", "--out", tables.New(), "--quiet")
            .RequireFailure(1, "line 4", "Or drop --delimiter");
    }

    [Fact]
    public void Table_options_go_with_a_table_that_is_given()
        => CommandLine.Execute("score", tables.Run, "--delimiter", ";", "--out", tables.New(".csv"), "--quiet")
            .RequireFailure(2, "--delimiter goes with --data: the run's own table was read when it was trained.");

    [Fact]
    public void Results_begin_with_the_ids_of_the_rows()
    {
        var (run, scores, codes, rows) = (tables.New(), tables.New(".csv"), tables.New(".csv"), tables.New(".csv"));
        string[] train = ["train", "--data", tables.Sales, "--id", "id", "--ignore", "note", .. TinyTables.AsNumbers];
        CommandLine.Execute([.. train, .. TinyTables.Small, "--out", run]);

        var json = CommandLine.Json("score", run, "--out", scores, "--json");
        CommandLine.Execute("encode", run, "--data", tables.Sales, "--out", codes, "--quiet");
        CommandLine.Execute("reconstruct", run, "--data", tables.Sales, "--out", rows, "--quiet");

        Assert.StartsWith("row ", (string?)json["strangest"]![0]!["ids"]!["id"], StringComparison.Ordinal);
        Assert.StartsWith("id,line,score\nrow 0,2,", Text(scores), StringComparison.Ordinal);
        Assert.StartsWith("id,line,mean_1,mean_2,log_variance_1,log_variance_2\nrow 0,2,", Text(codes), StringComparison.Ordinal);
        Assert.StartsWith("id,price,size,year\nrow 0,", Text(rows), StringComparison.Ordinal);
        CommandLine.Execute("score", tables.Run, "--data", tables.Sales, "--id", "note", "--out", scores, "--quiet");
        Assert.StartsWith("note,line,score\n\"good, 0\",2,", Text(scores), StringComparison.Ordinal);
        CommandLine.Execute("score", run, "--data", tables.Shuffled, "--out", scores, "--quiet");
        Assert.StartsWith("id,line,score\nx,2,", Text(scores), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_the_model_keeps_its_kind_in_new_rows()
        => CommandLine.Execute("score", tables.Run, "--data", tables.Sales, "--id", "price", "--quiet")
            .RequireFailure(2, "The model has column 'price' as", "so new rows cannot have it as id");

    [Fact]
    public void A_schema_is_printed_written_edited_and_given()
    {
        var (file, run) = (tables.New(".json"), tables.New());

        var printed = CommandLine.Execute("schema", tables.Sales, "--out", file);
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Contains("60 rows, 5 columns", printed.Output, StringComparison.Ordinal);
        Assert.Contains($"{file}: 5 columns, for --schema", printed.Output, StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"year\"", "\"YEAR\"", StringComparison.Ordinal));
        CommandLine.Execute("train", "--data", tables.Sales, "--schema", file, "--out", run, "--quiet")
            .RequireFailure(1, "sales.csv", "'YEAR'");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"YEAR\"", "\"year\"", StringComparison.Ordinal));
        var trained = CommandLine.Execute(["train", "--data", tables.Sales, "--schema", file, .. TinyTables.Small, "--out", run]);
        Assert.True(trained.Code == 0, trained.Error);
    }

    [Fact]
    public void Rows_on_standard_output_are_alone_there()
    {
        var file = tables.New(".csv");
        foreach (var command in new[] { "score", "encode", "reconstruct", "sample" })
        {
            CommandLine.Execute(command, tables.Run, "--out", file);
            var piped = CommandLine.Execute(command, tables.Run, "--out", "-");

            Assert.Equal((0, Text(file)), (piped.Code, piped.Output));
            Assert.Contains("standard output: ", piped.Error, StringComparison.Ordinal);
        }

        CommandLine.Execute("score", tables.Run, "--out", "-", "--json")
            .RequireFailure(2, "--json and --out - both write to standard output");
    }

    [Fact]
    public void Results_are_not_written_over_the_table_that_they_are_made_from()
    {
        var (own, other) = (File.ReadAllText(tables.Sales), File.ReadAllText(tables.Shuffled));
        foreach (var command in new[] { "score", "encode", "reconstruct" })
        {
            CommandLine.Execute(command, tables.Run, "--out", tables.Sales)
                .RequireFailure(2, "--out would write over the data itself");
            CommandLine.Execute(command, tables.Run, "--data", tables.Shuffled, "--out", tables.Shuffled)
                .RequireFailure(2, "--out would write over the data itself");
        }

        CommandLine.Execute("sample", tables.Run, "--out", tables.Sales)
            .RequireFailure(2, "--out would write over the data itself");
        Assert.Equal((own, other), (File.ReadAllText(tables.Sales), File.ReadAllText(tables.Shuffled)));
    }

    [Fact]
    public void A_run_remembers_the_delimiter_of_its_table()
    {
        var (bars, run) = (tables.New(".csv"), tables.New());
        File.WriteAllText(bars, File.ReadAllText(tables.Plain).Replace(';', '|'));
        var trained = CommandLine.Execute([
            "train", "--data", bars, "--delimiter", "|", "--no-header", "--decimal-comma", .. TinyTables.Small, "--out", run]);
        Assert.True(trained.Code == 0, trained.Error);

        Assert.Equal('|', RunFolder.Open(run).Record.Data.Table!.Delimiter);
        Assert.Equal(0, CommandLine.Execute("evaluate", run).Code);
        CommandLine.Execute("train", "--data", bars, "--delimiter", "||").RequireFailure(2, "--delimiter wants one character");
    }

    [Fact]
    public void A_number_that_the_model_does_not_take_is_named_by_every_command()
    {
        var (table, run) = (tables.New(".csv"), tables.New());
        File.WriteAllLines(table, ["share", .. Enumerable.Range(0, 40).Select(i => $"0.{i + 10}")]);
        var trained = CommandLine.Execute(
            ["train", "--data", table, "--scale", "none", "--likelihood", "bernoulli", .. TinyTables.Small, "--out", run]);
        Assert.True(trained.Code == 0, trained.Error);
        var beyond = tables.New(".csv");
        File.WriteAllLines(beyond, ["share", "0.5", "1.5"]);

        foreach (var command in new[] { "evaluate", "score", "encode", "reconstruct" })
        {
            CommandLine.Execute(command, run, "--data", beyond, "--quiet")
                .RequireFailure(1, "line 3, column 'share' must be from 0 to 1");
        }
    }

    [Fact]
    public void Pictures_of_a_table_are_refused()
    {
        CommandLine.Execute("sweep", tables.Run)
            .RequireFailure(2, "vae sweep draws images, but this run was trained on a table.");
        CommandLine.Execute("interpolate", tables.Run, "--quiet")
            .RequireFailure(2, "vae interpolate draws images, but these are the rows of a table.");
        CommandLine.Execute("sample", tables.Run, "--out", tables.New(".png"))
            .RequireFailure(2, "which is written as numbers: --out wants a .csv file");
        CommandLine.Execute("reconstruct", tables.Run, "--out", tables.New(".png"), "--quiet")
            .RequireFailure(2, "--out wants a .csv file");
    }

    [Fact]
    public void A_split_is_refused_for_a_table()
    {
        foreach (var command in new[] { "evaluate", "encode", "score", "reconstruct" })
        {
            CommandLine.Execute(command, tables.Run, "--split", "test")
                .RequireFailure(2, "--split goes with images: a table has one part.");
        }
    }

    [Fact]
    public void Images_are_refused_by_a_run_on_a_table()
    {
        CommandLine.Execute("evaluate", tables.Run, "--data", "drawn", "--quiet")
            .RequireFailureAmongLines(1, "The preparation is of 3 features, but the data has 784.");
        CommandLine.Execute("train", "--resume", tables.Run, "--data", "drawn", "--quiet")
            .RequireFailureAmongLines(1, "the run was begun with other data");
    }

    [Fact]
    public void Info_says_how_the_columns_are_scaled()
    {
        var output = CommandLine.Execute("info", tables.Run).Output;

        Assert.Contains("columns scaled: Standard", output, StringComparison.Ordinal);
        Assert.Contains("60 rows of 3 columns", output, StringComparison.Ordinal);
        Assert.DoesNotContain("pixels", output, StringComparison.Ordinal);
    }

    // The arguments that a POSIX shell makes of a text.
    private static string[] InShell(string text)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"printf '%s\\n' {text}");
        using var shell = Process.Start(start)!;
        return shell.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n');
    }

    private static string Text(string path) => File.ReadAllText(path);

    private static Table Table(string path)
    {
        using var reader = CsvTable.OpenReader(path);
        return Model.Table.Read(reader, new TableOptions { Columns = ["price", "size", "year"] });
    }

    private static float[] Row(Table table, int row)
    {
        var numbers = new float[table.Features];
        table.Gather<float>([row], numbers);
        return numbers;
    }

    // Drawn numbers are rounded to a column's decimals and kept within its bounds: 0 and 4, and years are whole.
    private static void RequireDrawn(float[][] expected, double[][] found)
    {
        for (var i = 0; i < found.Length; i++)
        {
            var (price, size, year) = (found[i][0], found[i][1], found[i][2]);
            Assert.InRange(price, 5050, 11_000);
            Assert.InRange(size, 0.0005, 0.0595);
            Assert.InRange(year, 1990, 2019);
            Assert.Equal(double.Round(year), year);
            Assert.Equal(double.Clamp(expected[i][2], 1990, 2019), year, 0.501);
            Assert.Equal(float.Clamp(expected[i][1], 0.0005f, 0.0595f), size, 0.000051);
        }
    }

    // The command computes rows in double and the model in float.
    private static void RequireClose(float[][] expected, double[][] found)
        => Assert.All(
            expected.SelectMany(row => row).Zip(found.SelectMany(row => row)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6 * (1 + float.Abs(pair.First))));

    private static double Number(JsonObject json, string name) => (double)json[name]!;

    private static double[] Doubles(float[] numbers) => [.. numbers.Select(x => (double)x)];

    // Floats were written as floats, so they are read as floats: 0.1f is not 0.1.
    private static double[][] Numbers(string path, string header, bool starts = false)
    {
        var lines = File.ReadAllLines(path);
        Assert.True(starts ? lines[0].StartsWith(header, StringComparison.Ordinal) : lines[0] == header, lines[0]);
        var isScores = header.EndsWith("score", StringComparison.Ordinal);
        return [.. lines.Skip(1).Select(line => line.Split(',').Select(text => isScores
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : float.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
    }
}
