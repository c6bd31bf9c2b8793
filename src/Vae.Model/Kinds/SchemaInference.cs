namespace Vae.Model;

/// <summary>Finds the schema of a table's cells.</summary>
internal static class SchemaInference
{
    /// <summary>Infers a schema, with the kinds that the options say.</summary>
    /// <param name="cells">The table's cells.</param>
    /// <param name="options">Kinds and columns that are said.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The schema, its scaling not fitted, and a finding for each of its columns.</returns>
    /// <exception cref="ArgumentException">The options name a column that is not there, or a kind that cannot hold a column's
    /// values; the message says which, and where.</exception>
    public static (TableSchema Schema, IReadOnlyList<ColumnFinding> Findings) Infer(
        ICells cells, TableOptions options, CancellationToken cancellationToken = default)
    {
        var names = ColumnNames.Unique(cells.Names);
        RequireNames(names, options);
        var profiles = TableProfile.Of(cells, cancellationToken);
        ColumnProfile[] columns = [.. Order(names, options).Select(place => profiles[place] with { Name = names[place] })];
        KindDecision[] said = [.. columns.Select(column => Decide(cells, column, options))];
        var alike = SiblingKinds.Alike(columns, said);
        var findings = columns.Select((column, place) =>
        {
            var decision = options.Kinds.ContainsKey(column.Name) ? said[place] : alike[place];
            return new ColumnFinding(
                ColumnSchemas.Make(column, decision, options.MostLevels), decision.Why, decision.Note, column.Holes,
                    column.Examples);
        }).ToArray();
        return (new TableSchema([.. findings.Select(finding => finding.Column)]), findings);
    }

    private static KindDecision Decide(ICells cells, ColumnProfile column, TableOptions options)
    {
        if (options.Kinds.TryGetValue(column.Name, out var kind))
        {
            return KindRequest.Decide(cells, column, kind, options.MostLevels);
        }

        return options.Columns is { } chosen && !chosen.Contains(column.Name)
            ? new KindDecision(ColumnKind.Ignore, "not among the chosen columns")
            : KindInference.Of(column, options.MostLevels);
    }

    // The chosen columns in their order, then the others.
    private static IEnumerable<int> Order(string[] names, TableOptions options)
    {
        var all = Enumerable.Range(0, names.Length);
        return options.Columns is not { } chosen ? all
            : chosen.Select(name => Array.IndexOf(names, name)).Concat(all.Where(place => !chosen.Contains(names[place])));
    }

    private static void RequireNames(string[] names, TableOptions options)
    {
        if (options.MostLevels < 2)
        {
            throw new ArgumentException($"TableOptions.MostLevels must be 2 or more, but is {options.MostLevels}.",
                nameof(options));
        }

        foreach (var (property, wanted) in
            new[] { ("TableOptions.Columns", options.Columns ?? []), ("TableOptions.Kinds", [.. options.Kinds.Keys]) })
        {
            var missing = wanted.Where(name => !names.Contains(name)).ToArray();
            if (missing.Length > 0)
            {
                throw new ArgumentException(
                    $"{property} names {ColumnNames.Shown(missing)}, which the table does not have. "
                    + $"Its columns are {ColumnNames.Shown(names)}.",
                    nameof(options));
            }
        }

        if (options.Columns?.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"TableOptions.Columns names '{Printable.Cut(twice.Key)}' twice.", nameof(options));
        }
    }
}
