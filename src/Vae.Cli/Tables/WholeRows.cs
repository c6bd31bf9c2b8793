using System.Numerics;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The rows of a table that lacks columns of a model: their values are missing.</summary>
/// <param name="table">The table.</param>
/// <param name="schema">The model's columns.</param>
internal sealed class WholeRows(Table table, TableSchema schema) : IDescribedSamples, IIncompleteSamples
{
    private readonly ModelRows _rows = new(schema, table);
    private readonly IReadOnlyList<ColumnSchema> _modelled = schema.Modelled;

    /// <inheritdoc/>
    public int Count => table.Count;

    /// <inheritdoc/>
    public int Features => _modelled.Count;

    /// <inheritdoc/>
    public bool HasMissing => true;

    /// <summary>The rows as a model takes them: the table itself where it has all columns.</summary>
    public static ISampleSource Of(Table table, RunRecord record)
        => record.IsByKind() && table.Features < record.Model.Features ? new WholeRows(table, record.Schema!) : table;

    /// <inheritdoc/>
    public string SampleName(int sample) => table.SampleName(sample);

    /// <inheritdoc/>
    public string FeatureName(int feature) => _modelled[feature].Name;

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new double[Features];
        foreach (var sample in samples)
        {
            using (var row = _rows.Read(sample))
            {
                row.Values(values);
            }

            for (var i = 0; i < values.Length; i++)
            {
                batch[i] = T.CreateTruncating(values[i]);
            }

            batch = batch[values.Length..];
        }
    }
}
