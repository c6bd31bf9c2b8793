using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Reads <c>run.json</c>. An option that is not there, as in a run that is older than the option, has its default.</summary>
/// <remarks>A source-generated reader alone would make it 0, and a KL weight of 0 means something.</remarks>
internal static class RunRecordFile
{
    public static RunRecord? Read(string path)
    {
        var run = JsonNode.Parse(File.ReadAllBytes(path));
        if (run is JsonObject parts)
        {
            AddMissing(parts["model"], JsonSerializer.SerializeToNode(new VaeOptions { Features = 0 }, RunJson.Default.VaeOptions)!);
            AddMissing(parts["training"], JsonSerializer.SerializeToNode(new TrainingOptions(), RunJson.Default.TrainingOptions)!);
        }

        return run.Deserialize(RunJson.Default.RunRecord);
    }

    private static void AddMissing(JsonNode? part, JsonNode defaults)
    {
        if (part is not JsonObject options)
        {
            return;
        }

        foreach (var (name, value) in defaults.AsObject())
        {
            if (!options.TryGetPropertyValue(name, out var given))
            {
                options.Add(name, value?.DeepClone());
            }
            else if (value is JsonObject)
            {
                AddMissing(given, value);
            }
        }
    }
}
