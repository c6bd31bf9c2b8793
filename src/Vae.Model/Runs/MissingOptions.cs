using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Gives options that a file does not have, as one that is older than the option, their defaults.</summary>
/// <remarks>A source-generated reader alone would make them 0, and a KL weight of 0 means something.</remarks>
internal static class MissingOptions
{
    /// <summary>Adds what is missing, object by object.</summary>
    /// <param name="part">What the file has.</param>
    /// <param name="defaults">The defaults, of the same form.</param>
    public static void Add(JsonNode? part, JsonObject defaults)
    {
        if (part is not JsonObject options)
        {
            return;
        }

        foreach (var (name, value) in defaults)
        {
            if (!options.TryGetPropertyValue(name, out var given))
            {
                options.Add(name, value?.DeepClone());
            }
            else if (value is JsonObject parts)
            {
                Add(given, parts);
            }
        }
    }
}
