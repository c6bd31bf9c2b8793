using Vae.Model;

namespace Vae.Cli;

/// <summary>The columns that a run's model knows, and the options that read new rows for it. A model by kinds takes rows that
/// lack some of its columns, whose values are then missing; a model of numbers alone wants all.</summary>
/// <param name="schema">The schema of the run's table.</param>
/// <param name="features">The names of the columns that the model is of; a new table may lack the others.</param>
internal sealed class RunSchema(TableSchema schema, IReadOnlyList<string> features)
{
    private readonly HashSet<string> _features = [.. features];

    /// <summary>The schema of a run. A run of an older version has the names of its columns alone, all of them numbers.</summary>
    public static RunSchema Of(RunRecord record)
    {
        var features = record.Preparation?.Columns ?? [];
        return new RunSchema(
            record.Schema ?? new TableSchema([.. features.Select(name => new ColumnSchema(name, ColumnKind.Real))]), features);
    }

    /// <summary>Whether a table has all columns that the model needs.</summary>
    public bool Fits(IReadOnlyList<string> names)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        return _features.All(known.Contains);
    }

    /// <summary>The names of the model's columns that a table may lack, and does; empty where it lacks all, which is refused.
    /// </summary>
    /// <param name="names">The names of the table's columns.</param>
    public IReadOnlyList<string> Lacking(IReadOnlyList<string> names)
    {
        string[] lacking = schema.IsByKind ? [.. Needed.Select(column => column.Name).Except(names)] : [];
        return lacking.Length == _features.Count ? [] : lacking;
    }

    /// <summary>The options to read new rows with: the model's columns, and of the others those that are asked for as
    /// IDs.</summary>
    /// <param name="asked">The options of the command line.</param>
    /// <param name="names">The names of the table's columns.</param>
    /// <exception cref="UsageException">A column of the model is to have another kind.</exception>
    public TableOptions For(TableRequest asked, IReadOnlyList<string> names)
    {
        var options = asked.For(names);
        var kinds = new Dictionary<string, ColumnKind>(options.Kinds);
        foreach (var column in asked.Schema?.Columns ?? [])
        {
            kinds.TryAdd(column.Name, column.Kind);
        }

        var known = names.ToHashSet(StringComparer.Ordinal);
        var own = schema.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (var column in Needed)
        {
            var kind = kinds.GetValueOrDefault(column.Name, column.Kind);
            UsageException.Require(
                kind == column.Kind,
                $"The model has column '{ColumnText.Shown(column.Name)}' as {KindNames.All.NameOf(column.Kind)}, "
                    + $"so new rows cannot have it as {KindNames.All.NameOf(kind)}.");
        }

        var lacking = Lacking(names).ToHashSet(StringComparer.Ordinal);
        var read = schema.Columns                                     // in their order, on which the table's checksum depends
            .Where(column => IsNeeded(column) ? !lacking.Contains(column.Name)
                : column.Kind == ColumnKind.Id || known.Contains(column.Name))
            .Select(column => column with { Kind = kinds.GetValueOrDefault(column.Name, column.Kind) });
        var added = kinds.Where(pair => pair.Value == ColumnKind.Id && !own.ContainsKey(pair.Key))
            .Select(pair => new ColumnSchema(pair.Key, pair.Value));
        return options with
        {
            Schema = schema with { Columns = [.. read, .. added] },
            Kinds = new Dictionary<string, ColumnKind>(),
            Columns = null,
        };
    }

    private IEnumerable<ColumnSchema> Needed => schema.Columns.Where(IsNeeded);

    private bool IsNeeded(ColumnSchema column) => _features.Contains(column.Name);
}
