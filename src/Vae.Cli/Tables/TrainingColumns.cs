using Vae.Model;

namespace Vae.Cli;

/// <summary>Shows before a training which columns it is on, and which are left out.</summary>
internal static class TrainingColumns
{
    private const int MostColumns = 40;
    private const int MostNotes = 12;

    /// <summary>Shows them.</summary>
    /// <exception cref="IOException">There is no column to train on.</exception>
    public static void Show(OpenedTable opened, string path, Display display)
    {
        var table = opened.Table;
        display.Line($"data: {TableReading.SourceOf(table, path)}");
        var modelled = table.Modelled.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var (trained, left) = (
            table.Findings.Where(finding => modelled.Contains(finding.Column.Name)).ToArray(),
            table.Findings.Where(finding => !modelled.Contains(finding.Column.Name)).ToArray());
        foreach (var line in SchemaPrinter.Lines(null, [.. trained.Take(MostColumns).Select(CellsOf)]))
        {
            display.Line($"  {line}");
        }

        if (trained.Length > MostColumns)
        {
            display.Line($"  and {trained.Length - MostColumns:N0} more; all with: vae schema {ShellWord.Quoted(path)}");
        }

        string[] notTold = [.. left.Where(finding => !IsCategory(finding)).Select(NameAndReason)]; // a note names categories
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

        if (trained.Length == 0)
        {
            throw new IOException(
                $"{TableReading.NameOf(path)}: no column can be trained on: {string.Join(", ", left.Select(NameAndReason))}.");
        }
    }

    private static string[] CellsOf(ColumnFinding finding)
    {
        var holes = finding.Holes == 0 ? "" : $"{finding.Holes} missing";
        return [.. SchemaPrinter.CellsOf(finding)[..3], holes];
    }

    private static bool IsCategory(ColumnFinding finding) => finding.Column.Kind is ColumnKind.Category or ColumnKind.Ordinal;

    private static string NameAndReason(ColumnFinding finding)
    {
        var (column, kind) = (ColumnText.Shown(finding.Column.Name), ColumnText.KindOf(finding.Column));
        return IsCategory(finding) ? $"{column} ({kind} of texts)" : $"{column} ({kind}: {OptionNames.In(finding.Why)})";
    }
}
