namespace Vae.Docs.Tests;

/// <summary>The repository that the tests run in, and its documents.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder that holds VaeCore.sln.</summary>
    public static string Root { get; } = Solution.Folder;

    /// <summary>
    /// Every Markdown file, relative to the root, with slashes, in order; files of a build and hidden files are left out.
    /// </summary>
    public static IReadOnlyList<string> Documents { get; } =
        [.. Find(Root, "*.md").Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The lines of a document.</summary>
    /// <param name="document">Relative to the root.</param>
    public static string[] Lines(string document) => File.ReadAllLines(Path.Combine(Root, document));

    /// <summary>
    /// The files of a kind in a folder and its subfolders, in order; files of a build and hidden files are left out.
    /// </summary>
    /// <param name="folder">The folder's full path.</param>
    /// <param name="pattern">The files' names, such as <c>*.md</c>.</param>
    public static IEnumerable<string> Find(string folder, string pattern)
        => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal).Concat(
            Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
                .Where(inner => !Path.GetFileName(inner).StartsWith('.') && !Built.Contains(Path.GetFileName(inner)))
                .SelectMany(inner => Find(inner, pattern)));
}
