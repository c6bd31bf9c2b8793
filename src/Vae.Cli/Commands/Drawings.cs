using System.CommandLine;
using MathNet.Numerics.LinearAlgebra;
using Vae.Formats;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The commands that draw: samples, sweeps, reconstructions, interpolations.</summary>
internal static partial class Commands
{
    private const int MostImages = 40_000;                            // in a picture: 200 x 200 of MNIST's make 33 million pixels

    private static DocumentedCommand Sample(TextWriter output)
    {
        var run = CommonOptions.Run();
        var count = CommonOptions.Whole("--count", "how many", 64, most: MostImages);
        var seed = CommonOptions.Seed("the seed of the draws");
        var label = CommonOptions.Label("the label of all; one after another unless told");
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out("the picture to write, or a .csv file of numbers", "samples.png");
        var command = new DocumentedCommand("sample", "Draws new images, or rows of a table as numbers: latents from the prior, decoded.", "vae sample run --count 64 --seed 7 --out samples.png", "vae sample run --label 7", "vae sample sales --count 1000 --out samples.csv")
            .With(run, count, seed, label, scale, file);
        command.SetAction(parsed =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            RequireLabel(parsed.GetValue(label), record.Model.Classes);
            var samples = new LatentSpace<float>(model).Sample(parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(label));
            if (NumbersFile(parsed, file, record, null, "samples.csv") is { } numbers)
            {
                WriteNumbers(numbers, record, [samples], output);
            }
            else
            {
                Session.Save(Drawing.Sheet(samples, Session.ImageColumns(record), parsed.GetValue(scale)), parsed.GetValue(file)!, output);
            }

            return 0;
        });
        return command;
    }

    private static DocumentedCommand Sweep(TextWriter output)
    {
        var run = CommonOptions.Run();
        var from = CommonOptions.Number("--from", "the first value of each latent", -3, double.IsFinite, "a number");
        var to = CommonOptions.Number("--to", "what every value stays below", 3, double.IsFinite, "a number");
        var step = CommonOptions.Number("--step", "the distance between two values", 0.2, value => value > 0 && double.IsFinite(value), "a number above 0");
        var label = CommonOptions.Label("the label of all; 0 unless told");
        var file = CommonOptions.Out("the picture to write", "sweep.png");
        var command = new DocumentedCommand(
            "sweep",
            "Draws what latents stand for: a line for one latent, a plane for two, a row for each (the others 0) for more.",
            "vae sweep run --from -1.5 --to 1.5 --step 0.03 --out line.png",
            "vae sweep run --from -5 --to 5 --step 0.2 --out plane.png").With(run, from, to, step, label, file);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(from) >= parsed.GetValue(to))
            {
                throw new UsageException($"--from must be below --to, but is {parsed.GetValue(from)} against {parsed.GetValue(to)}.");
            }

            var (record, model) = Session.Open(parsed.GetValue(run)!);
            UsageException.Require(record.Data.Table is null, "vae sweep draws images, but this run was trained on a table. vae sample writes rows of numbers.");
            RequireLabel(parsed.GetValue(label), record.Model.Classes);
            var values = SweepValues(parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(step), record.Model.Latent);
            Session.Save(DrawSweep(model, parsed.GetValue(label) ?? 0, values, Session.ImageColumns(record)), parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }

    // Where numbers are wanted and not a picture: from a table always, from images where the file is called so.
    private static string? NumbersFile(ParseResult parsed, Option<string> file, RunRecord record, string? data, string usual)
    {
        var path = parsed.GetValue(file)!;
        var isTable = record.Data.Table is not null;
        var isCsv = string.Equals(Path.GetExtension(path), ".csv", StringComparison.OrdinalIgnoreCase);
        UsageException.Require(!isTable || isCsv || !parsed.IsGiven(file), $"The run was trained on a table, which is written as numbers: --out wants a .csv file, but got '{path}'.");
        var numbers = isCsv ? path : isTable ? usual : null;
        Session.RequireOther(numbers ?? path, record, data);
        return numbers;
    }

    // In the data's own units, under the columns' names.
    private static void WriteNumbers(string path, RunRecord record, IEnumerable<Matrix<float>> parts, TextWriter output)
    {
        IReadOnlyList<string> columns = record.Preparation?.Columns is { Count: > 0 } names ? names : [.. Enumerable.Range(1, record.Model.Features).Select(i => $"x_{i}")];
        var count = 0;
        CsvOutput.Write(path, columns, table =>
        {
            foreach (var rows in parts)
            {
                for (var i = 0; i < rows.ColumnCount; i++, count++)
                {
                    var row = rows.ColumnSpan(i);
                    record.Preparation?.InverseTransform(row);
                    table.Row<float>(row);
                }
            }
        });
        output.WriteLine($"{path}: {count:N0} rows of {columns.Count} numbers");
    }

    private static void RequireLabel(int? label, int classes)
    {
        if (label is { } wanted && wanted >= classes)
        {
            throw new UsageException(classes == 0
                ? "--label wants a run that was trained with --labels, but this one was trained without."
                : $"--label wants a whole number from 0 to {classes - 1} for this run, but got '{wanted}'.");
        }
    }

    private static double[] SweepValues(double from, double to, double step, int latents)
    {
        var count = double.Ceiling((to - from) / step);
        var images = latents switch { 1 => count, 2 => count * count, _ => count * latents };
        return images <= MostImages
            ? LatentGrid.Values(from, to, step)
            : throw new UsageException(
                $"A sweep of {latents} latents from {from} to {to} at {step} would have {images:N0} images, more than {MostImages:N0}. Take a larger --step.");
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
                [.. Enumerable.Range(0, latents).Select(swept => ($"z{swept + 1}", Decode(LatentGrid.Line(values, latents, swept))))],
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

    private static DocumentedCommand Reconstruct(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var count = CommonOptions.Whole("--count", "how many, from the first on; of numbers all unless told", 12);
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out("the picture to write, or a .csv file of numbers", "reconstructions.png");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand("reconstruct", "Draws images above what the model makes of them by the posterior's mean, or writes that as numbers.", "vae reconstruct run --count 12 --out reconstructions.png", "vae reconstruct sales --data new.csv --out reconstructions.csv")
            .With(run, data, split, count, scale, file, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record) = RunFolder.Open(parsed.GetValue(run)!);
            var found = await Session.FindSamplesAsync(
                record, parsed.GetValue(data), parsed.GivenOrNull(split), Display.For(error, parsed.GetValue(quiet)), error, cancellationToken).ConfigureAwait(false);
            if (NumbersFile(parsed, file, record, parsed.GetValue(data), "reconstructions.csv") is { } numbers)
            {
                int[] all = [.. Enumerable.Range(0, parsed.IsGiven(count) ? int.Min(parsed.GetValue(count), found.Samples.Count) : found.Samples.Count)];
                var inDouble = new LatentSpace<double>(Session.Load<double>(folder, record));
                var some = all.Chunk(SamplesAtOnce).Select(chunk => inDouble.Reconstruct(found.Samples, chunk, cancellationToken).Map(number => (float)number));
                WriteNumbers(numbers, record, some, output);
                return 0;
            }

            var images = found.RequireImages("reconstruct", "Give a .csv file with --out.");
            var space = new LatentSpace<float>(Session.Load<float>(folder, record));
            int[] chosen = [.. Enumerable.Range(0, int.Min(int.Min(parsed.GetValue(count), MostImages), images.Count))];
            var rows = new[] { ("x", space.Inputs(found.Samples, chosen)), ("mean", space.Reconstruct(found.Samples, chosen, cancellationToken)) };
            Session.Save(Drawing.Rows(rows, images.Columns, parsed.GetValue(scale)), parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }

    private static DocumentedCommand Interpolate(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = CommonOptions.Split();
        var from = CommonOptions.Whole("--from", "the number of the image to begin with", 0, least: 0);
        var to = CommonOptions.Whole("--to", "the number of the image to end with", 1, least: 0);
        var steps = CommonOptions.Whole("--steps", "how many images, both ends included", 12, least: 2, most: MostImages);
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out("the picture to write", "interpolation.png");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand("interpolate", "Draws the straight line between the codes of two images.", "vae interpolate run --from 3 --to 7 --steps 12 --out interpolation.png")
            .With(run, data, split, from, to, steps, scale, file, quiet);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (record, model) = Session.Open(parsed.GetValue(run)!);
            var found = await Session.FindSamplesAsync(
                record, parsed.GetValue(data), parsed.GivenOrNull(split), Display.For(error, parsed.GetValue(quiet)), error, cancellationToken).ConfigureAwait(false);
            var images = found.RequireImages("interpolate", "vae sample and vae encode write numbers.");
            int[] ends = [parsed.GetValue(from), parsed.GetValue(to)];
            if (ends.Max() >= images.Count)
            {
                throw new UsageException($"There are {images.Count} images, numbered from 0, but image {ends.Max()} was asked for.");
            }

            var space = new LatentSpace<float>(model);
            var samples = found.Samples;
            var codes = space.Encode(samples, ends, cancellationToken).Mean;
            var labels = Labels(model, space.LabelsOf(samples, ends).FirstOrDefault(), parsed.GetValue(steps)); // a label has no way between: the first one's
            var line = LatentGrid.Between(codes.ColumnSpan(0), codes.ColumnSpan(1), parsed.GetValue(steps));
            Session.Save(Drawing.Rows([("", space.Decode(line, labels, cancellationToken))], images.Columns, parsed.GetValue(scale)), parsed.GetValue(file)!, output);
            return 0;
        });
        return command;
    }
}
