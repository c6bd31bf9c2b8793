using System.CommandLine;
using System.Globalization;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private const int FewestEffective = 10;
    private const int MostImages = 40_000;                            // in a picture: 200 x 200 of MNIST's make 33 million pixels

    private static DocumentedCommand Sample(TextWriter output, TextWriter error)
    {
        var run = CommonOptions.Run();
        var count = CommonOptions.Whole("--count", "how many", 64);
        var seed = CommonOptions.Seed("the seed of the draws");
        var label = CommonOptions.Label("the label of all; one after another unless told");
        var mean = new Option<bool>("--mean")
        {
            Description = "write the mean E[x|z] of each image or row: the default for pictures of grey pixels, "
                + "while rows of a table and 0-or-1 pixels are drawn from p(x|z)",
        };
        var where = CommonOptions.Texts(
            WhereOption.Name, "draw rows of a table with this value of a column; several for several columns", "NAME=VALUE");
        where.AllowMultipleArgumentsPerToken = false;                 // the run's folder may follow
        var draws = DrawsForRow();
        var scale = CommonOptions.Scale();
        var quiet = CommonOptions.Quiet();
        var file = CommonOptions.Out(
            "the picture to write, or a .csv file of numbers; - for numbers to standard output", "samples.png");
        var command = new DocumentedCommand(
            "sample",
            "Draws new images, or rows of a table: latents from the prior, decoded, and rows from p(x|z).",
            "vae sample run --count 64 --seed 7 --out samples.png",
            "vae sample run --label 7",
            "vae sample sales --count 1000 --out samples.csv",
            "vae sample sales --count 1000 --where city=Rome --where age=40 --out rome.csv")
            .With(run, count, seed, label, mean, where, draws, scale, file, quiet);
        command.SetAction((parsed, cancellationToken) =>
        {
            var (folder, record) = RunFolder.Open(parsed.GetValue(run)!);
            Option? given = parsed.IsGiven(where) ? where : parsed.IsGiven(draws) ? draws : null;
            if (given is not null)
            {
                ByKind.Require(record, given.Name);
            }

            if (record.IsByKind())
            {
                UsageException.Require(
                    !parsed.IsGiven(mean),
                    "--mean goes with images and with models of numbers alone. Leave it out: the rows of a table with kinds are "
                        + "drawn.");
                Session.RequireLabel(parsed.GetValue(label), record.Model.Classes);
                var rows = Numbers.FileFor(parsed, file, record, null, "samples.csv")!;
                var use = new TableUse
                {
                    Draws = parsed.GetValue(draws), Seed = parsed.GetValue(seed), CancellationToken = cancellationToken,
                };
                SampleByKind(
                    new ResultFile(rows, output, error, ByKind.NotationOf(record, rows)),
                    (folder, record),
                    parsed.GetValue(count),
                    parsed.GetValue(where)!,
                    use,
                    Display.For(error, parsed.GetValue(quiet)));
                return Task.FromResult(0);
            }

            UsageException.Require(
                parsed.GetValue(count) <= MostImages,
                $"--count wants a whole number from 1 to {MostImages} for this run, but got '{parsed.GetValue(count)}'.");
            var model = Session.Load<float>(folder, record);
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

            return Task.FromResult(0);
        });
        return command;
    }

    // The draws of z that weigh a row's conditions or observed values.
    private static Option<int> DrawsForRow() => CommonOptions.Whole(
        "--samples", "importance samples for each row with conditions or missing values; 0 for the usual number", 0, least: 0,
        most: 1_000_000);

    private static void SampleByKind(
        ResultFile result,
        (RunFolder Folder, RunRecord Record) run,
        int count,
        string[] where,
        TableUse use,
        Display display)
    {
        var hasDecimalComma = run.Record.Data.Table!.DecimalComma;
        var conditions = new WhereOption(run.Record.Schema!, hasDecimalComma).Read(where);
        var model = TableModel.Load(run.Folder.FullPath);
        var rows = new KindRows(model, hasDecimalComma);
        use = use with { Progress = new WorkProgress(display, "rows", count, "rows") };
        var effective = double.NaN;
        display.Run(() => result.Write(
            rows.Names, file => effective = model.Sample(count, conditions, use, texts => rows.Write(file, texts.Span))));
        result.Report(string.Create(CultureInfo.InvariantCulture, $"{count:N0} rows of {rows.Names.Count} columns"));
        if (conditions is not null)
        {
            var doubt = effective < FewestEffective
                ? ": too few to trust, so the rows are much alike. Give more with --samples, or fewer conditions"
                : "";
            display.Line(string.Create(
                CultureInfo.InvariantCulture, $"note: effective sample size of the conditions {effective:F0}{doubt}"));
        }
    }
}
