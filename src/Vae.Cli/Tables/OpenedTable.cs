using Vae.Model;

namespace Vae.Cli;

/// <summary>A table that was read, and how.</summary>
/// <param name="Table">The table.</param>
/// <param name="Dialect">How its file is written, in words; null where that is no question.</param>
/// <param name="Notation">How its file is written, for the record of a run; null where that is no question.</param>
/// <param name="Remarks">The notes on the table, in the words of the libraries.</param>
internal sealed record OpenedTable(Table Table, string? Dialect, TableRecord? Notation, IReadOnlyList<string> Remarks)
    : IDisposable
{
    public void Dispose() => Table.Dispose();

    /// <summary>The same rows with each column modelled by its kind.</summary>
    public OpenedTable ByKind() => Of(Table.ByKind());

    /// <summary>The same rows as numbers alone, whatever a schema that was given says.</summary>
    public OpenedTable AsNumbers()
        => Table.Schema.IsByKind ? Of(Table.As(Table.Schema with { Scaling = Scaling.None })) : this;

    private OpenedTable Of(Table table) => this with { Table = table, Remarks = table.Notes };

    /// <summary>The notes on the table, with options of the command line.</summary>
    public IEnumerable<string> Notes => Remarks.Select(OptionNames.In);

    /// <summary>The record of the table for a run.</summary>
    /// <param name="path">The file as it was named on the command line.</param>
    public DataRecord Describe(string path)
        => new(TableReading.SourceOf(Table, path), Table.Count, Table.Sha256)
        {
            Request = path == ResultFile.Standard ? path : Path.GetFullPath(path),
            Table = Notation ?? new TableRecord(HasHeader: true, DecimalComma: false),
        };
}
