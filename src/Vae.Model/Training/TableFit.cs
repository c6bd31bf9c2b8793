namespace Vae.Model;

/// <summary>A table that is ready for a training by kind.</summary>
/// <param name="Rows">The rows with that schema.</param>
/// <param name="Schema">Their schema, its scaling fitted.</param>
/// <param name="Model">The options of the model.</param>
/// <param name="Values">The training values as the likelihoods explain them, from which the training starts.</param>
internal sealed record TableFit(Table Rows, TableSchema Schema, VaeOptions Model, TrainingValues Values)
{
    /// <summary>Chooses scaling and likelihoods from the training rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="training">The options of the training, which say which rows are held out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="ArgumentException">No column can be modelled, or the options do not fit.</exception>
    public static TableFit Of(Table table, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        training.Validated(table.Count);
        var byKind = table.ByKind();
        RequireModelled(byKind.Schema);
        var own = TrainingValues.Read(byKind, training, cancellationToken);
        var (schema, columns, values) = LikelihoodChoice.Of(byKind, own, training, cancellationToken);
        return new TableFit(table.As(schema), schema, TableDefaults.Model(columns, table.Count), values);
    }

    private static void RequireModelled(TableSchema schema)
    {
        if (schema.Modelled.Count == 0)
        {
            throw new ArgumentException(
                "There must be a column whose values differ, but the columns are IDs, ignored, or have one value each: "
                + $"{ColumnNames.Shown(schema.Columns.Select(column => column.Name))}. Give the columns their kinds, such as "
                + $"{KindAdvice.Set(schema.Columns.Count > 0 ? schema.Columns[0].Name : "age", ColumnKind.Real)}.");
        }
    }
}
