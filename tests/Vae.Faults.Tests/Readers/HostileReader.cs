namespace Vae.Faults.Tests;

/// <summary>
/// A reader under attack: where its file is, what a good file looks like, and how the library reads it from end to end.
/// </summary>
internal sealed record HostileReader
{
    /// <summary>What it reads, in the plural: part of a line of the campaign's table.</summary>
    public required string Name { get; init; }

    /// <summary>The file that is written anew for each trial.</summary>
    public required string Path { get; init; }

    /// <summary>Good files, made by the project itself.</summary>
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>What a file is made of, which decides how it is damaged.</summary>
    public required FileForm Form { get; init; }

    /// <summary>The one exception that says that a file is refused.</summary>
    public required Type Refusal { get; init; }

    /// <summary>
    /// Reads the file as the library would, and throws where what came of it is not sane. Returns false where the file is refused
    /// without an exception.
    /// </summary>
    public required Func<bool> Read { get; init; }
}
