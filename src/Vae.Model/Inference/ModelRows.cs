using System.Buffers;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>The rows of a table as a model's schema reads them: the columns are found by their names, and one that the table
/// lacks is a hole in every row. Any number of threads may read at once.</summary>
internal sealed class ModelRows
{
    private readonly Table _table;
    private readonly ICells _cells;
    private readonly ColumnReader[] _columns;
    private readonly ColumnReader[] _features;

    /// <summary>Binds the schema to the rows.</summary>
    /// <param name="schema">The model's schema.</param>
    /// <param name="table">The rows, read with any schema.</param>
    /// <exception cref="SchemaException">The table has no column that is modelled.</exception>
    public ModelRows(TableSchema schema, Table table)
    {
        (_table, _cells) = (table, table.Cells);
        var names = ColumnNames.Unique(_cells.Names);
        _columns =
        [
            .. schema.Columns.Select(column => new ColumnReader(column, _cells, Array.IndexOf(names, column.Name))),
        ];
        _features = [.. _columns.Where(column => schema.IsModelled(column.Schema))];
        if (Array.TrueForAll(_features, column => column.Column < 0))
        {
            throw new SchemaException(
                $"The table has none of the columns that the model knows: "
                + $"{ColumnNames.Shown(_features.Select(column => column.Schema.Name))}. "
                + $"The table's columns are {ColumnNames.Shown(names)}. Rename the table's columns.");
        }
    }

    /// <summary>The number of rows.</summary>
    public int Count => _cells.Rows;

    /// <summary>The number of features.</summary>
    public int Features => _features.Length;

    /// <summary>Reads a row.</summary>
    /// <param name="number">The row's number.</param>
    /// <returns>The row, whose room is given back when it is disposed of.</returns>
    public Row Read(int number)
    {
        var room = ArrayPool<Cell>.Shared.Rent(_cells.Names.Count);
        _cells.Read(number, room.AsSpan(0, _cells.Names.Count));
        return new Row(this, room, number);
    }

    /// <summary>A row of the table.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="cells">The row's cells, rented.</param>
    /// <param name="number">The row's number.</param>
    public readonly struct Row(ModelRows rows, Cell[] cells, int number) : IDisposable
    {
        /// <summary>Computes each feature's value as its likelihood explains it, before scaling; NaN for a hole and for what the
        /// column cannot hold.</summary>
        /// <param name="values">A number for each feature; overwritten.</param>
        /// <exception cref="ArgumentException">A count is no whole number of 0 or above, and its likelihood is one of counts; the
        /// message names the row.</exception>
        public void Values(Span<double> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var column = rows._features[i];
                values[i] = column.Column < 0 ? double.NaN : column.Value(cells[column.Column]);
                if (column.Schema.LikelihoodKind == ColumnKind.Count && !double.IsNaN(values[i])
                    && !(values[i] >= 0 && double.IsInteger(values[i])))
                {
                    throw new ArgumentException(
                        $"{rows._table.SampleName(number)}, column '{Printable.Cut(column.Schema.Name)}': a count must be a "
                        + Invariant($"whole number of 0 or above, but is {values[i]}. Mend that row or leave it out."));
                }
            }
        }

        /// <summary>Whether a column's value is missing. A value that the column cannot hold, such as an unknown level, is not:
        /// the model sees none, but it is there.</summary>
        /// <param name="column">The column's number in the schema.</param>
        public bool IsMissing(int column)
        {
            var reader = rows._columns[column];
            return reader.Column < 0 || cells[reader.Column].IsHole
                || (double.IsNaN(reader.Value(cells[reader.Column])) && !reader.IsUnknown(cells[reader.Column]));
        }

        /// <summary>The text of a column's value as the table has it; empty for a hole.</summary>
        /// <param name="column">The column's number in the schema.</param>
        public string Text(int column)
            => rows._columns[column].Column is >= 0 and var place ? CellTexts.Of(rows._cells, place, cells[place]) : "";

        /// <summary>Gives the row's room back.</summary>
        public void Dispose() => ArrayPool<Cell>.Shared.Return(cells);
    }
}
