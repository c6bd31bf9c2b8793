using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>What a run is: <c>run.json</c>, written when the run begins, and again where a resume changes its options.</summary>
/// <param name="Model">The model's shape and objective.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Data">What it is trained on.</param>
public sealed record RunRecord(VaeOptions Model, TrainingOptions Training, DataRecord Data)
{
    /// <summary>The version of this file's form.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What is done to a row before the model sees it; null where it sees the data as it is.</summary>
    public Preparation? Preparation { get; init; }

    /// <summary>The objective as a formula, with its reduction and the KL weight in force.</summary>
    public string Formula { get; init; } = "";

    /// <summary>The command that began the run.</summary>
    public string Command { get; init; } = "";

    /// <summary>What computed the products, on how many threads.</summary>
    public string Product { get; init; } = "";

    /// <summary>The product's name, which a resume must use again to come to the same bits; null in a run of before it was
    /// kept.</summary>
    public string? ProductName { get; init; }

    /// <summary>Whether the first layer leaves out what is multiplied by zero, and the measured share of inputs that are not
    /// zero.</summary>
    public string FirstLayer { get; init; } = "";

    /// <summary>What was changed at a resume, and what it was before, a line for each resume; null where the run is as it was
    /// begun.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public DateTime Started { get; init; }
}

/// <summary>What a run is trained on.</summary>
/// <param name="Source">Where the data came from, for a person.</param>
/// <param name="Samples">How many samples there are, those held out for validation among them.</param>
/// <param name="Sha256">Of the samples' content, so that a resume with other data is noticed.</param>
public sealed record DataRecord(string Source, int Samples, string Sha256)
{
    /// <summary>How the data was asked for, such as <c>auto</c> or a folder.</summary>
    public string Request { get; init; } = "";

    /// <summary>Rows of an image; 0 where samples are no images.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of an image; 0 where samples are no images.</summary>
    public int Columns { get; init; }

    /// <summary>How a table's file is written, so that another one is read alike; null where samples are no rows of a
    /// table.</summary>
    [JsonInclude]
    internal TableRecord? Table { get; init; }
}

/// <summary>How the file of a table is written.</summary>
/// <param name="HasHeader">Whether its first line names the columns.</param>
/// <param name="DecimalComma">Whether <c>1,5</c> is one and a half.</param>
internal sealed record TableRecord(bool HasHeader, bool DecimalComma)
{
    /// <summary>What separates fields; null where each file's first line tells.</summary>
    public char? Delimiter { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    UseStringEnumConverter = true,
    MaxDepth = StrictJson.MostDepth,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, MaxDepth = StrictJson.MostDepth,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, MaxDepth = StrictJson.MostDepth,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EpochMetrics))]
internal sealed partial class MetricsJson : JsonSerializerContext;
