using System.CommandLine;
using System.Globalization;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Encode(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var file = CommonOptions.Out("the CSV file to write", "codes.csv");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "encode", "Writes the posterior of every image: label, means, log-variances, a line each.", "vae encode run --split test --out codes.csv")
            .With(run, data, split, file, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            var images = await Session.FindSplitAsync(record, parsed.GetValue(data), parsed.GetValue(split)!, Display.For(error, parsed.GetValue(quiet)), error, cancellationToken).ConfigureAwait(false);
            var encodings = new LatentSpace<float>(model).Encode(Session.SamplesOf(images, record), [.. Enumerable.Range(0, images.Count)], cancellationToken);
            AtomicFile.Write(parsed.GetValue(file)!, stream => WriteCodes(stream, images, encodings));
            await output.WriteLineAsync($"{parsed.GetValue(file)}: {images.Count:N0} images, {model.Options.Latent} latents").ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    // The label is empty where the images have none.
    private static void WriteCodes(Stream stream, ImageSet images, Encodings<float> encodings)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var latents = encodings.Mean.RowCount;
        var names = Enumerable.Range(1, latents).ToArray();
        writer.WriteLine(string.Join(',', ["label", .. names.Select(k => $"mean_{k}"), .. names.Select(k => $"log_variance_{k}")]));
        for (var image = 0; image < images.Count; image++)
        {
            writer.Write(images.Labels is { } labels ? labels[image].ToString(CultureInfo.InvariantCulture) : "");
            WriteNumbers(writer, encodings.Mean.ColumnSpan(image));
            WriteNumbers(writer, encodings.LogVariance.ColumnSpan(image));
            writer.WriteLine();
        }
    }

    private static void WriteNumbers(StreamWriter writer, ReadOnlySpan<float> numbers)
    {
        foreach (var number in numbers)
        {
            writer.Write(',');
            writer.Write(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
