namespace Vae.Faults.Tests;

/// <summary>
/// A reader under attack: where its file is, what a good file looks like, and how the library reads it from end to end.
/// </summary>
internal sealed record HostileReader
{
    /// <summary>The kind of file in the plural, for the campaign's table.</summary>
    public required string Name { get; init; }

    /// <summary>The file that is written anew for each trial.</summary>
    public required string Path { get; init; }

    /// <summary>Good files, made by the project itself.</summary>
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>The structure of the file, which decides how it is damaged.</summary>
    public required FileForm Form { get; init; }

    /// <summary>The only exception type that refuses a file.</summary>
    public required Type Refusal { get; init; }

    /// <summary>Whether a read is promised to end soon.</summary>
    public bool IsBounded { get; init; } = true;

    /// <summary>
    /// Reads the file as the library would, and throws where the result is not sane. Returns false where the file is refused
    /// without an exception.
    /// </summary>
    public required Func<bool> Read { get; init; }
}
