using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>The columns of a table, in their order: what a table is read with, what is kept in a model's file, and what reads new
/// rows.</summary>
/// <param name="Columns">The columns; their names differ. Copied.</param>
[JsonConverter(typeof(SchemaConverter))]
public sealed record TableSchema(IReadOnlyList<ColumnSchema> Columns)
{
    private readonly ColumnSchema[] _columns = [.. Columns ?? []];

    /// <summary>The columns; their names differ. Copied.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get => _columns; init => _columns = [.. value ?? []]; }

    /// <summary>How the columns are scaled for the model.</summary>
    public Scaling Scaling { get; init; } = Scaling.None;

    /// <summary>Whether each column is modelled by its kind, with a likelihood of its own.</summary>
    internal bool IsByKind => Scaling == Scaling.ByKind;

    /// <summary>The columns that are a row's features, in their order. By kind: all with values that differ; otherwise numbers,
    /// dates, flags, and levels that are numbers.</summary>
    internal IReadOnlyList<ColumnSchema> Modelled => [.. _columns.Where(IsModelled)];

    /// <summary>Reads a schema that <see cref="Save"/> or a person wrote.</summary>
    /// <param name="path">The file, JSON.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="SchemaException">The file is no schema, or one of its values is invalid; the message names the line or
    /// the column and the property.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TableSchema Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SchemaFile.Read(path);
    }

    /// <summary>Writes the schema as JSON for a person to read and to change, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty, or the schema is invalid.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SchemaFile.Write(path, Validated());
    }

    /// <summary>Fits the scaling of the columns to the training rows; held-out rows are not read.</summary>
    /// <param name="rows">The rows, whose features are this schema's columns of numbers; missing numbers are passed over.</param>
    /// <param name="scaling">The kind of scaling.</param>
    /// <param name="training">The options of the training: its seed and its validation samples say which rows are held
    /// out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The schema with <see cref="ColumnSchema.Offset"/> and <see cref="ColumnSchema.Scale"/>. A column with one value
    /// is only shifted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> or <paramref name="training"/> is null.</exception>
    /// <exception cref="ArgumentException">The rows have other features, or the numbers of a column are too far
    /// apart.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TableSchema Fit(
        ISampleSource rows, Scaling scaling, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(training);
        return SchemaScaling.Fit(this, rows, scaling, training, cancellationToken);
    }

    /// <summary>Checks all values, which may come from a file.</summary>
    /// <returns>This very schema.</returns>
    /// <exception cref="ArgumentException">A value is invalid; the message names the column and the property.</exception>
    public TableSchema Validated()
    {
        SchemaChecks.Require(this);
        return this;
    }

    /// <summary>Whether the other schema has equal columns and the same scaling.</summary>
    /// <param name="other">The other schema.</param>
    public bool Equals(TableSchema? other)
        => other is not null && Scaling == other.Scaling && _columns.SequenceEqual(other._columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scaling, _columns.Length, _columns.FirstOrDefault());

    /// <summary>Whether the column is one of <see cref="Modelled"/>.</summary>
    internal bool IsModelled(ColumnSchema column)
        => IsByKind ? ColumnValues.AreModelled(column) : ColumnValues.AreNumbers(column);

    /// <summary>The scaling of the features. By kind, a likelihood of counts reads the count as it is: its offset and scale
    /// are those of its logarithm, for the encoder.</summary>
    internal Preparation ToPreparation()
    {
        var modelled = Modelled;
        var isScaled = (ColumnSchema column) => !IsByKind || column.LikelihoodKind != ColumnKind.Count;
        return new Preparation(
            Scaling,
            [.. modelled.Select(column => isScaled(column) ? column.Offset : 0)],
            [.. modelled.Select(column => isScaled(column) ? column.Scale : 1)])
        {
            Columns = [.. modelled.Select(column => column.Name)],
            Transforms = IsByKind ? [.. modelled.Select(TransformOf)] : [],
        };
    }

    private static FeatureTransform TransformOf(ColumnSchema column)
        => column.LikelihoodKind != ColumnKind.Positive ? FeatureTransform.None
            : column.Least > 0 ? FeatureTransform.Logarithm
            : FeatureTransform.LogarithmOrZero;
}
