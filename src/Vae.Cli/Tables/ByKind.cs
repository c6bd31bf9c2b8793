using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Runs on a table whose model has a likelihood for each column.</summary>
internal static class ByKind
{
    /// <summary>Whether the run is one.</summary>
    public static bool IsByKind(this RunRecord record) => record is { Schema.IsByKind: true, Data.Table: not null };

    /// <summary>Refuses another run.</summary>
    /// <param name="record">The run.</param>
    /// <param name="what">The command or option that needs such a model.</param>
    /// <exception cref="UsageException">The model is one of images, or of numbers alone.</exception>
    public static void Require(RunRecord record, string what)
    {
        var isTable = record.Data.Table is not null;
        var request = record.Data.Request;
        var table = isTable && request is { Length: > 0 } and not ResultFile.Standard ? ShellWord.Quoted(request) : "sales.csv";
        UsageException.Require(
            record.IsByKind(),
            isTable
                ? $"{what} wants a model with a likelihood for each column, but this run's model is of numbers alone. Train anew "
                    + $"without --likelihood and --scale: vae train --data {table} --out by-kind"
                : $"{what} goes with a table, but this run was trained on images. Train on one: "
                    + $"vae train --data {table} --out sales");
    }

    /// <summary>The notation in which the results of such a run are written: its table's own. Others have commas.</summary>
    /// <param name="record">The run.</param>
    /// <param name="path">The file to write.</param>
    public static OutputNotation NotationOf(RunRecord record, string path)
    {
        if (!record.IsByKind() || record.Data.Table is not { } table)
        {
            return default;
        }

        var usual = table.DecimalComma ? ';' : ',';
        var own = table.Delimiter is null or ' ' ? usual : table.Delimiter; // an empty field between blanks is none
        return new OutputNotation(
            path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : own, table.DecimalComma);
    }
}
