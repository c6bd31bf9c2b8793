using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The columns with one value among the training rows. A model by kinds does not have them, so another value in a new
/// row counts for nothing there: a person is told.</summary>
internal static class ConstantColumns
{
    private const int CellsAtOnce = 1 << 18;                          // 2 MB

    /// <summary>The columns.</summary>
    public static IEnumerable<ColumnSchema> Of(TableSchema schema)
        => schema.Columns.Where(column => IsConstant(column) && !schema.IsModelled(column));

    /// <summary>Whether a column has one value.</summary>
    public static bool IsConstant(ColumnSchema column)
        => column.Kind is not (ColumnKind.Id or ColumnKind.Ignore) && !ColumnValues.AreModelled(column)
            && ValueOf(column).Length > 0;

    /// <summary>The one value, as it stands in the table; empty where there is none.</summary>
    public static string ValueOf(ColumnSchema column)
        => column.Levels.Count > 0 ? column.Levels[0]
            : double.IsNaN(column.Least) ? ""
            : ColumnText.NumberOf(column, column.Least);

    /// <summary>A note for each such column that has another value in new rows.</summary>
    /// <param name="table">The new rows, read with the model's columns.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    public static IReadOnlyList<string> Notes(Table table, CancellationToken cancellationToken)
    {
        var places = ColumnNames.Unique(table.Cells.Names).Select((name, place) => (name, place)).ToDictionary();
        Differences[] columns =
        [
            .. Of(table.Schema).Where(column => places.ContainsKey(column.Name))
                .Select(column => new Differences(new ColumnReader(column, table.Cells, places[column.Name]), table)),
        ];
        if (columns.Length > 0)
        {
            CellBlocks.Visit(
                table.Cells, CellsAtOnce, block => Parallel.ForEach(columns, column => column.Add(block)), cancellationToken);
        }

        return [.. columns.Select(column => column.Note).OfType<string>()];
    }

    // Counts the rows whose value is not the training rows'.
    private sealed class Differences(ColumnReader reader, Table table)
    {
        private readonly double _constant = reader.Schema.Levels.Count > 0 ? 0 : reader.Schema.Least; // a level's place, a number
        private long _rows;
        private int _first;

        public string? Note => _rows == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"column '{ColumnText.Shown(reader.Schema.Name)}' is '{ColumnText.Shown(ValueOf(reader.Schema))}' in every training "
            + $"row, so the model does not have it; in {_rows:N0} of {table.Count:N0} new rows it is another, which counts for "
            + $"nothing: '{ColumnText.Shown(table.Text(_first, reader.Schema.Name))}' first, line {table.LineOf(_first)}");

        public void Add(CellBlock block)
        {
            var all = block.Cells.Span;
            for (var row = 0; row < block.Rows; row++)
            {
                var cell = all[(row * block.Columns) + reader.Column];
                var value = reader.Value(cell);
                if ((!double.IsNaN(value) && value != _constant) || reader.IsUnknown(cell))
                {
                    _first = _rows++ == 0 ? block.First + row : _first;
                }
            }
        }
    }
}
