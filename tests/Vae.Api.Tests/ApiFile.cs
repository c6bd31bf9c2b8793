namespace Vae.Api.Tests;

/// <summary>The record of a library's public members, <c>Api/NAME.txt</c>.</summary>
public static class ApiFile
{
    /// <summary>The environment variable that, set to 1, makes the tests write the records instead of comparing.</summary>
    public const string AcceptVariable = "VAE_ACCEPT_API";

    private const int LinesShown = 5;

    /// <summary>The full path of a library's record.</summary>
    public static string PathOf(string library) => Path.Combine(Folder(), $"{library}.txt");

    /// <summary>
    /// The difference between a text and the recorded one, and how to accept it; null where they differ at most in line endings.
    /// </summary>
    public static string? Difference(string library, string recorded, string actual)
    {
        var (before, after) = (Lines(recorded), Lines(actual));
        if (before.SequenceEqual(after))
        {
            return null;
        }

        var first = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var last = before.Skip(first).Reverse().Zip(after.Skip(first).Reverse())
            .TakeWhile(pair => pair.First == pair.Second).Count();
        var recordedIn = $"tests/Vae.Api.Tests/Api/{library}.txt";
        var line = $"{first + 1} on, of {before.Length}";
        var accepting = $"{AcceptVariable}=1 dotnet test -c Release tests/Vae.Api.Tests";
        return $"""
            The public members of {library} are not those recorded in {recordedIn}. From its line {line}:
            {Excerpt('-', before[first..^last])}
            {Excerpt('+', after[first..^last])}
            A change that is meant is accepted by {accepting} and committed with the file; see CONTRIBUTING.md.
            """;
    }

    private static string Excerpt(char sign, string[] lines)
    {
        var shown = lines.Take(LinesShown).Select(line => $"{sign} {line}");
        var more = lines.Length > LinesShown ? [$"{sign} ... and {lines.Length - LinesShown} more"]
            : lines.Length == 0 ? new[] { $"{sign} (nothing)" } : [];
        return string.Join('\n', shown.Concat(more));
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    // The folder of the sources, not a copy beside the tests, because accepting writes the files.
    private static string Folder() => Solution.PathOf("tests", "Vae.Api.Tests", "Api");
}
