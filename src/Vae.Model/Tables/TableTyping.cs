namespace Vae.Model;

/// <summary>Finds the kinds of a table's columns, or takes them from a schema, as the options say.</summary>
internal static class TableTyping
{
    /// <summary>Finds a schema and what it says of the cells.</summary>
    /// <param name="cells">The columns that were read.</param>
    /// <param name="leftOut">The names of the others.</param>
    /// <param name="options">The options of the reading.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    public static SchemaBinding Bind(
        ICells cells, IReadOnlyList<string> leftOut, TableOptions options, CancellationToken cancellationToken)
    {
        var names = cells.Names.ToHashSet();
        var kinds = options.Kinds.Where(pair => pair.Value != ColumnKind.Ignore && names.Contains(pair.Key)).ToDictionary();
        var asked = options with { Columns = null, Kinds = kinds };
        if (options.Schema is not { } given)
        {
            var (schema, findings) = SchemaInference.Infer(cells, asked, cancellationToken);
            return SchemaBinding.OfInferred(
                schema with { Columns = [.. schema.Columns, .. leftOut.Select(Ignored)] },
                [.. findings, .. leftOut.Select(NotRead)],
                cells);
        }

        var known = given.Columns.ToDictionary(column => column.Name);
        var found = kinds.Count == 0 && cells.Names.All(known.ContainsKey)
            ? []
            : SchemaInference.Infer(cells, asked, cancellationToken).Schema.Columns.ToDictionary(column => column.Name);
        var read = cells.Names.Select(name => kinds.ContainsKey(name) || !known.TryGetValue(name, out var column)
            ? found[name]
            : column);
        var others = given.Columns.Where(column => !names.Contains(column.Name)).Select(column => Ignored(column.Name));
        return SchemaBinding.Bind(given with { Columns = [.. read, .. others] }, cells, cancellationToken);
    }

    private static ColumnSchema Ignored(string name) => new(name, ColumnKind.Ignore);

    private static ColumnFinding NotRead(string name) => new(Ignored(name), "left out, as said", null, 0, []);
}
