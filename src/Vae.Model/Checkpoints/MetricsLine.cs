using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Reads a line of <c>metrics.jsonl</c>. What a run of before did not write yet follows from its options.</summary>
/// <remarks>A source-generated reader alone would make it 0.</remarks>
internal static class MetricsLine
{
    public static EpochMetrics? Read(string line, RunRecord record)
    {
        var epoch = JsonNode.Parse(line);
        if (epoch is JsonObject parts)
        {
            AddNegativeElbo(parts["training"], record.Model);
            AddNegativeElbo(parts["validation"], record.Model);
            parts.TryAdd("learning_rate", record.Training.Adam.LearningRate); // there was no schedule yet
        }

        return epoch.Deserialize(MetricsJson.Default.EpochMetrics);
    }

    private static void AddNegativeElbo(JsonNode? part, VaeOptions options)
    {
        if (part is JsonObject objective && !objective.ContainsKey("negative_elbo")
            && objective["reconstruction"] is JsonValue first && first.TryGetValue(out double reconstruction)
            && objective["kl"] is JsonValue second && second.TryGetValue(out double kl))
        {
            objective.Add("negative_elbo", options.Negative(reconstruction) + kl);
        }
    }
}
