using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Reconstruct(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var count = CommonOptions.Whole("--count", "how many, from the first on; all for numbers unless told", 12);
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out("the picture to write, or a .csv file of numbers", "reconstructions.png");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "reconstruct",
            "Draws images above their reconstructions from the posterior's mean, or writes reconstructions as numbers.",
            "vae reconstruct run --count 12 --out reconstructions.png",
            "vae reconstruct sales --data new.csv --out reconstructions.csv").With(run, data, split, count, scale, file, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record) = RunFolder.Open(parsed.GetValue(run)!);
            var (request, display) = (parsed.GetValue(data), Display.For(error, parsed.GetValue(quiet)));
            var found = await Session.FindSamplesAsync(
                record, request, parsed.GivenOrNull(split), display, error, cancellationToken).ConfigureAwait(false);
            if (Numbers.FileFor(parsed, file, record, request, "reconstructions.csv") is { } numbers)
            {
                var most = parsed.IsGiven(count) ? parsed.GetValue(count) : int.MaxValue;
                int[] all = [.. Enumerable.Range(0, int.Min(most, found.Samples.Count))];
                var inDouble = new LatentSpace<double>(Session.Load<double>(folder, record));
                var parts = all.Chunk(SamplesAtOnce).Select(some =>
                    inDouble.Reconstruct(found.Samples, some, cancellationToken).Map(number => (float)number));
                Numbers.Write(numbers, record, parts, output);
                return 0;
            }

            var images = found.RequireImages("reconstruct", "Give a .csv file with --out.");
            var space = new LatentSpace<float>(Session.Load<float>(folder, record));
            int[] chosen = [.. Enumerable.Range(0, int.Min(int.Min(parsed.GetValue(count), MostImages), images.Count))];
            var rows = new[]
            {
                ("x", space.Inputs(found.Samples, chosen)),
                ("mean", space.Reconstruct(found.Samples, chosen, cancellationToken)),
            };
            Session.Save(Drawing.Rows(rows, images.Columns, parsed.GetValue(scale)), parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }
}
