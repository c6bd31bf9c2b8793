namespace Vae.Docs.Tests;

/// <summary>No line of C# is wider than the editor's ruler (<c>.editorconfig</c>).</summary>
public sealed class ColumnTests
{
    private const int Most = 130;
    private static readonly string[] Folders = ["src", "tests", "benchmarks", "samples", "interop"];

    [Fact]
    public void No_line_has_more_than_130_columns()
    {
        var wide = Folders.SelectMany(folder => Repository.Find(Path.Combine(Repository.Root, folder), "*.cs"))
            .SelectMany(path => Wide(Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadLines(path)))
            .ToList();
        Assert.True(wide.Count == 0, $"{wide.Count} lines are longer than {Most} columns:\n{string.Join('\n', wide)}");
    }

    [Fact]
    public void A_line_that_is_too_wide_is_named()
        => Assert.Equal(["a.cs:2: 131 columns"], Wide("a.cs", [new string('x', 130), new string('x', 131)]));

    private static IEnumerable<string> Wide(string name, IEnumerable<string> lines)
        => lines.Select((line, i) => (line.Length, Number: i + 1)).Where(line => line.Length > Most)
            .Select(line => $"{name}:{line.Number}: {line.Length} columns");
}
