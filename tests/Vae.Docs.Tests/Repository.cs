namespace Vae.Docs.Tests;

/// <summary>The repository that the tests run in, and its documents.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder that holds VaeCore.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every Markdown file, relative to the root, with slashes, in order. Folders that a build makes are left out, and hidden ones.</summary>
    public static IReadOnlyList<string> Documents { get; } =
        [.. Find(new DirectoryInfo(Root)).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The lines of a document.</summary>
    /// <param name="document">Relative to the root.</param>
    public static string[] Lines(string document) => File.ReadAllLines(Path.Combine(Root, document));

    private static IEnumerable<string> Find(DirectoryInfo folder)
        => folder.GetFiles("*.md").Select(file => file.FullName).Concat(
            folder.GetDirectories().Where(inner => !inner.Name.StartsWith('.') && !Built.Contains(inner.Name)).SelectMany(Find));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VaeCore.sln")))
            {
                return folder.FullName;
            }
        }

        throw new FileNotFoundException("No folder above the tests holds VaeCore.sln: run them inside the repository.");
    }
}
