using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Reads a line of <c>metrics.jsonl</c>. Values that an older version did not write follow
/// from the run's options.</summary>
/// <remarks>A source-generated reader alone would read a missing value as 0.</remarks>
internal static class MetricsLine
{
    /// <summary>The longest <c>metrics.jsonl</c> to accept, bytes: some 400,000 epochs.</summary>
    public const long MostBytes = 1L << 28;

    /// <summary>The longest line to accept, bytes: an epoch takes some hundred, and each of its diagnoses as many.</summary>
    public const int MostBytesInLine = 1 << 16;

    /// <summary>Reads a line and checks all of it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="record">The record of the line's run.</param>
    /// <param name="place">The line's place, for messages.</param>
    /// <exception cref="CheckpointException">The line is not the metrics of an epoch.</exception>
    public static EpochMetrics Read(string line, RunRecord record, string place)
    {
        try
        {
            if (line.Length > MostBytesInLine)
            {
                throw new JsonException($"{line.Length} characters are more than the {MostBytesInLine} that it may have.");
            }

            var epoch = JsonNode.Parse(line, documentOptions: StrictJson.Options);
            if (epoch is JsonObject parts)
            {
                AddNegativeElbo(parts["training"], record.Model);
                AddNegativeElbo(parts["validation"], record.Model);
                parts.TryAdd("learning_rate", record.Training.Adam.LearningRate); // there was no schedule yet
            }

            return Checked(epoch.Deserialize(MetricsJson.Default.EpochMetrics));
        }
        catch (Exception failure) when (StrictJson.IsRefusal(failure))
        {
            throw new CheckpointException($"{place}: not the metrics of an epoch: {Printable.Message(failure)}", failure);
        }
    }

    private static void AddNegativeElbo(JsonNode? part, VaeOptions options)
    {
        if (part is JsonObject objective && !objective.ContainsKey("negative_elbo")
            && objective["reconstruction"] is JsonValue first
            && first.TryGetValue(out double reconstruction) && double.IsFinite(reconstruction)
            && objective["kl"] is JsonValue second && second.TryGetValue(out double kl) && double.IsFinite(kl)
            && options.ObjectiveWeights.NegativeElbo(reconstruction, kl) is var sum && double.IsFinite(sum))
        {
            objective.Add("negative_elbo", sum);
        }
    }

    private static EpochMetrics Checked(EpochMetrics? metrics)
    {
        Require(metrics is not null, "an object", "null");
        Require(metrics!.Epoch >= 1, "an epoch of at least 1", metrics.Epoch);
        Require(metrics.Step >= 0, "steps of at least 0", metrics.Step);
        Require(double.IsFinite(metrics.Seconds) && metrics.Seconds >= 0, "seconds of at least 0", metrics.Seconds);
        Require(double.IsFinite(metrics.LearningRate), "a finite learning rate", metrics.LearningRate);
        RequireFinite(metrics.Training);
        RequireFinite(metrics.Validation ?? metrics.Training);
        foreach (var diagnosis in metrics.Diagnoses ?? [])
        {
            Require(diagnosis is not null && Enum.IsDefined(diagnosis.Kind), "a diagnosis of a known kind", diagnosis?.Kind);
        }

        return metrics with { Diagnoses = metrics.Diagnoses?.Select(Shown).ToList() };
    }

    private static void RequireFinite(Objective objective)
    {
        double[] numbers = [objective.Reconstruction, objective.Kl, objective.KlWeight, objective.Loss, objective.NegativeElbo];
        Require(numbers.All(double.IsFinite), "an objective of finite numbers", objective);
    }

    private static void Require(bool holds, string expected, object? found)
    {
        if (!holds)
        {
            throw new JsonException(FormattableString.Invariant($"expected {expected}, but found {found ?? "null"}."));
        }
    }

    private static Diagnosis Shown(Diagnosis diagnosis) => diagnosis with
    {
        Observed = Printable.Escaped(diagnosis.Observed),
        Meaning = Printable.Escaped(diagnosis.Meaning),
        Advice = Printable.Escaped(diagnosis.Advice),
    };
}
