using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vae.Model;

namespace Vae.Cli;

internal static partial class Commands
{
    private static DocumentedCommand Impute(TextWriter output, TextWriter error, Func<Stream> input)
    {
        var run = CommonOptions.Run();
        var data = new DataArguments(input);
        var draws = CommonOptions.Whole(
            "--draws", "imputations of each row, drawn; unless told, one with the best estimates", 1, least: 2, most: 100_000);
        var samples = DrawsForRow();
        var seed = CommonOptions.Seed("the seed of the draws");
        var file = CommonOptions.Out("the file to write; - for standard output", "full.csv");
        var json = CommonOptions.Json();
        var quiet = CommonOptions.Quiet();
        var command = new DocumentedCommand(
            "impute",
            "Fills in the missing values of a table's rows, each given the row's others: by its mean (a number), median (a "
                + "positive number, an ordinal) or likeliest level; with --draws by draws, in the long form with a column "
                + "'imputation'.",
            "vae impute sales --data holes.csv --out full.csv",
            "vae impute sales --data holes.csv --draws 20 --out many.csv",
            "zcat holes.csv.gz | vae impute sales --data - --out - > full.csv").With(run)
            .WithGroup("Options", data.Data, draws, samples, seed, file, json, quiet)
            .WithGroup("A table", data.Table.All);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (folder, record) = RunFolder.Open(parsed.GetValue(run)!);
            ByKind.Require(record, "vae impute");
            var path = parsed.GetValue(file)!;
            var result = new ResultFile(path, output, error, ByKind.NotationOf(record, path));
            UsageException.Require(
                !result.IsStandard || !parsed.GetValue(json), "--json and --out - both write to standard output: give one.");
            Session.RequireOther(path, record, data.Request(parsed));
            var display = Display.For(error, parsed.GetValue(quiet) || parsed.GetValue(json));
            var found = await data.FindAsync(parsed, folder, record, display, error, cancellationToken).ConfigureAwait(false);
            var table = found.RequireTable("impute");
            var imputations = parsed.GetValue(draws);
            var use = new TableUse
            {
                Draws = parsed.GetValue(samples),
                Seed = parsed.GetValue(seed),
                Progress = new WorkProgress(display, "rows", table.Count, "rows"),
                CancellationToken = cancellationToken,
            };
            var done = display.Run(() => ImputeInto(result, TableModel.Load(folder.FullPath), record, table, imputations, use));
            if (parsed.GetValue(json))
            {
                Session.WriteJson(SummaryOf(Path.GetFullPath(path), table.Count, imputations, done), output);
                return 0;
            }

            result.Report(Describe(table.Count, imputations, done));
            if (done.Doubtful > 0)
            {
                display.Notes([string.Create(
                    CultureInfo.InvariantCulture,
                    $"doubtful rows: {done.Doubtful:N0}, of whose samples fewer than {FewestEffective} count. "
                    + $"Give more with --samples, such as --samples 10000")]);
            }

            return 0;
        });
        return command;
    }

    private static ImputationSummary ImputeInto(
        ResultFile result, TableModel model, RunRecord record, Table table, int imputations, TableUse use)
    {
        var isLong = imputations > 1;
        var rows = new KindRows(model, record.Data.Table!.DecimalComma, table, isLong ? "imputation" : null);
        string[] numbers = [.. Enumerable.Range(1, imputations).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        ImputationSummary? done = null;
        result.Write(rows.Names, file =>
        {
            var written = 0L;
            done = model.Impute(table, imputations, use, texts =>
            {
                var (row, imputation) = long.DivRem(written++, imputations);
                rows.Write(file, texts.Span, (int)row, isLong ? numbers[imputation] : null);
            });
        });
        return done!;
    }

    private static string Describe(int rows, int imputations, ImputationSummary done)
    {
        var what = imputations > 1 ? $", {imputations} imputations of each row" : "";
        return done.Filled == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows{what}; no value was missing")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{rows:N0} rows{what}; {done.Filled:N0} values filled in, median effective sample size "
                + $"{done.MedianEffectiveSampleSize:F0}, doubtful rows: {done.Doubtful:N0}");
    }

    private static JsonObject SummaryOf(string file, int rows, int imputations, ImputationSummary done) => new()
    {
        ["file"] = file,
        ["rows"] = rows,
        ["imputations"] = imputations,
        ["filled"] = done.Filled,
        ["median_effective_sample_size"] = Finite(done.MedianEffectiveSampleSize),
        ["doubtful"] = done.Doubtful,
    };
}
