using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Gives an option its default where a file lacks it, as one written before the option existed.</summary>
/// <remarks>A source-generated reader alone would read a missing option as 0, and a KL weight of 0 has a meaning.</remarks>
internal static class MissingOptions
{
    /// <summary>Adds missing options, object by object.</summary>
    /// <param name="part">The options in the file.</param>
    /// <param name="defaults">The defaults, of the same structure.</param>
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
