using System.Text.Json;

namespace Vae.Model;

/// <summary>How the JSON of a run is read: no names that are there twice, and no deeper than anything that was ever
/// written.</summary>
internal static class StrictJson
{
    /// <summary>How deep objects and lists may stand in each other.</summary>
    public const int MostDepth = 8;

    /// <summary>The options to parse with.</summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Whether an exception is the parser's way to refuse a text.</summary>
    public static bool IsRefusal(Exception failure)
        => failure is JsonException or InvalidOperationException or FormatException; // the second: a text that is not Unicode
}
