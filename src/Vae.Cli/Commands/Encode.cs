using System.CommandLine;
using Vae.Formats;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int SamplesAtOnce = 4096;

    private static DocumentedCommand Encode(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var file = CommonOptions.Out("the CSV file to write", "codes.csv");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "encode",
            "Writes the posterior of every image or row: label (an image's) or line (a row's), means, log-variances.",
            "vae encode run --split test --out codes.csv",
            "vae encode sales --data new.csv --out codes.csv").With(run, data, split, file, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            var path = parsed.GetValue(file)!;
            Session.RequireOther(path, record, parsed.GetValue(data));
            var display = Display.For(error, parsed.GetValue(quiet));
            var found = await Session.FindSamplesAsync(
                record, parsed.GetValue(data), parsed.GivenOrNull(split), display, error, cancellationToken)
                .ConfigureAwait(false);
            WriteCodes(path, found, model, cancellationToken);
            await output.WriteLineAsync($"{path}: {found.Samples.Count:N0} {found.Unit}s, {model.Options.Latent} latents")
                .ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    // An image without a label gets an empty field. The samples are read in pieces, so that memory does not
    // grow with their number.
    private static void WriteCodes(
        string path, RunSamples found, VariationalAutoencoder<float> model, CancellationToken cancellationToken)
    {
        var space = new LatentSpace<float>(model);
        var latents = Enumerable.Range(1, model.Options.Latent);
        string[] columns =
        [
            found.Table is null ? "label" : "line",
            .. latents.Select(k => $"mean_{k}"),
            .. latents.Select(k => $"log_variance_{k}"),
        ];
        CsvOutput.Write(path, columns, file =>
        {
            for (var done = 0; done < found.Samples.Count; done += SamplesAtOnce)
            {
                int[] some = [.. Enumerable.Range(done, int.Min(SamplesAtOnce, found.Samples.Count - done))];
                var encodings = space.Encode(found.Samples, some, cancellationToken);
                for (var i = 0; i < some.Length; i++)
                {
                    var first = found.Images is { } images ? $"{images.Labels?[some[i]]}" : found.NumberOf(some[i]);
                    file.Row<float>(first, [.. encodings.Mean.ColumnSpan(i), .. encodings.LogVariance.ColumnSpan(i)]);
                }
            }
        });
    }
}
