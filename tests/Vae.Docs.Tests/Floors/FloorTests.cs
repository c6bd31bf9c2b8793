using System.Xml.Linq;

namespace Vae.Docs.Tests;

/// <summary>The sources keep to the map of floors in <c>docs/architecture.md</c>.</summary>
public sealed class FloorTests
{
    private static readonly IReadOnlyDictionary<string, FloorMap> Maps = FloorMap.Read(Repository.Lines("docs/architecture.md"));

    private static readonly string[] Projects =
    [
        .. Repository.Find(Path.Combine(Repository.Root, "src"), "*.csproj")
            .Select(path => Path.GetFileNameWithoutExtension(path)!),
    ];

    public static TheoryData<string> EveryProject => [.. Projects];

    [Theory, MemberData(nameof(EveryProject))]
    public void The_folders_of_a_project_use_each_other_in_no_circle(string project)
    {
        var circles = Maps[project].Circles(Uses.Find(project, Sources(project))).ToList();
        Assert.True(circles.Count == 0, $"{project} has folders that use each other in a circle:\n{string.Join('\n', circles)}");
    }

    [Theory, MemberData(nameof(EveryProject))]
    public void The_folders_of_a_project_use_only_those_that_the_map_allows(string project)
    {
        var offences = Maps[project].Offences(Uses.Find(project, Sources(project))).ToList();
        Assert.True(
            offences.Count == 0,
            $"{project} has uses that docs/architecture.md does not allow:\n{string.Join('\n', offences)}");
    }

    [Theory, MemberData(nameof(EveryProject))]
    public void The_map_has_exactly_the_folders_of_a_project(string project)
    {
        var map = Maps[project];
        Assert.Equal(map.Rooms.Order(), Sources(project).Select(file => map.RoomOf(file.Path)).Distinct().Order());
    }

    [Fact]
    public void Projects_refer_only_to_those_that_the_map_allows()
    {
        var offences =
            from project in Projects
            let file = XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"))
            from reference in file.Descendants("ProjectReference")
            let other = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
            where !Maps["projects"].Allows(project, other)
            select $"{project} -> {other}";
        Assert.Empty(offences);
    }

    [Fact]
    public void A_circle_between_two_folders_is_found()
    {
        var uses = Uses.Find("Tiny", [
            ("Low/Number.cs", "namespace Tiny; static class Number { public static int One => Sum.Of(1); }"),
            ("High/Sum.cs", "namespace Tiny; static class Sum { public static int Of(int x) => x + Number.One; }")]);
        var map = new FloorMap("Low <- High");
        Assert.Contains("Low -> High: Low/Number.cs uses Sum.Of (High/Sum.cs)", map.Circles(uses));
        Assert.Contains("High -> Low: High/Sum.cs uses Number.One (Low/Number.cs)", map.Circles(uses));
        Assert.Equal(map.Offences(uses), map.Circles(uses).Where(line => line.StartsWith("Low", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_circle_over_three_folders_is_found()
    {
        Use[] uses = [new("A/a.cs", "B", "B/b.cs"), new("B/b.cs", "C", "C/c.cs"), new("C/c.cs", "A", "A/a.cs")];
        Assert.Equal(3, new FloorMap("A ; B ; C").Circles(uses).Count());
    }

    [Theory]
    [InlineData("class User { void Do() { var x = Maker.Make(); } }")]                       // an inferred type
    [InlineData("class User { object Do() { Thing x = new(); return x; } }")]                // a constructor that nobody wrote
    [InlineData("class User : Thing;")]
    [InlineData("class User { System.Collections.Generic.List<Thing> all = []; }")]
    [InlineData("class User { int Do(string text) => text.Half(); }")]                       // an extension method
    public void A_use_is_seen_however_it_is_written(string user)
    {
        const string Used =
            "class Thing; "
                + "static class Maker { public static Thing Make() => new(); public static int Half(this string s) => 1; }";
        var uses = Uses.Find("Tiny", [("Low/Thing.cs", Used), ("High/User.cs", user)]);
        Assert.NotEmpty(uses);
        Assert.All(uses, use => Assert.Equal(("High/User.cs", "Low/Thing.cs"), (use.From, use.To)));
    }

    [Fact]
    public void A_reference_in_a_comment_is_no_use()
    {
        const string User = "/// <summary><see cref=\"Thing\"/></summary>\nclass User;";
        Assert.Empty(Uses.Find("Tiny", [("Low/Thing.cs", "class Thing;"), ("High/User.cs", User)]));
    }

    [Theory]
    [InlineData("D", "A", true)]
    [InlineData("C", "B", false)]                                     // on one floor
    [InlineData("E", "D", false)]                                     // in another chain
    [InlineData("A", "D", false)]
    [InlineData("E", "A", true)]
    public void A_map_allows_the_use_of_every_room_further_left(string from, string to, bool allowed)
        => Assert.Equal(allowed, new FloorMap("A <- B, C <- D ; A <- E").Allows(from, to));

    [Theory]
    [InlineData("A <- B ; B <- A")]
    [InlineData("A <- ")]
    public void A_map_with_a_circle_or_a_missing_name_is_refused(string text)
        => Assert.Throws<FormatException>(() => new FloorMap(text));

    private static IEnumerable<(string Path, string Text)> Sources(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        return Repository.Find(folder, "*.cs")
            .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText(path)));
    }
}
