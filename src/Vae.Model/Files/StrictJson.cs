using System.Text.Json;

namespace Vae.Model;

/// <summary>The rules for reading a run's JSON: no duplicate names, and no deeper nesting than a run ever writes.</summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting of objects and lists.</summary>
    public const int MostDepth = 8;

    /// <summary>The options to parse with.</summary>
    public static JsonDocumentOptions Options { get; } = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Whether an exception means that the parser refused a text.</summary>
    public static bool IsRefusal(Exception failure)
        => failure is JsonException or InvalidOperationException or FormatException; // the second: a text that is not Unicode
}
