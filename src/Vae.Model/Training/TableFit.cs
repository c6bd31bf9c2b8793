namespace Vae.Model;

/// <summary>A table that is ready for a training by kind.</summary>
/// <param name="Rows">The rows with the kinds that are modelled.</param>
/// <param name="Schema">Their schema, its scaling fitted.</param>
/// <param name="Model">The options of the model.</param>
internal sealed record TableFit(Table Rows, TableSchema Schema, VaeOptions Model)
{
    /// <summary>Chooses kinds, scaling and likelihoods from the training rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="training">The options of the training, which say which rows are held out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="ArgumentException">No column can be modelled, or the options do not fit.</exception>
    public static TableFit Of(Table table, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        training.Validated(table.Count);
        var byKind = table.ByKind();
        RequireModelled(byKind.Schema);
        var kinds = CountKinds.Of(byKind.Schema, TrainingValues.Read(byKind, training, cancellationToken));
        var rows = table.As(kinds);
        var schema = kinds.Fit(rows, Scaling.ByKind, training, cancellationToken);
        var values = TrainingValues.Read(schema.ToPreparation().Apply(rows), training, cancellationToken);
        return new TableFit(rows, schema, TableDefaults.Model(schema, values, table.Count));
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
