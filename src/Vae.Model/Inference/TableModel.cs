using System.Data;

namespace Vae.Model;

/// <summary>A trained model of a table's rows, with a likelihood for each column: missing values are filled in, rows are drawn,
/// scored, encoded and reconstructed, in the table's own terms. It never changes; any number of threads may use it.</summary>
/// <remarks>
/// <para>Results are tables whose ID columns stand first, then the schema's other columns: numbers with their decimals, levels
/// by their texts, dates by their pattern. Estimated and drawn values stay within the bounds of the column's own values. A
/// missing value is <see cref="DBNull"/>. Source: Mattei and Frellsen 2019, "MIWAE" (missing values); docs/tables.md.</para>
/// <para>Rows may be in any order and the columns, too; a column that the rows lack is missing in all of them. Values that a
/// column cannot hold, such as an unknown level, are no evidence for the model, but stay as they are: nothing that is there is
/// ever overwritten by an imputation.</para>
/// </remarks>
public sealed partial class TableModel
{
    private readonly RowModel _rows;

    private TableModel(VaeModel model)
    {
        Model = model;
        _rows = new RowModel(model.Network, model.Schema!);
    }

    /// <summary>The model as one of plain numbers.</summary>
    public VaeModel Model { get; }

    /// <summary>The table's columns, their kinds and how their values are written.</summary>
    public TableSchema Schema => Model.Schema!;

    /// <summary>The names of the columns of a result: IDs, then all other columns but those to ignore, in the schema's
    /// order.</summary>
    public IReadOnlyList<string> Columns => _rows.Result.Columns;

    /// <summary>Fills in the missing values: each by its point estimate given the row's observed values.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Draws of z for each row (usually 256), seed, progress; null for the usual ones.</param>
    /// <returns>All rows in their order. A number and a count get their mean, a positive number and an ordinal their median, a
    /// flag and a category their likeliest level. Values that are there keep their texts; IDs pass through.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">The draws are below 0, or a count is no whole number of 0 or above.</exception>
    /// <exception cref="SchemaException">The table has none of the model's columns.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DataTable Impute(Table table, TableUse? use = null)
    {
        var result = _rows.Result.NewTable();
        Impute(table, imputations: 1, use ?? new TableUse(), texts => ResultRows.Add(result, texts.Span));
        return result;
    }

    /// <summary>Draws rows, under conditions where some are given.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="where">The texts of known columns by name, such as <c>city</c> and <c>Rome</c>; null or empty for none. They
    /// are read as the columns' own values are, and stand in the result as they are given.</param>
    /// <param name="use">Draws of z under conditions (usually 20 for each row, at least 2,000), seed, progress; null for the
    /// usual ones.</param>
    /// <returns>The rows. Drawn rows have no IDs. Without conditions the first n are the same whatever their number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one row.</exception>
    /// <exception cref="ArgumentException">There is no such column, or a text is none of its values; the message lists what is
    /// possible.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DataTable Sample(int count, IReadOnlyDictionary<string, string>? where = null, TableUse? use = null)
    {
        var result = _rows.Result.NewTable();
        Sample(count, where, use ?? new TableUse(), texts => ResultRows.Add(result, texts.Span));
        return result;
    }

    /// <summary>The anomaly score of each row: minus the logarithm of the density of its observed values, nats, estimated by
    /// importance sampling.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Draws of z, seed, progress; null for the usual ones. By default all rows have so many draws (64 to
    /// 4,096) that the standard error of half of them is below 0.1 nats.</param>
    /// <returns>Nats; the higher, the stranger, in the scaled units of the columns. Equal rows have equal scores.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">The draws are below 0, or a count is no whole number of 0 or above.</exception>
    /// <exception cref="SchemaException">The table has none of the model's columns.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double[] Score(Table table, TableUse? use = null)
        => [.. ScoreWithError(table, use ?? new TableUse()).Select(each => each.Score)];

    /// <summary>The posterior's mean of each row, its place in the latent space.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Progress and cancellation; nothing is drawn.</param>
    /// <returns>For each row as many numbers as there are latents.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">A count is no whole number of 0 or above.</exception>
    /// <exception cref="SchemaException">The table has none of the model's columns.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] Encode(Table table, TableUse? use = null)
        => Encode(RowsOf(table), use ?? new TableUse());

    /// <summary>Each row decoded from its posterior: every column's point estimate.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Progress and cancellation; nothing is drawn.</param>
    /// <returns>All rows in their order. IDs, and columns of one value, pass through.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="table"/> is null.</exception>
    /// <exception cref="ArgumentException">A count is no whole number of 0 or above.</exception>
    /// <exception cref="SchemaException">The table has none of the model's columns.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DataTable Reconstruct(Table table, TableUse? use = null)
    {
        var result = _rows.Result.NewTable();
        Reconstruct(table, use ?? new TableUse(), texts => ResultRows.Add(result, texts.Span));
        return result;
    }
}
