using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>What a training may suffer from, or what only looks like it.</summary>
public enum DiagnosisKind
{
    /// <summary>The decoder ignores z: the KL divergence is next to nothing and the reconstruction that of the mean
    /// sample.</summary>
    PosteriorCollapse,

    /// <summary>Many units of a hidden layer give 0 whatever they see.</summary>
    DeadUnits,

    /// <summary>Some latents say nothing about the samples.</summary>
    InactiveLatents,

    /// <summary>The KL divergence rises from epoch to epoch, which is as it should be.</summary>
    RisingKl,

    /// <summary>Logits are far out on the wrong side.</summary>
    SaturatedLogits,

    /// <summary>The posterior's log-variance grows out of all proportion.</summary>
    ExplodingLogVariance,

    /// <summary>The samples lie where the likelihood does not expect them.</summary>
    OutsideRange,
}

/// <summary>Something that a person should know about a training, said once in a run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Observed">The observation, with numbers.</param>
/// <param name="Meaning">Its meaning.</param>
/// <param name="Advice">What to do.</param>
/// <remarks>The names in <c>metrics.jsonl</c> are those of the first version.</remarks>
public sealed record Diagnosis(
    DiagnosisKind Kind,
    [property: JsonPropertyName("saw")] string Observed,
    [property: JsonPropertyName("means")] string Meaning,
    [property: JsonPropertyName("try")] string Advice)
{
    /// <summary>All three in a line.</summary>
    public override string ToString() => $"{Observed}: {Meaning}. {Advice}.";
}
