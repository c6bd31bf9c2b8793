using System.CommandLine;
using System.Globalization;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int ImagesAtOnce = 4096;

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
            var samples = Session.SamplesOf(images, record);
            AtomicFile.Write(parsed.GetValue(file)!, stream => WriteCodes(stream, images, samples, model, cancellationToken));
            await output.WriteLineAsync($"{parsed.GetValue(file)}: {images.Count:N0} images, {model.Options.Latent} latents").ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    // The label is empty where the images have none. Some images at a time: memory does not grow with their number.
    private static void WriteCodes(
        Stream stream, ImageSet images, ISampleSource samples, VariationalAutoencoder<float> model, CancellationToken cancellationToken)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        var space = new LatentSpace<float>(model);
        var names = Enumerable.Range(1, model.Options.Latent).ToArray();
        writer.WriteLine(string.Join(',', ["label", .. names.Select(k => $"mean_{k}"), .. names.Select(k => $"log_variance_{k}")]));
        for (var done = 0; done < images.Count;)
        {
            int[] some = [.. Enumerable.Range(done, int.Min(ImagesAtOnce, images.Count - done))];
            var encodings = space.Encode(samples, some, cancellationToken);
            for (var i = 0; i < some.Length; i++)
            {
                writer.Write(images.Labels is { } labels ? labels[some[i]].ToString(CultureInfo.InvariantCulture) : "");
                WriteNumbers(writer, encodings.Mean.ColumnSpan(i));
                WriteNumbers(writer, encodings.LogVariance.ColumnSpan(i));
                writer.WriteLine();
            }

            done += some.Length;
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
