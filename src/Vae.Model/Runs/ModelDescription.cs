using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>The description of a model in its file of weights: with it, the file alone is enough to use the model.</summary>
/// <param name="Model">The model's shape and objective.</param>
/// <param name="Preparation">The scaling of a row before the model sees it; null for none, and where a schema has it.</param>
/// <param name="Schema">The columns of the table that the model was trained on; null for none.</param>
internal sealed record ModelDescription(VaeOptions Model, Preparation? Preparation, TableSchema? Schema = null)
{
    /// <summary>The description's name in the metadata of a safetensors file.</summary>
    public const string Key = "vae_core";

    /// <summary>The scaling of a row before the model sees it: the schema's where there is one; null for none.</summary>
    [JsonIgnore]
    public Preparation? Scaling => Schema?.ToPreparation() ?? Preparation;

    /// <summary>The description as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelJson.Default.ModelDescription);

    /// <summary>Reads a file's description and checks all of it.</summary>
    /// <param name="file">The file, open.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <returns>The description; null where the file has none, as a state dict of PyTorch.</returns>
    /// <exception cref="CheckpointException">It cannot be read, or one of its options is invalid.</exception>
    public static ModelDescription? Find(SafeTensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            return null;
        }

        try
        {
            var node = JsonNode.Parse(text, documentOptions: StrictJson.Options);
            MissingOptions.Add(node, JsonSerializer.SerializeToNode(Defaults, ModelJson.Default.ModelDescription)!.AsObject());
            var description = node.Deserialize(ModelJson.Default.ModelDescription) ?? throw new JsonException("null");
            description.Model.Validated();
            description.Schema?.Validated();
            description.Scaling?.Validated(description.Model.Features);
            return description;
        }
        catch (Exception failure) when (StrictJson.IsRefusal(failure) || failure is ArgumentException)
        {
            throw new CheckpointException(
                $"{path}: the description of the model ('{Key}' in the metadata) cannot be read: {Printable.Message(failure)}",
                failure);
        }
    }

    // Required values have an invalid default, so that a missing one is refused.
    private static ModelDescription Defaults => new(new VaeOptions { Features = 0 }, null);
}
