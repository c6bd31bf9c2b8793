using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int SamplesAtOnce = 4096;

    private static DocumentedCommand Encode(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var file = CommonOptions.Out("the CSV file to write; - for standard output", "codes.csv");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "encode",
            "Writes the posterior of every image or row: label (an image's) or IDs and line (a row's), means, log-variances.",
            "vae encode run --split test --out codes.csv",
            "vae encode sales --data new.csv --out codes.csv").With(run)
            .WithGroup("Options", [.. data.All, file, quiet])
            .WithGroup("A table", data.Table.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record, model) = Session.Open(parsed.GetValue(run)!);
            var path = parsed.GetValue(file)!;
            Session.RequireOther(path, record, data.Request(parsed));
            var result = new ResultFile(path, output, error, ByKind.NotationOf(record, path));
            var display = Display.For(error, parsed.GetValue(quiet));
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken).ConfigureAwait(false);
            WriteCodes(result, found, model, cancellationToken);
            result.Report($"{found.Samples.Count:N0} {found.Unit}s, {model.Options.Latent} latents");
            return 0;
        });
        return command;
    }

    // An image without a label gets an empty field. The samples are read in pieces, so that memory does not
    // grow with their number.
    private static void WriteCodes(
        ResultFile result, RunSamples found, VariationalAutoencoder<float> model, CancellationToken cancellationToken)
    {
        var space = new LatentSpace<float>(model);
        var latents = Enumerable.Range(1, model.Options.Latent);
        string[] columns =
        [
            found.Table is null ? "label" : "line",
            .. latents.Select(k => $"mean_{k}"),
            .. latents.Select(k => $"log_variance_{k}"),
        ];
        result.Write(found.Ids.Before(columns), file =>
        {
            for (var done = 0; done < found.Samples.Count; done += SamplesAtOnce)
            {
                int[] some = [.. Enumerable.Range(done, int.Min(SamplesAtOnce, found.Samples.Count - done))];
                var encodings = space.Encode(found.Samples, some, cancellationToken);
                for (var i = 0; i < some.Length; i++)
                {
                    var first = found.Images is { } images ? $"{images.Labels?[some[i]]}" : found.NumberOf(some[i]);
                    file.Row<float>(
                        [.. found.Ids.Of(some[i]), first],
                        [.. encodings.Mean.ColumnSpan(i), .. encodings.LogVariance.ColumnSpan(i)]);
                }
            }
        });
    }
}
