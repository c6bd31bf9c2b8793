using Vae.Model;

namespace Vae.Cli;

/// <summary>Shows before a training which columns it is on, and which are left out.</summary>
internal static class TrainingColumns
{
    private const int MostColumns = 40;
    private const int MostNotes = 12;

    /// <summary>Refuses a table without a column to train on, and says which columns it has.</summary>
    /// <exception cref="IOException">There is no column to train on.</exception>
    public static void RequireAny(OpenedTable opened, string path, Display display)
    {
        if (opened.Table.Features > 0)
        {
            return;
        }

        Show(opened, path, display, null);
        var remedy = opened.Table.Schema.IsByKind || !opened.Table.Findings.Any(IsCategory) ? ""
            : " Without --likelihood and --scale, categories are trained on, too.";
        throw new IOException(
            $"{TableReading.NameOf(path)}: no column can be trained on: "
            + $"{string.Join(", ", opened.Table.Findings.Select(NameAndReason))}.{remedy}");
    }

    /// <summary>Shows the columns, those that are left out, and the notes on the table.</summary>
    /// <param name="opened">The table.</param>
    /// <param name="path">The file as it was named on the command line.</param>
    /// <param name="display">The display.</param>
    /// <param name="model">The model, with the likelihood of each column where it has them; null for none.</param>
    public static void Show(OpenedTable opened, string path, Display display, VaeOptions? model)
    {
        var table = opened.Table;
        display.Line($"data: {TableReading.SourceOf(table, path)}");
        var likelihoods = table.Modelled.Select((column, i) => (column.Name, Text: LikelihoodOf(model, i)))
            .ToDictionary(StringComparer.Ordinal);
        var (trained, left) = (
            table.Findings.Where(finding => likelihoods.ContainsKey(finding.Column.Name)).ToArray(),
            table.Findings.Where(finding => !likelihoods.ContainsKey(finding.Column.Name)).ToArray());
        var shown = trained.Take(MostColumns).Select(finding => CellsOf(finding, likelihoods[finding.Column.Name])).ToArray();
        foreach (var line in SchemaPrinter.Lines(null, shown))
        {
            display.Line($"  {line}");
        }

        if (trained.Length > MostColumns)
        {
            display.Line($"  and {trained.Length - MostColumns:N0} more; all with: vae schema {ShellWord.Quoted(path)}");
        }

        // A note names the categories that a model of numbers leaves out.
        string[] notTold =
            [.. left.Where(finding => table.Schema.IsByKind || !IsCategory(finding)).Select(NameAndReason)];
        if (notTold.Length > 0)
        {
            display.Line($"left out: {string.Join(", ", notTold)}");
        }

        string[] notes = [.. opened.Notes];
        foreach (var note in notes.Take(MostNotes))
        {
            display.Line($"note: {note}");
        }

        if (notes.Length > MostNotes)
        {
            display.Line($"note: and {notes.Length - MostNotes:N0} more; all with: vae schema {ShellWord.Quoted(path)}");
        }
    }

    private static string? LikelihoodOf(VaeOptions? model, int feature)
        => model is { Columns.Count: > 0 } ? LikelihoodText.Of(model.Columns[feature].Likelihood) : null;

    private static string[] CellsOf(ColumnFinding finding, string? likelihood)
    {
        var holes = finding.Holes == 0 ? "" : $"{finding.Holes} missing";
        return [.. SchemaPrinter.CellsOf(finding)[..3], .. likelihood is null ? [] : new[] { likelihood }, holes];
    }

    private static bool IsCategory(ColumnFinding finding) => finding.Column.Kind is ColumnKind.Category or ColumnKind.Ordinal;

    private static string NameAndReason(ColumnFinding finding)
    {
        var (column, kind) = (ColumnText.Shown(finding.Column.Name), ColumnText.KindOf(finding.Column));
        return ConstantColumns.IsConstant(finding.Column)
            ? $"{column} (only '{ColumnText.Shown(ConstantColumns.ValueOf(finding.Column))}')"
            : IsCategory(finding) ? $"{column} ({kind} of texts)"
            : $"{column} ({kind}: {OptionNames.In(finding.Why)})";
    }
}
