namespace Vae.Cli.Tests;

/// <summary>The export command. Vae.Formats.Tests compares the results of ONNX Runtime with those of the model.</summary>
[Collection(SharedRuns.Name)]
public sealed class ExportTests(TinyRuns tiny)
{
    [Fact]
    public void Export_writes_both_files_and_prints_their_inputs_and_outputs()
    {
        var folder = tiny.New();

        var result = CommandLine.Execute("export", tiny.Run, "--out", folder);

        Assert.Equal((0, ""), (result.Code, result.Error));
        var (encoder, decoder) = (Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "decoder.onnx"));
        Assert.Equal(
            [
                $"{encoder}: x [batch, 64] -> mean [batch, 2], log_variance [batch, 2]; {new FileInfo(encoder).Length:N0} bytes",
                $"{decoder}: z [batch, 2] -> x [batch, 64], logits [batch, 64]; {new FileInfo(decoder).Length:N0} bytes",
            ],
            result.Output.TrimEnd().Split('\n'));
        Assert.Equal([decoder, encoder], Directory.GetFileSystemEntries(folder).Order());
    }

    [Fact]
    public void The_files_of_a_conditional_run_have_a_label_input()
    {
        var lines = CommandLine.Execute("export", tiny.Labelled, "--out", tiny.New()).Output.TrimEnd().Split('\n');

        Assert.Contains("x [batch, 64], label [batch] int64 -> ", lines[0], StringComparison.Ordinal);
        Assert.Contains("z [batch, 2], label [batch] int64 -> ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_replaces_an_older_one_bit_by_bit()
    {
        var folder = tiny.New();
        CommandLine.Execute("export", tiny.Five, "--out", folder);
        CommandLine.Execute("export", tiny.Run, "--out", folder);
        var again = tiny.New();
        CommandLine.Execute("export", tiny.Run, "--out", again);

        Assert.All(
            ["encoder.onnx", "decoder.onnx"],
            name => Assert.Equal(File.ReadAllBytes(Path.Combine(again, name)), File.ReadAllBytes(Path.Combine(folder, name))));
    }

    [Fact]
    public void A_failed_export_is_reported_in_one_line()
    {
        CommandLine.Execute("export", "no-such-run").RequireFailure(1, "no-such-run", "there is no run here");
        CommandLine.Execute("export", tiny.Run, "--out", Path.Combine(tiny.Run, "run.json"))
            .RequireFailure(1, "run.json", "cannot be written");
        CommandLine.Execute("export").RequireFailure(2, "export");
        CommandLine.Execute("export", tiny.Run, "--out", "").RequireFailure(2, "--out wants a path");
    }
}
