using MathNet.Numerics.LinearAlgebra;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Sweep(TextWriter output)
    {
        var run = CommonOptions.Run();
        var from = CommonOptions.Number("--from", "the first value of each latent", -3, double.IsFinite, "a number");
        var to = CommonOptions.Number("--to", "the bound that every value stays below", 3, double.IsFinite, "a number");
        var step = CommonOptions.NumberAboveZero("--step", "the distance between two values", 0.2);
        var label = CommonOptions.Label("the label of all; 0 unless told");
        var file = CommonOptions.Out("the picture to write", "sweep.png");
        var command = new DocumentedCommand(
            "sweep",
            "Draws the meaning of latents: a line for one latent, a plane for two, a row for each (the others 0) for more.",
            "vae sweep run --from -1.5 --to 1.5 --step 0.03 --out line.png",
            "vae sweep run --from -5 --to 5 --step 0.2 --out plane.png").With(run, from, to, step, label, file);
        command.SetAction(parsed =>
        {
            var (first, end) = (parsed.GetValue(from), parsed.GetValue(to));
            UsageException.Require(first < end, $"--from must be below --to, but is {first} against {end}.");
            var (_, record, model) = Session.Open(parsed.GetValue(run)!);
            UsageException.Require(
                record.Data.Table is null,
                "vae sweep draws images, but this run was trained on a table. vae sample writes rows of numbers.");
            Session.RequireLabel(parsed.GetValue(label), record.Model.Classes);
            var values = SweepValues(first, end, parsed.GetValue(step), record.Model.Latent);
            var picture = DrawSweep(model, parsed.GetValue(label) ?? 0, values, Session.ImageColumns(record));
            Session.Save(picture, parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }

    private static double[] SweepValues(double from, double to, double step, int latents)
    {
        var count = double.Ceiling((to - from) / step);
        var images = latents switch { 1 => count, 2 => count * count, _ => count * latents };
        UsageException.Require(
            images <= MostImages,
            $"A sweep of {latents} latents from {from} to {to} at {step} would have {images:N0} images, "
                + $"more than {MostImages:N0}. Take a larger --step.");
        return LatentGrid.Values(from, to, step);
    }

    private static GreyImage DrawSweep(VariationalAutoencoder<float> model, int label, double[] values, int imageColumns)
    {
        var space = new LatentSpace<float>(model);
        var latents = model.Options.Latent;
        Matrix<float> Decode(Matrix<float> grid) => space.Decode(grid, Labels(model, label, grid.ColumnCount));
        return latents switch
        {
            1 => Drawing.Line(Decode(LatentGrid.Line(values)), values, Columns(values.Length), imageColumns),
            2 => Drawing.Plane(Decode(LatentGrid.Plane(values, values)), values, values, imageColumns),
            _ => Drawing.Rows(
                [.. Enumerable.Range(0, latents).Select(i => ($"z{i + 1}", Decode(LatentGrid.Line(values, latents, i))))],
                imageColumns,
                title: $"{values[0]:0.###} to {values[^1]:0.###}, the others 0"),
        };
    }

    // The same label for every image; none for a model without labels.
    private static int[] Labels(VariationalAutoencoder<float> model, int label, int count)
        => model.Options.Classes == 0 ? [] : [.. Enumerable.Repeat(label, count)];

    // The divisor of the count next to its root (100 = 10 x 10, 210 = 14 rows of 15), else the root itself.
    private static int Columns(int count)
    {
        var root = (int)double.Ceiling(double.Sqrt(count));
        var divisor = Enumerable.Range(root, int.Max(1, root)).FirstOrDefault(columns => count % columns == 0);
        return divisor == 0 ? root : divisor;
    }
}
