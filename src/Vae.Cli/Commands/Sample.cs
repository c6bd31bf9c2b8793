using System.CommandLine;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int MostImages = 40_000;                            // in a picture: 200 x 200 of MNIST's make 33 million pixels

    private static DocumentedCommand Sample(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var count = CommonOptions.Whole("--count", "how many", 64, most: MostImages);
        var seed = CommonOptions.Seed("the seed of the draws");
        var label = CommonOptions.Label("the label of all; one after another unless told");
        var mean = new Option<bool>("--mean")
        {
            Description = "write the mean E[x|z] of each image or row: the default for pictures of grey pixels, "
                + "while rows of a table and 0-or-1 pixels are drawn from p(x|z)",
        };
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out(
            "the picture to write, or a .csv file of numbers; - for numbers to standard output", "samples.png");
        var command = new DocumentedCommand(
            "sample",
            "Draws new images, or rows of a table as numbers: latents from the prior, decoded, and rows from p(x|z).",
            "vae sample run --count 64 --seed 7 --out samples.png",
            "vae sample run --label 7",
            "vae sample sales --count 1000 --out samples.csv").With(run, count, seed, label, mean, scale, file);
        command.SetAction(parsed =>
        {
            var (_, record, model) = Session.Open(parsed.GetValue(run)!);
            Session.RequireLabel(parsed.GetValue(label), record.Model.Classes);
            var isGreyPicture = record.Data.Table is null && record.Model.Pixels == Pixels.Grey;
            var isMean = parsed.GetValue(mean) || isGreyPicture;
            var samples = new LatentSpace<float>(model).Sample(
                parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(label), isMean);
            if (Numbers.FileFor(parsed, file, record, null, "samples.csv") is { } numbers)
            {
                Numbers.Write(new ResultFile(numbers, output, error), record, [samples], isDrawn: !isMean);
            }
            else
            {
                var picture = Drawing.Sheet(samples, Session.ImageColumns(record), parsed.GetValue(scale));
                Session.Save(picture, parsed.GetValue(file)!, output);
            }

            return 0;
        });
        return command;
    }
}
