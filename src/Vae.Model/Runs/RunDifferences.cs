using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>The differences between the options of a run and those wanted at its resume, with
/// the names of <c>run.json</c>.</summary>
internal sealed class RunDifferences
{
    // Another value of these would need another model's weights, or would train on held-out images.
    private static readonly string[] Fixed =
    [
        "model.features", "model.hidden", "model.latent", "model.classes", "model.encoder_activation", "model.decoder_activation",
        "model.likelihood", "model.initialisation", "training.seed", "training.validation_samples",
    ];

    // Another preparation scales the numbers in another way, and the weights no longer fit.
    private const string Preparation = "preparation";

    // So does another kind or scaling of a column that the model learns.
    private const string Schema = "schema";

    // The time of a save changes no result.
    private static readonly string[] Free = ["training.checkpoint_steps", "training.checkpoint_minutes"];

    private readonly List<(string Name, string Begun, string Wanted)> _found = [];

    /// <summary>Compares two records. A wanted record without a preparation or a schema takes the run's.</summary>
    public RunDifferences(RunRecord begun, RunRecord wanted)
    {
        if (wanted.Schema is { } schema)
        {
            Compare(begun.Schema, schema);
        }
        else if (wanted.Preparation is { } other && !other.Equals(begun.Preparation))
        {
            Compare(Preparation, Node(begun.Preparation), Node(other));
        }

        Compare("model", Node(begun.Model), Node(wanted.Model));
        Compare("training", Node(begun.Training), Node(wanted.Training));
        if (begun.ProductName is { Length: > 0 } product && product != wanted.ProductName)
        {
            _found.Add(("product_name", Printable.Cut(product), $"{wanted.ProductName} (which rounds differently)"));
        }
    }

    /// <summary>Whether there is no difference that matters.</summary>
    public bool IsEmpty => _found.Count == 0;

    /// <summary>The differences that no resume accepts, as text; empty where there is none.</summary>
    public string Impossible => Text(difference
        => Fixed.Contains(difference.Name) || difference.Name.StartsWith(Preparation, StringComparison.Ordinal)
            || difference.Name.StartsWith(Schema, StringComparison.Ordinal));

    /// <summary>Refuses a resume with differences.</summary>
    /// <param name="path">The run's folder, for messages.</param>
    /// <param name="acceptChanges">Whether differences are accepted that do not make another model.</param>
    /// <exception cref="CheckpointException">There is a difference that is not accepted.</exception>
    public void Require(string path, bool acceptChanges)
    {
        if (Impossible is { Length: > 0 } impossible)
        {
            throw new CheckpointException(
                $"{path}: the run was begun with {impossible}, and what was trained so far is of no use with another. "
                + "Begin another run.");
        }

        if (!IsEmpty && !acceptChanges)
        {
            throw new CheckpointException(
                $"{path}: the run was begun with {this}. "
                + "Resume it as it was begun, or accept the change (acceptChanges): "
                + "it is then no longer the run that its first options make.");
        }
    }

    /// <summary>All differences, as text.</summary>
    public override string ToString() => Text(_ => true);

    private static JsonNode? Node(VaeOptions options) => JsonSerializer.SerializeToNode(options, RunJson.Default.VaeOptions);

    private static JsonNode? Node(TrainingOptions options)
        => JsonSerializer.SerializeToNode(options, RunJson.Default.TrainingOptions);

    private static JsonNode? Node(Preparation? preparation)
        => preparation is null ? null : JsonSerializer.SerializeToNode(preparation, RunJson.Default.Preparation);

    // The columns that are not modelled may differ: a run does not depend on them.
    private void Compare(TableSchema? begun, TableSchema wanted)
    {
        if (begun is null)
        {
            _found.Add((Schema, "none", "one"));
            return;
        }

        var (before, after) = (begun.Modelled, wanted.Modelled);
        if (!before.Select(column => column.Name).SequenceEqual(after.Select(column => column.Name)))
        {
            _found.Add(($"{Schema}.columns", ColumnNames.Shown(before.Select(column => column.Name)),
                ColumnNames.Shown(after.Select(column => column.Name))));
            return;
        }

        Compare($"{Schema}.scaling", $"{begun.Scaling}", $"{wanted.Scaling}");
        foreach (var (one, other) in before.Zip(after))
        {
            var name = $"{Schema}.{Printable.Cut(one.Name)}";
            Compare($"{name}.kind", $"{one.Kind}", $"{other.Kind}");
            Compare($"{name}.modelled_as", $"{one.LikelihoodKind}", $"{other.LikelihoodKind}");
            Compare($"{name}.levels", Levels(one), Levels(other));
            Compare($"{name}.offset", one.Offset, other.Offset);
            Compare($"{name}.scale", one.Scale, other.Scale);
        }
    }

    private static string Levels(ColumnSchema column)
        => ColumnNames.Shown(column.Levels) + (column.PooledLevels.Count > 0 ? $" and {column.PooledLevels.Count} pooled" : "");

    private void Compare(string name, JsonNode? begun, JsonNode? wanted)
    {
        if (begun is JsonObject parts && wanted is JsonObject others)
        {
            foreach (var (part, value) in parts)
            {
                Compare($"{name}.{part}", value, others[part]);
            }
        }
        else if (!JsonNode.DeepEquals(begun, wanted) && !Free.Contains(name))
        {
            _found.Add((name, Text(begun), Text(wanted)));
        }
    }

    private static string Text(JsonNode? value) => value is null ? "none" : Printable.Cut(value.ToJsonString());

    private string Text(Func<(string Name, string Begun, string Wanted), bool> which)
        => string.Join(
            "; ",
            _found.Where(which).Select(difference => $"{difference.Name} {difference.Begun}, now {difference.Wanted}"));
}
