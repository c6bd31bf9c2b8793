using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>The description of a run, kept in <c>run.json</c>: written when the run begins, and again when
/// a resume changes options.</summary>
/// <param name="Model">The model's shape and objective.</param>
/// <param name="Training">The options of the training.</param>
/// <param name="Data">The data of the training.</param>
public sealed record RunRecord(VaeOptions Model, TrainingOptions Training, DataRecord Data)
{
    private readonly TableSchema? _schema;
    private readonly Preparation? _ofSchema;
    private readonly Preparation? _preparation;

    /// <summary>The version of the file's format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The columns of the table that the model is trained on, with their scaling; null where the samples are no rows of
    /// a table with kinds of columns.</summary>
    public TableSchema? Schema
    {
        get => _schema;
        init
        {
            _schema = value;
            _ofSchema = value?.ToPreparation();
        }
    }

    /// <summary>The scaling of a row before the model sees it, which is the schema's where there is one; null for none.</summary>
    [JsonIgnore]
    public Preparation? Preparation { get => _ofSchema ?? StoredPreparation; init => StoredPreparation = value; }

    // What a schema says is not written twice.
    [JsonInclude, JsonPropertyName("preparation")]
    internal Preparation? StoredPreparation { get => _ofSchema is null ? _preparation : null; init => _preparation = value; }

    /// <summary>The objective as a formula, with its reduction and the KL weight in force.</summary>
    public string Formula { get; init; } = "";

    /// <summary>The command that began the run.</summary>
    public string Command { get; init; } = "";

    /// <summary>The matrix product and its threads, as text.</summary>
    public string Product { get; init; } = "";

    /// <summary>The name of the product, which a resume needs for the same bits; null in runs of older versions.</summary>
    public string? ProductName { get; init; }

    /// <summary>Whether the first layer skips products with zero, and the measured share of inputs that are
    /// not zero, as text.</summary>
    public string FirstLayer { get; init; } = "";

    /// <summary>The changes at resumes, a line for each resume with the new and the old values; null
    /// where nothing was changed.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>When the run began, UTC.</summary>
    public DateTime Started { get; init; }
}

/// <summary>The data of a run.</summary>
/// <param name="Source">The origin of the data, as text.</param>
/// <param name="Samples">The number of samples, validation samples included.</param>
/// <param name="Sha256">The checksum of the samples' content, by which a resume recognises its data.</param>
public sealed record DataRecord(string Source, int Samples, string Sha256)
{
    /// <summary>The request for the data on the command line, such as <c>auto</c> or a folder.</summary>
    public string Request { get; init; } = "";

    /// <summary>Rows of an image; 0 where samples are not images.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of an image; 0 where samples are not images.</summary>
    public int Columns { get; init; }

    /// <summary>The notation of a table's file, for reading further files in the same way; null where samples are not rows
    /// of a table.</summary>
    [JsonInclude]
    internal TableRecord? Table { get; init; }
}

/// <summary>The notation of a table's file.</summary>
/// <param name="HasHeader">Whether its first line names the columns.</param>
/// <param name="DecimalComma">Whether <c>1,5</c> is one and a half.</param>
internal sealed record TableRecord(bool HasHeader, bool DecimalComma)
{
    /// <summary>The character between fields; null to detect it in each file's first line.</summary>
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
