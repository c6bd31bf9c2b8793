namespace Vae.Model;

/// <summary>Completes a schema that a person has edited: a column whose kind was changed gets its levels or bounds from the
/// cells.</summary>
internal static class SchemaCompletion
{
    /// <summary>Completes the schema; one that is complete, as a model's, costs nothing.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="ArgumentException">The kind of such a column cannot hold its values.</exception>
    public static TableSchema Of(TableSchema schema, ICells cells, CancellationToken cancellationToken)
    {
        var names = ColumnNames.Unique(cells.Names);
        if (!schema.Columns.Any(column => Lacks(column) && names.Contains(column.Name)))
        {
            return schema;
        }

        var profiles = TableProfile.Of(cells, cancellationToken);
        return schema with
        {
            Columns =
            [
                .. schema.Columns.Select(column => !Lacks(column) || Array.IndexOf(names, column.Name) is not (>= 0 and var place)
                    ? column
                    : Complete(column, profiles[place] with { Name = column.Name }, cells)),
            ],
        };
    }

    private static bool Lacks(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => column.Levels.Count == 0,
        ColumnKind.Id or ColumnKind.Ignore => false,
        _ => double.IsNaN(column.Least) && double.IsNaN(column.Largest),
    };

    private static ColumnSchema Complete(ColumnSchema column, ColumnProfile profile, ICells cells)
    {
        var decision = KindRequest.Decide(cells, profile, column.Kind, new TableOptions().MostLevels);
        return ColumnSchemas.Make(profile, decision, new TableOptions().MostLevels) with
        {
            Missing = [.. column.Missing.Union(decision.Missing)],
            Offset = column.Offset,
            Scale = column.Scale,
        };
    }
}
