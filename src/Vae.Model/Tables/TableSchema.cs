namespace Vae.Model;

/// <summary>The columns of a table, in their order: what a table is read with, what is kept in a model's file, and what reads new
/// rows.</summary>
/// <param name="Columns">The columns; their names differ.</param>
public sealed record TableSchema(IReadOnlyList<ColumnSchema> Columns)
{
    /// <summary>How the columns are scaled for the model.</summary>
    public Scaling Scaling { get; init; } = Scaling.None;
}
