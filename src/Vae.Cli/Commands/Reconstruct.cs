using System.Globalization;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Reconstruct(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var count = CommonOptions.Whole("--count", "how many, from the first on; all for numbers unless told", 12);
        var scale = CommonOptions.Scale();
        var file = CommonOptions.Out(
            "the picture to write, or a .csv file of numbers; - for numbers to standard output", "reconstructions.png");
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "reconstruct",
            "Draws images above their reconstructions from the posterior's mean, or writes reconstructions as numbers; of a "
                + "table by kinds each column's point estimate in the table's own form.",
            "vae reconstruct run --count 12 --out reconstructions.png",
            "vae reconstruct sales --data new.csv --out reconstructions.csv").With(run)
            .WithGroup("Options", [.. data.All, count, scale, file, quiet])
            .WithGroup("A table", data.Table.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record) = RunFolder.Open(parsed.GetValue(run)!);
            var numbers = Numbers.FileFor(parsed, file, record, data.Request(parsed), "reconstructions.csv");
            var display = Display.For(error, parsed.GetValue(quiet));
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken).ConfigureAwait(false);
            if (numbers is not null)
            {
                var most = parsed.IsGiven(count) ? parsed.GetValue(count) : int.MaxValue;
                if (record.IsByKind())
                {
                    var result = new ResultFile(numbers, output, error, ByKind.NotationOf(record, numbers));
                    ReconstructByKind(result, folder, record, found.Table!, most, display, cancellationToken);
                    return 0;
                }

                int[] all = [.. Enumerable.Range(0, int.Min(most, found.Samples.Count))];
                var inDouble = new LatentSpace<double>(Session.Load<double>(folder, record));
                var parts = all.Chunk(SamplesAtOnce).Select(some =>
                    inDouble.Reconstruct(found.Samples, some, cancellationToken).Map(number => (float)number));
                Numbers.Write(new ResultFile(numbers, output, error), record, parts, isDrawn: false, found.Ids);
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

    // Every column's point estimate, in the table's own form; with a most below the table's rows, the first ones.
    private static void ReconstructByKind(
        ResultFile result,
        RunFolder folder,
        RunRecord record,
        Table table,
        int most,
        Display display,
        CancellationToken cancellationToken)
    {
        var model = TableModel.Load(folder.FullPath);
        var rows = new KindRows(model, record.Data.Table!.DecimalComma, table);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var use = new TableUse
        {
            Progress = new WorkProgress(display, "reconstructions", int.Min(most, table.Count), "rows"),
            CancellationToken = enough.Token,
        };
        var done = 0;
        display.Run(() => result.Write(rows.Names, file =>
        {
            try
            {
                model.Reconstruct(table, use, texts =>
                {
                    if (done < most)
                    {
                        rows.Write(file, texts.Span, done++);
                    }

                    if (done == most)
                    {
                        enough.Cancel();
                    }
                });
            }
            catch (OperationCanceledException) when (done == most && !cancellationToken.IsCancellationRequested)
            {
            }
        }));
        result.Report(string.Create(CultureInfo.InvariantCulture, $"{done:N0} rows of {rows.Names.Count} columns"));
    }
}
