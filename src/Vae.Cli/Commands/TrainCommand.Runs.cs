using System.CommandLine;
using Vae.Model;

namespace Vae.Cli;

/// <content>Beginning or resuming a run with the options.</content>
internal sealed partial class TrainCommand
{
    private async Task<OpenedRun> BeginOnImagesAsync(
        ParseResult parsed,
        string request,
        ChosenProduct product,
        Display display,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        RequireNoTable(parsed, "goes with a table: --data sales.csv.");
        var data = await Session.FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
        var samples = Session.SamplesOf(data.Train, parsed.GetValue(_labels));
        var start = UsualModel with { Features = samples.Features, Classes = (samples as ILabelledSamples)?.Classes ?? 0 };
        var (model, training) = Options(parsed, start, UsualTraining, samples.Count, "images");
        var described = Session.Describe(data, request, model.Classes > 0, display, cancellationToken);
        var record = new RunRecord(model, training, described) { Command = CommandLine(parsed) };
        var run = TrainingRun<float>.Begin(
            parsed.GetValue(_folder)!, record, samples, product.Value, cancellationToken: cancellationToken);
        return new OpenedRun(run, product, null);
    }

    private OpenedRun BeginOnTable(
        ParseResult parsed, string path, ChosenProduct product, Display display, CancellationToken cancellationToken)
    {
        UsageException.Require(
            !parsed.IsGiven(_pixels) && !parsed.IsGiven(_labels), "--pixels and --labels go with images, but --data is a table.");
        var asked = _table.Request(parsed);
        RunFolder.RequireNoResults(parsed.GetValue(_folder)!);        // before the table is read
        using var folder = new NewFolder(parsed.GetValue(_folder)!);
        var isByKind = !parsed.IsGiven(_scale) && !parsed.IsGiven(_model.Likelihood);
        var opened = TableReading.Read(path, asked, folder.FullPath, input, display, cancellationToken);
        try
        {
            opened = isByKind ? opened.ByKind() : opened.AsNumbers();
            var table = opened.Table;
            TrainingColumns.RequireAny(opened, path, display);
            if (parsed.GetValue(_missing) == Refuse)
            {
                display.Run(() => MissingValues.RequireNone(table, path, cancellationToken));
            }

            var (model, training, schema, values) = isByKind
                ? OptionsByKind(parsed, table, display, cancellationToken)
                : OptionsOfNumbers(parsed, table, cancellationToken);
            TrainingColumns.Show(opened, path, display, model);
            var record = new RunRecord(model, training, opened.Describe(path))
            {
                Command = CommandLine(parsed),
                Schema = schema,
            };
            var run = TrainingRun<float>.Begin(
                folder.FullPath,
                record,
                table,
                product.Value,
                run => table.Save(KeptTable.FileOf(run)),
                values,
                cancellationToken: cancellationToken);
            KeptTable.RemoveLeftovers(run.Folder);
            return new OpenedRun(run, product, table);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    // A likelihood for each column, chosen by its kind and its training values.
    private (VaeOptions Model, TrainingOptions Training, TableSchema Schema, TrainingValues? Values) OptionsByKind(
        ParseResult parsed, Table table, Display display, CancellationToken cancellationToken)
    {
        int? epochs = parsed.IsGiven(_training.Epochs) ? parsed.GetValue(_training.Epochs) : null;
        var usual = TableDefaults.Training(table, epochs);
        var training = TrainingOf(parsed, usual, table.Count, "rows");
        return display.Run(() =>
        {
            var fit = TableFit.Of(table, training, cancellationToken);
            return (ModelOf(parsed, fit.Model), training, fit.Schema, fit.Values);
        });
    }

    // All numbers alike; what is no number is left out.
    private (VaeOptions Model, TrainingOptions Training, TableSchema Schema, TrainingValues? Values) OptionsOfNumbers(
        ParseResult parsed, Table table, CancellationToken cancellationToken)
    {
        var (model, training) = Options(
            parsed, VaeOptions.ForTable(table.Features), TrainingOptions.ForTable(table.Count), table.Count, "rows");
        var scaling = parsed.ValueOr(_scale, ScalingNames, Preparation.UsualForTable);
        return (model, training, table.Schema.Fit(table, scaling, training, cancellationToken), null);
    }

    private void RequireNoTable(ParseResult parsed, string why)
    {
        Option[] own = [_missing, _scale];
        UsageException.Require(!own.Any(parsed.IsGiven), $"{own.FirstOrDefault(parsed.IsGiven)?.Name} {why}");
        _table.RequireNone(parsed, why);
    }

    // The requested options, validated here so that an invalid one is reported as wrong usage.
    private (VaeOptions Model, TrainingOptions Training) Options(
        ParseResult parsed, VaeOptions model, TrainingOptions training, int samples, string unit)
    {
        var asked = TrainingOf(parsed, training, samples, unit);
        return (ModelOf(parsed, model), asked);
    }

    private VaeOptions ModelOf(ParseResult parsed, VaeOptions start)
        => UsageException.Unless(AskedModel(parsed, start).Validated);

    private TrainingOptions TrainingOf(ParseResult parsed, TrainingOptions start, int samples, string unit)
    {
        var asked = AskedTraining(parsed, start);
        UsageException.Require(
            asked.ValidationSamples < samples,
            $"--validation-images must be fewer than the {samples} training {unit}, but is {asked.ValidationSamples}.");
        return UsageException.Unless(() => asked.Validated(samples));
    }

    private VaeOptions AskedModel(ParseResult parsed, VaeOptions start)
        => _model.Options(parsed, start) with { Pixels = parsed.ValueOr(_pixels, PixelsNames, start.Pixels) };

    private TrainingOptions AskedTraining(ParseResult parsed, TrainingOptions start)
        => _optimisation.Complete(parsed, _training.Options(parsed, start));

    private async Task<OpenedRun> ResumeAsync(
        ParseResult parsed, string path, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        UsageException.Require(
            !parsed.IsGiven(_folder), "--resume goes on in the run's own folder, so --out cannot be given.");
        RequireNoTable(parsed, "cannot be given with --resume: the table is read and scaled as the run was begun.");
        var (folder, begun) = RunFolder.Open(path);
        var product = _training.Choose(parsed, error, begun.ProductName);
        UsageException.Require(
            !begun.IsByKind() || !parsed.IsGiven(_model.Likelihood),
            "--likelihood makes another model than this run's, which has a likelihood for each column. Begin another run "
                + "with --out.");
        var (model, training) = (AskedModel(parsed, begun.Model), AskedTraining(parsed, begun.Training));
        UsageException.Require(
            !parsed.IsGiven(_labels) || begun.Model.Classes > 0,
            "--labels makes another model than this run's, which has none. Begin another run with --out.");
        UsageException.Unless(model.Validated);
        var (samples, sha256) = await FindAgainAsync(parsed, begun, folder, display, error, cancellationToken)
            .ConfigureAwait(false);
        UsageException.Unless(() => training.Validated(samples.Count));
        var wanted = begun with { Model = model, Training = training };
        var acceptChanges = parsed.GetValue(_acceptChanges);
        var run = TrainingRun<float>.Resume(path, samples, sha256, product.Value, wanted, acceptChanges);
        KeptTable.RemoveLeftovers(run.Folder);
        var isKept = parsed.GetValue(_training.Data) is null && File.Exists(KeptTable.FileOf(run.Folder));
        if (begun.Schema is not null && samples is Table table && !isKept)
        {
            KeptTable.Keep(run.Folder, table);
        }

        return new OpenedRun(run, product, samples as Table);
    }

    private async Task<(ISampleSource Samples, string Sha256)> FindAgainAsync(
        ParseResult parsed,
        RunRecord begun,
        RunFolder folder,
        Display display,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        var given = parsed.GetValue(_training.Data);
        if (TableReading.IsTable(given, begun))
        {
            var table = TableReading.OfRun(folder, begun, given, new TableRequest(), input, display, cancellationToken).Table;
            return (table, begun.Schema is null ? OlderChecksum.Of(table) : table.Sha256);
        }

        var data = await Session.FindDataAsync(given ?? begun.Data.Request, display, error, cancellationToken)
            .ConfigureAwait(false);
        var hasLabels = begun.Model.Classes > 0;
        var described = Session.Describe(data, begun.Data.Request, hasLabels, display, cancellationToken);
        return (Session.SamplesOf(data.Train, hasLabels), described.Sha256);
    }

    private static string CommandLine(ParseResult parsed)
    {
        var tokens = parsed.Tokens.Select(token =>
            token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value);
        return $"vae {string.Join(' ', tokens)}";
    }
}
