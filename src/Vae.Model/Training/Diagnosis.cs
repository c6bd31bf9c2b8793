using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>The kinds of diagnoses: faults of a training, and normal events that look like one.</summary>
public enum DiagnosisKind
{
    /// <summary>The decoder ignores z: the KL divergence is nearly 0 and the reconstruction that of the mean sample.</summary>
    PosteriorCollapse,

    /// <summary>Many units of a hidden layer give 0 for every sample.</summary>
    DeadUnits,

    /// <summary>Some latents carry no information about the samples.</summary>
    InactiveLatents,

    /// <summary>The KL divergence rises from epoch to epoch, which is normal.</summary>
    RisingKl,

    /// <summary>Logits are large and on the wrong side.</summary>
    SaturatedLogits,

    /// <summary>The posterior's log-variance is far above the prior's.</summary>
    ExplodingLogVariance,

    /// <summary>The samples' values are far outside the likelihood's range.</summary>
    OutsideRange,
}

/// <summary>An observation about a training, with its meaning and advice. Each kind is reported once in a run.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Observed">The observation, with numbers.</param>
/// <param name="Meaning">Its meaning.</param>
/// <param name="Advice">The remedy; it names options of the library, such as <c>VaeOptions.FreeBits</c>.</param>
/// <remarks>In <c>metrics.jsonl</c> the names are <c>saw</c>, <c>means</c> and <c>try</c>, as in the runs of the first
/// version.</remarks>
public sealed record Diagnosis(
    DiagnosisKind Kind,
    [property: JsonPropertyName("saw")] string Observed,
    [property: JsonPropertyName("means")] string Meaning,
    [property: JsonPropertyName("try")] string Advice)
{
    /// <summary>Observation, meaning and advice in one line.</summary>
    public override string ToString() => $"{Observed}: {Meaning}. {Advice}.";
}
