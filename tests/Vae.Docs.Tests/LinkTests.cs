namespace Vae.Docs.Tests;

/// <summary>Links into the repository lead somewhere, and files that documents name exist.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> EveryDocument => [.. Repository.Documents];

    [Theory, MemberData(nameof(EveryDocument))]
    public void Every_link_and_image_of_a_document_is_there(string document)
    {
        var broken = string.Join('\n', Links.Broken(document, Repository.Lines(document)));
        Assert.True(broken.Length == 0, broken);
    }

    [Fact]
    public void The_documents_of_the_repository_are_found()
        => Assert.Superset(
            new HashSet<string> { "README.md", "CONTRIBUTING.md", "docs/derivations.md", "src/Vae.Math/README.md" },
            Repository.Documents.ToHashSet());

    // A chapter that docs/README.md does not name would be found by nobody.
    [Fact]
    public void The_course_names_every_document_of_its_folder()
    {
        var course = File.ReadAllText(Path.Combine(Repository.Root, "docs", "README.md"));
        var chapters = Repository.Documents
            .Where(name => name.StartsWith("docs/", StringComparison.Ordinal) && name != "docs/README.md");
        Assert.All(chapters, name => Assert.Contains($"]({name["docs/".Length..]})", course));
    }

    [Theory]
    [InlineData("[a](missing.md)", "a.md:1: missing.md: there is no such file")]
    [InlineData("![a](docs/images/missing.png)", "there is no such file")]
    [InlineData("[a](docs/derivations.md#missing)", "there is no such heading")]
    [InlineData("[a](#missing)", "there is no such heading")]
    [InlineData("see `src/Vae.Math/Missing.cs`", "src/Vae.Math/Missing.cs: there is no such file")]
    public void A_broken_link_is_reported(string text, string problem)
        => Assert.Contains(problem, Links.Broken("a.md", [text]).Single());

    [Theory]
    [InlineData("[a](docs/derivations.md#the-whole-objective)")]
    [InlineData("[a](docs) and [b](https://example.org/missing.md), `[c](missing.md)`")]
    [InlineData("see `src/Vae.Math/README.md` and `tests/`")]
    [InlineData("[a](#a-heading-with-code-and-marks)")]
    public void A_good_link_is_not_reported(string text)
        => Assert.Empty(Links.Broken("a.md", ["## A heading, with `code` and *marks*", text, "```", "[d](missing.md)", "```"]));
}
