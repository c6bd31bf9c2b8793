namespace Vae.Formats;

/// <summary>The notation of a table that is written.</summary>
/// <param name="Separator">The character between fields; null for a comma.</param>
/// <param name="HasDecimalComma">Whether one and a half is written as <c>1,5</c>.</param>
internal readonly record struct OutputNotation(char? Separator, bool HasDecimalComma);
