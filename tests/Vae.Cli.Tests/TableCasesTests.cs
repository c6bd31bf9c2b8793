using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>Tables as people write them, which are read without an option, and what is said about them.</summary>
public sealed class TableCasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_offset_does_not_change_the_scores_of_a_model_of_numbers()
    {
        var scores = new[] { 0, 1.7e9, 1e12 }.Select(offset =>
        {
            string Rows(int from, int to) => string.Concat(Enumerable.Range(from, to - from).Select(i => string.Create(
                CultureInfo.InvariantCulture, $"{offset + (double.Round(64 * double.Sin(i)) / 64)},{double.Cos(i):F3}\n")));
            var run = Train("x,y\n" + Rows(0, 80), TinyTables.AsNumbers);
            return Scores(run, New(".csv", "x,y\n" + Rows(80, 90))).Select(line => double.Parse(line.Split(',')[1])).ToArray();
        }).ToArray();

        foreach (var shifted in scores[1..])
        {
            // A step of the table is 1/64 and its numbers have 2^-13 at 1e12: the standardised rows differ by some 1e-4.
            Assert.All(scores[0].Zip(shifted), pair => Assert.Equal(pair.First, pair.Second, 0.01 * double.Abs(pair.First)));
        }
    }

    [Theory]
    [InlineData("index", ",a,b\n0,1.5,2\n1,3.5,4\n2,2.5,1\n")]
    [InlineData("row names", "\"a\",\"b\"\n\"r1\",1.5,2\n\"r2\",3.5,4\n\"r3\",2.5,1\n")]
    [InlineData("trailing", "a,b,\n1.5,2,\n3.5,4,\n2.5,1,\n")]
    [InlineData("semicolons", "a;b\n1,5;2,5\n3,5;4\n2,5;1\n")]
    [InlineData("bars", "a|b\n1.5|2\n3.5|4\n2.5|1\n")]
    [InlineData("spaces", "a b\n1.5 2\n3.5 4\n2.5 1\n")]
    [InlineData("commas in a name", "a, net;b, m2\n1.5;2\n3.5;4\n2.5;1\n")]
    [InlineData("a title", "Sales of the year\na,b\n1.5,2\n3.5,4\n2.5,1\n")]
    [InlineData("a comment", "# written on a Monday\na,b\n1.5,2\n3.5,4\n2.5,1\n")]
    [InlineData("no header", "1,1,0\n2,0,1\n0,2,1\n3,1,4\n")]
    [InlineData("thousands", "a;b\n1.125,73;0,5\n2.001,50;0,1\n3.002,25;0,2\n")]
    [InlineData("a no-break space", "a,b\n\u00a01.5,2\n3.5,4\n2.5,1\n")]
    [InlineData("texts", "a,cut,colour\n1.5,Ideal,E\n2.5,Good,F\n3.5,Fair,G\n")]
    [InlineData("flags", "a,b\n1.5,True\n2.5,False\n3.5,True\n")]
    [InlineData("holes", "a,b\n1.5,2\n,4\n2.5,NA\n3.5,1\n")]
    public void A_table_is_trained_on_and_scored_without_an_option(string what, string text)
    {
        var run = Train(text);
        var lines = Scores(run, New(".csv", text));

        Assert.True(lines.Length >= 3, what);
        Assert.All(lines, line => Assert.True(double.IsFinite(double.Parse(line.Split(',')[^2])), line));
    }

    [Theory]
    [InlineData("a;b\n0,1;0,2\n0,3;0,1\n-0,2;0,4\n", "--decimal-comma")]
    [InlineData("a;b\n0,1;0,2\n0,3;0,1\n-0,2;0,4\n", "")]
    [InlineData("a,b\n0.1,0.2\n0.3,0.1\n-0.2,0.4\n", "")]
    public void A_new_table_may_be_written_in_another_way_than_the_runs_own(string own, string option)
    {
        var run = Train(own, option.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var samples = _folder.File("samples.csv");
        Assert.Equal(0, CommandLine.Execute("sample", run, "--count", "3", "--out", samples).Code);

        var semicolons = Scores(run, New(".csv", "a;b\n0,1;0,25\n0,3;0,1\n"));
        Assert.Equal(semicolons, Scores(run, New(".csv", "a,b\n0.1,0.25\n0.3,0.1\n")));
        Assert.Equal(semicolons, Scores(run, New(".csv", "b\ta\n0.25\t0.1\n0.1\t0.3\n")));
        Assert.Equal(3, Scores(run, samples).Length);
    }

    [Fact]
    public void A_column_with_a_comma_in_its_name_can_be_left_out()
    {
        const string text = "a,\"place, country\",b\n1.5,10,1\n2.5,20,3\n3.5,35,2\n";
        Assert.Equal(["a", "b"], Features(Train(text, "--ignore", "place, country")));
        Assert.Equal(["a"], Features(Train(text, "--ignore", "place, country,b")));
    }

    [Fact]
    public void A_single_column_with_decimal_commas_is_read_with_a_note_or_the_option_is_advised()
    {
        var table = New(".csv", "x\n0,1\n0,3\n-0,2\n0,7\n");
        var result = CommandLine.Execute("train", "--data", table, "--epochs", "1", "--out", _folder.File("one"));

        Assert.Contains("decimal", result.Error, StringComparison.Ordinal);
        Assert.Equal(["x"], Features(Train("x\n0,1\n0,3\n-0,2\n0,7\n", "--decimal-comma")));
    }

    [Fact]
    public void Columns_that_are_left_out_are_named_before_the_training()
    {
        var table = New(".csv", "a,cut,colour,name\n" + string.Concat(
            Enumerable.Range(0, 30).Select(i => $"{i * 7 % 30}.5,{"xyz"[i % 3]},{"uvw"[i % 3]},person {i}\n")));
        var result = CommandLine.Execute(
            "train", "--data", table, "--epochs", "1", "--out", _folder.File("left"));

        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("left out: name (id: ", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"\n  a +real +0\.5 to 29\.5 +mixture of 5 Gaussians", result.Error.ReplaceLineEndings("\n"));
        Assert.Matches(@"\n  cut +category +x, y, z +category of 3 levels", result.Error.ReplaceLineEndings("\n"));
        var numbers = CommandLine.Execute([
            "train", "--data", table, "--epochs", "1", .. TinyTables.AsNumbers, "--out", _folder.File("numbers")]);
        Assert.Matches(@"note: .*left out of the training: 'cut', 'colour'", numbers.Error);
    }

    [Fact]
    public void A_table_of_texts_alone_has_no_numbers_to_be_modelled_alike()
    {
        var table = New(".csv", "cut,colour\nx,u\ny,v\nx,w\nz,u\n");
        string[] train = ["train", "--data", table, "--epochs", "1", "--quiet", "--out", _folder.File("texts")];

        CommandLine.Execute([.. train, "--scale", "standard"]).RequireFailure(
            1, "no column can be trained on", "cut", "Without --likelihood and --scale, categories are trained on, too");
        Execute([], train);
    }

    [Fact]
    public void A_first_line_of_numbers_is_a_row_and_this_is_said()
    {
        var table = New(".csv", "5,3,1\n2,0,1\n0,2,1\n4,2,2\n");
        var result = CommandLine.Execute("train", "--data", table, "--epochs", "1", "--out", _folder.File("rows"));

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(4, RunFolder.Open(_folder.File("rows")).Record.Data.Samples);
        Assert.Contains("note: line 1 is read as a row", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_never_varies_is_noted_in_training()
    {
        var table = New(".csv", "a,k\n0.5,0.1\n1.5,0.1\n-0.5,0.1\n2.5,0.1\n");
        var result = CommandLine.Execute("train", "--data", table, "--epochs", "1", "--out", _folder.File("constant"));

        Assert.True(result.Code == 0, result.Error);
        Assert.Matches(@"note: .*\bk\b", result.Error);
    }

    [Fact]
    public void A_gzipped_table_is_read_from_a_file_and_from_standard_input()
    {
        const string text = "a,b\n1.5,2\n3.5,4\n2.5,1\n";
        var file = _folder.File("table.csv.gz");
        using (var stream = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        var run = Train(text);
        var expected = Scores(run, New(".csv", text));

        Assert.Equal(expected, Scores(run, file));
        var piped = CommandLine.Execute(File.ReadAllBytes(file), "score", run, "--data", "-", "--out", "-", "--top", "1");
        Assert.Equal(["line,score,score_error", .. expected], piped.Output.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("standard output: 3 rows", piped.Error.Split("note: ")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_on_standard_input_keeps_its_table_and_is_resumed_from_it()
    {
        var text = Encoding.UTF8.GetBytes("name,a,b\n" + string.Concat(
            Enumerable.Range(0, 40).Select(i => $"row {i},{i * 7 % 40}.5,{i * 3 % 40}\n")));
        var (whole, parts) = (_folder.File("whole"), _folder.File("parts"));
        string[] train = ["train", "--data", "-", "--keep-by", "last", "--schedule", "constant", .. TinyTables.Small];
        Execute(text, [.. train[..^1], "--quiet", "--out", whole]);
        Execute(text, [.. train.Select(word => word == "3" ? "2" : word), "--out", parts]);
        Execute([], "train", "--resume", parts, "--epochs", "3", "--accept-changes", "--quiet");

        Assert.Equal(VaeModel.Load(whole).Sample(5, seed: 1), VaeModel.Load(parts).Sample(5, seed: 1));
        var scores = _folder.File("scores.csv");
        Execute([], "score", whole, "--out", scores, "--quiet");
        Assert.Equal("name,line,score,score_error", File.ReadLines(scores).First());
        Assert.StartsWith("row 0,2,", File.ReadLines(scores).ElementAt(1), StringComparison.Ordinal);
        File.Delete(Path.Combine(parts, "table.safetensors"));
        CommandLine.Execute("evaluate", parts, "--quiet")
            .RequireFailure(1, "the run's table came from standard input", "--data");
    }

    private static IReadOnlyList<string> Features(string run) => RunFolder.Open(run).Record.Preparation!.Columns;

    private static void Execute(byte[] input, params string[] arguments)
    {
        var result = CommandLine.Execute(input, arguments);
        Assert.True(result.Code == 0, result.Error);
    }

    private string Train(string text, params string[] options)
    {
        var run = _folder.File($"run-{_files}");
        Execute([], ["train", "--data", New(".csv", text), .. TinyTables.Small, .. options, "--out", run]);
        return run;
    }

    // The lines of the scores of a table, with commas and decimal points whatever the table has.
    private string[] Scores(string run, string table)
    {
        var file = _folder.File($"scores-{_files++}.csv");
        Execute([], ["score", run, "--data", table, "--out", file, "--quiet"]);
        var lines = File.ReadAllLines(file);
        var separator = lines[0][lines[0].IndexOf("score", StringComparison.Ordinal) - 1];
        return [.. lines.Skip(1).Select(line => string.Join(',', line.Split(separator).Select(text => text.Replace(',', '.'))))];
    }

    private string New(string ending, string text)
    {
        var path = _folder.File($"table-{_files++}{ending}");
        File.WriteAllText(path, text);
        return path;
    }
}
