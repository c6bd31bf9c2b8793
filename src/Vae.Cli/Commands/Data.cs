using System.CommandLine;
using Vae.Mnist;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Data(TextWriter output, TextWriter error)
    {
        var fetch = new Option<bool>("--fetch")
        {
            Description = $"download MNIST into the cache folder, first from the mirror that {MnistLocator.MirrorVariable} names",
        };
        var quiet = CommonOptions.Quiet();
        var draw = new Option<string?>("--draw")
        {
            Description = "write the drawn digits as IDX files into this folder",
            HelpName = "DIR",
        };
        var command = new DocumentedCommand(
            "data",
            "Shows what data is found where, and fetches it.",
            "vae data",
            "vae data --fetch",
            "vae data --draw digits").With(fetch, draw, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(draw) is { } folder)
            {
                WriteDrawn(folder);
                await output.WriteLineAsync($"{folder}: drawn digits as IDX files; use them with --data {folder}")
                    .ConfigureAwait(false);
                return 0;
            }

            if (parsed.GetValue(fetch))
            {
                var display = Display.For(error, parsed.GetValue(quiet));
                var cacheOnly = new MnistLocator
                {
                    ReadVariable = name => name == MnistLocator.FolderVariable ? null : Environment.GetEnvironmentVariable(name),
                };
                var data = await Session.FindDataAsync("mnist", display, error, cancellationToken, cacheOnly)
                    .ConfigureAwait(false);
                await output.WriteLineAsync($"{data.Source}: {data.Train.Count:N0} training and {data.Test.Count:N0} test images")
                    .ConfigureAwait(false);
                return 0;
            }

            await output.WriteLineAsync(new MnistLocator().Describe()).ConfigureAwait(false);
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
}
