using System.CommandLine;
using Vae.Mnist;

namespace Vae.Cli;

internal static partial class Commands
{
    private static Command Data(TextWriter output, TextWriter error)
    {
        var fetch = new Option<bool>("--fetch") { Description = "download MNIST into the cache folder" };
        var draw = new Option<string?>("--draw") { Description = "write the drawn digits as IDX files into this folder", HelpName = "DIR" };
        var command = new Command("data", "Shows what data is found where, and fetches it.\n\nExamples:\n  vae data\n  vae data --fetch\n  vae data --draw digits").With(fetch, draw);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var locator = new MnistLocator();
            if (parsed.GetValue(draw) is { } folder)
            {
                WriteDrawn(folder);
                await output.WriteLineAsync($"{folder}: drawn digits as IDX files; use them with --data {folder}").ConfigureAwait(false);
                return 0;
            }

            if (parsed.GetValue(fetch))
            {
                var display = Display.For(error, quiet: false);
                var data = await display.Run(() => locator.FindAsync("mnist", progress: new FetchLines(display), cancellationToken: cancellationToken)).ConfigureAwait(false);
                await output.WriteLineAsync($"{data.Source}: {data.Train.Count:N0} training and {data.Test.Count:N0} test images").ConfigureAwait(false);
                return 0;
            }

            await output.WriteAsync(locator.Describe()).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static void WriteDrawn(string folder)
    {
        Directory.CreateDirectory(folder);
        var data = ImageData.Drawn(seed: 1);
        IdxFile.WriteImages(Path.Combine(folder, "train-images-idx3-ubyte.gz"), data.Train);
        IdxFile.WriteLabels(Path.Combine(folder, "train-labels-idx1-ubyte.gz"), data.Train.Labels!);
        IdxFile.WriteImages(Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), data.Test);
        IdxFile.WriteLabels(Path.Combine(folder, "t10k-labels-idx1-ubyte.gz"), data.Test.Labels!);
    }

    private sealed class FetchLines(Display display) : IProgress<DataProgress>
    {
        public void Report(DataProgress value)
        {
            if (value.IsTransfer)
            {
                display.Update(value.Message, value.Received, value.Total ?? value.Received);
            }
            else
            {
                display.Line(value.Message);
            }
        }
    }
}
