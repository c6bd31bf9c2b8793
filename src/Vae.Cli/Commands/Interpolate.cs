using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Interpolate(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var from = CommonOptions.Whole("--from", "the number of the first image", 0, least: 0);
        var to = CommonOptions.Whole("--to", "the number of the last image", 1, least: 0);
        var steps = CommonOptions.Whole("--steps", "how many images, both ends included", 12, least: 2, most: MostImages);
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out("the picture to write", "interpolation.png");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "interpolate",
            "Draws the straight line between the codes of two images.",
            "vae interpolate run --from 3 --to 7 --steps 12 --out interpolation.png")
            .With([run, .. data.All, from, to, steps, scale, file, quiet]);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record, model) = Session.Open(parsed.GetValue(run)!);
            var display = Display.For(error, parsed.GetValue(quiet));
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken).ConfigureAwait(false);
            var images = found.RequireImages("interpolate", "vae sample and vae encode write numbers.");
            int[] ends = [parsed.GetValue(from), parsed.GetValue(to)];
            UsageException.Require(
                ends.Max() < images.Count,
                $"There are {images.Count} images, numbered from 0, but image {ends.Max()} was asked for.");

            // All images have the first one's label: there is nothing between two labels.
            var space = new LatentSpace<float>(model);
            var codes = space.Encode(found.Samples, ends, cancellationToken).Mean;
            var labels = Labels(model, space.LabelsOf(found.Samples, ends).FirstOrDefault(), parsed.GetValue(steps));
            var line = LatentGrid.Between(codes.ColumnSpan(0), codes.ColumnSpan(1), parsed.GetValue(steps));
            var picture = Drawing.Rows(
                [("", space.Decode(line, labels, cancellationToken))], images.Columns, parsed.GetValue(scale));
            Session.Save(picture, parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }
}
