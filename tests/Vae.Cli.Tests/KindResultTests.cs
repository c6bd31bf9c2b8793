using System.Globalization;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>The results of a model of a table's columns through the command line: filled-in, drawn, scored and reconstructed rows
/// in the table's own form.</summary>
public sealed class KindResultTests(TinyKinds tables) : IClassFixture<TinyKinds>
{
    [Fact]
    public void An_imputation_fills_every_hole_and_changes_nothing_else()
    {
        var file = tables.New(".csv");
        var result = Execute("impute", tables.Run, "--data", tables.Sales, "--out", file, "--quiet");

        Assert.Matches(
            @": 90 rows; 13 values filled in, median effective sample size \d+, doubtful rows: \d+", result.Output);
        Assert.Equal(TinyKinds.Header, File.ReadLines(file).First());
        var full = TinyKinds.Read(file);
        for (var i = 0; i < TinyKinds.Rows; i++)
        {
            var own = TinyKinds.Fields(i);
            Assert.All(own.Zip(full[i]), pair => Assert.Equal(pair.First.Length > 0 ? pair.First : pair.Second, pair.Second));
            Assert.DoesNotContain("", full[i]);
        }
    }

    [Fact]
    public void Without_data_the_runs_own_table_is_filled_in()
    {
        var (own, given) = (tables.New(".csv"), tables.New(".csv"));
        Execute("impute", tables.Run, "--out", own, "--quiet");
        Execute("impute", tables.Run, "--data", tables.Sales, "--out", given, "--quiet");

        Assert.Equal(File.ReadAllText(given), File.ReadAllText(own));
    }

    [Fact]
    public void Multiple_imputations_are_numbered_in_a_first_column()
    {
        var file = tables.New(".csv");
        var json = CommandLine.Json(
            "impute", tables.Run, "--data", tables.Sales, "--draws", "4", "--seed", "5", "--out", file, "--json");

        Assert.Equal(
            (TinyKinds.Rows, 4, true), ((int)json["rows"]!, (int)json["imputations"]!, (int)json["filled"]! > 0));
        Assert.Equal($"imputation,{TinyKinds.Header}", File.ReadLines(file).First());
        var rows = TinyKinds.Read(file);
        Assert.Equal(4 * TinyKinds.Rows, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(($"{1 + (i % 4)}", $"c{i / 4:D3}"), (rows[i][0], rows[i][1]));
        }

        var drawn = Enumerable.Range(0, TinyKinds.Rows).Where(i => TinyKinds.Fields(i).Contains(""));
        Assert.Contains(drawn, i => rows.Skip(4 * i).Take(4).Select(row => string.Join('|', row[1..])).Distinct().Count() > 1);
    }

    [Fact]
    public void A_column_named_imputation_keeps_its_name()
    {
        var run = tables.New();
        var table = tables.Write([
            "imputation,b", .. Enumerable.Range(0, 40).Select(i => $"{(i % 5 == 0 ? "" : "xy"[i % 2])},{i * 7 % 40}.5")]);
        Execute(["train", "--data", table, .. TinyKinds.Small, "--out", run]);

        var rows = Execute("impute", run, "--draws", "2", "--out", "-", "--quiet").Output;

        Assert.StartsWith("imputation_,imputation,b\n1,", rows, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_holes_is_written_as_it_is_and_that_is_said()
    {
        var table = tables.Write(TinyKinds.Header, string.Join(',', TinyKinds.Fields(0)));
        var result = Execute("impute", tables.Run, "--data", table, "--out", "-", "--quiet");

        Assert.Equal(File.ReadAllText(table), result.Output);
        Assert.Contains("1 rows; no value was missing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawn_rows_are_read_back_by_the_runs_own_schema()
    {
        var file = tables.New(".csv");
        Execute("sample", tables.Run, "--count", "50", "--out", file, "--quiet");
        var score = Execute("score", tables.Run, "--data", file, "--out", tables.New(".csv"));

        Assert.Equal(TinyKinds.Header, File.ReadLines(file).First());
        Assert.DoesNotContain("note:", score.Error, StringComparison.Ordinal);
        foreach (var row in TinyKinds.Read(file))
        {
            Assert.Equal("", row[0]);                                 // a drawn row is nobody's
            Assert.Contains(row[1], (string[])["Rome", "New York, NY", "a=b"]);
            Assert.Contains(row[2], (string[])["yes", "no"]);
            Assert.InRange(int.Parse(row[3], CultureInfo.InvariantCulture), 0, 8);
            Assert.Matches(@"^\d+\.\d\d$", row[4]);
            Assert.Matches(@"^-?\d+\.\d$", row[5]);
            Assert.Matches(@"^2026-\d\d-\d\d$", row[6]);
            Assert.Contains(row[7], (string[])["low", "medium", "high"]);
            Assert.Equal("EU", row[8]);
        }
    }

    [Fact]
    public void Rows_are_drawn_under_conditions()
    {
        var result = Execute(
            "sample", tables.Run, "--count", "20", "--where", "city=a=b", "--where", "temp=12", "--where", "member=TRUE",
            "--where", "day=2026-03-01", "--out", "-");

        var rows = Lines(result.Output);
        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.Equal(("a=b", "yes", "12.0", "2026-03-01"), (row[1], row[2], row[5], row[6])));
        Assert.Contains("note: effective sample size of the conditions ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_cannot_be_is_refused_with_a_remedy_that_works()
    {
        string[] sample = ["sample", tables.Run, "--count", "2", "--out", tables.New(".csv")];
        void RequireRefused(string condition, params string[] words)
            => CommandLine.Execute([.. sample, "--where", condition]).RequireFailure(2, words);

        RequireRefused(
            "town=Rome", "--where: A condition is on column 'town', which the model does not have.", "'city', 'member'");
        RequireRefused("city=Paris", "--where: The condition on column 'city' is 'Paris', which is none of its levels", "'Rome'");
        RequireRefused("visits=2.5", "column 'visits' is '2.5', but its values are whole numbers of 0 or above");
        RequireRefused("temp=warm", "column 'temp' is 'warm', but its values are numbers, from", "--where temp=");
        RequireRefused(
            "day=1.2.2026", "column 'day' is '1.2.2026', but its values are dates written as yyyy-MM-dd", "--where day=2026-");
        RequireRefused("code=c001", "column 'code', which the model does not know", "The columns are 'city'");
        RequireRefused("region=US", "column 'region' is 'US'", "'EU'", "Leave that condition out");
        RequireRefused("city", "--where wants NAME=VALUE, but got 'city'.", "such as --where");
        RequireRefused("city=", "column 'city' is '', which is none of its levels", "--where city=");
        CommandLine.Execute([.. sample, "--where", "visits=1", "--where", "visits=2"])
            .RequireFailure(2, "Column 'visits' can have one value, but '1' and '2' are given.");
        Execute([.. sample, "--where", "region=EU", "--where", "city=New York, NY"]);
    }

    [Fact]
    public void Results_are_in_the_notation_of_the_runs_table()
    {
        var (full, samples, scores) = (tables.New(".csv"), tables.New(".csv"), tables.New(".csv"));
        Execute("impute", tables.CommaRun, "--out", full, "--quiet");
        Execute("sample", tables.CommaRun, "--count", "5", "--where", "temp=3,5", "--out", samples, "--quiet");
        Execute("score", tables.CommaRun, "--out", scores, "--quiet");

        var header = TinyKinds.Header.Replace(',', ';');
        Assert.Equal(header, File.ReadLines(full).First());
        Assert.Equal(TinyKinds.Fields(0)[4].Replace('.', ','), TinyKinds.Read(full, ';')[0][4]);
        Assert.All(TinyKinds.Read(samples, ';'), row => Assert.Equal("3,5", row[5]));
        Assert.Matches(@"^c000;2;-?\d+,\d+;\d+,\d+$", File.ReadLines(scores).ElementAt(1));
        Execute("score", tables.CommaRun, "--data", samples, "--out", scores, "--quiet");
        Execute("encode", tables.CommaRun, "--out", scores, "--quiet");
        Assert.StartsWith("code;line;mean_1;", File.ReadLines(scores).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_has_the_error_of_its_draws()
    {
        var (few, many) = (tables.New(".csv"), tables.New(".csv"));
        var json = CommandLine.Json("score", tables.Run, "--out", few, "--draws", "200", "--top", "2", "--json");
        Execute("score", tables.Run, "--out", many, "--draws", "5000", "--quiet");

        Assert.Equal("code,line,score,score_error", File.ReadLines(few).First());
        Assert.Equal("c000", TinyKinds.Read(few)[0][0]);
        double MeanError(string file) => TinyKinds.Read(file).Average(row => double.Parse(row[3], CultureInfo.InvariantCulture));
        // It would be 10 times less if weights had a small variance; those of a model after one epoch have not, and few draws
        // underestimate their error.
        Assert.True(MeanError(many) < MeanError(few) / 1.5, $"{MeanError(many)} {MeanError(few)}");
        Assert.True((double)json["strangest"]![0]!["score_error"]! > 0);
        Assert.True((double)json["median_error"]! > 0);
    }

    [Fact]
    public void Reconstructions_are_rows_of_the_table()
    {
        var (all, some) = (tables.New(".csv"), tables.New(".csv"));
        var result = Execute("reconstruct", tables.Run, "--out", all, "--quiet");
        Execute("reconstruct", tables.Run, "--data", tables.Sales, "--count", "7", "--out", some, "--quiet");

        Assert.Contains("90 rows of 9 columns", result.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadLines(all).Take(8), File.ReadLines(some));
        Assert.Equal(("c000", "EU"), (TinyKinds.Read(all)[0][0], TinyKinds.Read(all)[0][8]));
    }

    [Fact]
    public void Codes_begin_with_ids_and_lines()
        => Assert.StartsWith(
            "code,line,mean_1,mean_2,log_variance_1,log_variance_2\nc000,2,",
            Execute("encode", tables.Run, "--out", "-", "--quiet").Output,
            StringComparison.Ordinal);

    [Fact]
    public void New_rows_may_lack_columns_and_have_others()
    {
        var table = tables.Write("name,city,price", "x,Rome,11.50", "y,Rome,25");
        var file = tables.New(".csv");
        var result = Execute("impute", tables.Run, "--data", table, "--id", "name", "--out", file);

        Assert.Contains(
            "note: not in the table, so missing in all its rows: 'member', 'visits', 'temp', 'day', 'grade'",
            result.Error,
            StringComparison.Ordinal);
        Assert.Equal($"name,{TinyKinds.Header}", File.ReadLines(file).First());
        var rows = TinyKinds.Read(file);
        Assert.Equal(("x", "Rome", "11.50", "EU"), (rows[0][0], rows[0][2], rows[0][5], rows[0][9]));
        Assert.DoesNotContain("", rows[1][2..]);
        foreach (var command in new[] { "score", "encode", "reconstruct", "evaluate" })
        {
            Execute([command, tables.Run, "--data", table, "--quiet", .. command == "evaluate" ? [] : new[] { "--out", file }]);
        }

        CommandLine.Execute("score", tables.Run, "--data", tables.Write("u,v", "1,2", "2,3"), "--out", file, "--quiet")
            .RequireFailure(1, "The schema has 7 columns that the table lacks: 'city'");
    }

    [Fact]
    public void Another_value_of_a_constant_column_is_noted()
    {
        var fields = TinyKinds.Fields(0);
        var table = tables.Write(TinyKinds.Header, string.Join(',', fields), string.Join(',', [.. fields[..8], "US"]));
        var score = Execute("score", tables.Run, "--data", table, "--out", tables.New(".csv"));

        Assert.Contains(
            "note: column 'region' is 'EU' in every training row, so the model does not have it; in 1 of 2 new rows it is "
                + "another, which counts for nothing: 'US' first, line 3",
            score.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("unknown level", score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_on_standard_output_are_alone_there()
    {
        var file = tables.New(".csv");
        foreach (var command in new[] { "impute", "score", "encode", "reconstruct", "sample" })
        {
            Execute(command, tables.Run, "--out", file);
            var piped = Execute(command, tables.Run, "--out", "-");

            Assert.Equal(File.ReadAllText(file), piped.Output);
            Assert.Contains("standard output: ", piped.Error, StringComparison.Ordinal);
        }

        CommandLine.Execute("impute", tables.Run, "--out", "-", "--json")
            .RequireFailure(2, "--json and --out - both write to standard output");
        CommandLine.Execute("impute", tables.Run, "--out", tables.Sales)
            .RequireFailure(2, "--out would write over the data itself");
    }

    [Fact]
    public void Commands_that_need_kinds_refuse_other_runs_with_a_remedy()
    {
        var numbers = tables.New();
        Execute(["train", "--data", tables.Sales, "--scale", "standard", .. TinyKinds.Small, "--out", numbers]);
        string[] words =
        [
            "wants a model with a likelihood for each column, but this run's model is of numbers alone.",
            $"vae train --data {tables.Sales} --out by-kind",
        ];

        CommandLine.Execute("impute", numbers, "--out", tables.New()).RequireFailure(2, ["vae impute", .. words]);
        CommandLine.Execute("sample", numbers, "--where", "city=Rome").RequireFailure(2, ["--where", .. words]);
    }

    [Fact]
    public void A_model_by_kinds_refuses_means_and_pictures()
    {
        CommandLine.Execute("sample", tables.Run, "--mean", "--out", tables.New(".csv"))
            .RequireFailure(2, "--mean goes with images and with models of numbers alone. Leave it out");
        CommandLine.Execute("sample", tables.Run, "--out", tables.New(".png")).RequireFailure(2, "--out wants a .csv file");
        CommandLine.Execute("sweep", tables.Run).RequireFailure(2, "vae sweep draws images");
        CommandLine.Execute("interpolate", tables.Run, "--quiet").RequireFailure(2, "vae interpolate draws images");
    }

    // Vae.Formats.Tests compares the results of ONNX Runtime with those of such a model.
    [Fact]
    public void A_model_by_kinds_is_exported_to_onnx_and_what_is_left_out_is_said()
    {
        var folder = tables.New();
        var lines = Execute("export", tables.Run, "--out", folder).Output.TrimEnd().Split('\n');
        Assert.Matches(@"encoder\.onnx: x \[batch, \d+\] float64 -> mean \[batch, \d+\], log_variance", lines[0]);
        Assert.Matches(@"decoder\.onnx: z \[batch, \d+\] -> x \[batch, \d+\] float64,", lines[1]);
        Assert.Contains(lines, line => line.Contains("city_probability [batch, ", StringComparison.Ordinal));
        Assert.StartsWith("not in the files: texts and dates as text", lines[^1], StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(folder).Length);

        var path = Path.Combine(folder, "encoder.onnx");
        CommandLine.Execute("evaluate", path).RequireFailure(1, "there is no run here");
        var refusal = Assert.Throws<CheckpointException>(() => TableModel.Load(path));
        Assert.Contains("encoder.onnx", refusal.Message, StringComparison.Ordinal);
    }

    private static CommandLine.Result Execute(params string[] arguments)
    {
        var result = CommandLine.Execute(arguments);
        Assert.True(result.Code == 0, result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        return result;
    }

    private static string[][] Lines(string output)
        => [.. output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(','))];
}
