using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace Vae.Docs.Tests;

/// <summary>A reader can compile every block of C# in a document, and it prints the output that the document shows.</summary>
public sealed partial class CodeBlockTests
{
    private static readonly Dictionary<string, CodeBlock> Blocks = Repository.Documents
        .SelectMany(document => CodeBlock.In(document, Repository.Lines(document)))
        .ToDictionary(block => block.Name);

    private static readonly string[] OtherNames = ["cs", "CS", "c#", "C#", "csx", "Csharp", "CSharp"];

    public static TheoryData<string> EveryBlock => [.. Blocks.Keys];

    // A page is run once: by the last of the blocks that continue one another.
    public static TheoryData<string> EveryProgramThatPrints
        => [.. Blocks.Values.Where(block => block.Output is not null).Except(Continued()).Select(block => block.Name)];

    public static TheoryData<string> EveryDocument => [.. Repository.Documents];

    [Theory, MemberData(nameof(EveryBlock))]
    public void Every_block_of_CSharp_compiles_by_itself_and_without_a_warning(string name)
    {
        var problems = Compiler.Compile(Blocks[name].Source, Stream.Null);
        Assert.True(problems.Length == 0, problems);
    }

    [Theory, MemberData(nameof(EveryProgramThatPrints))]
    public void A_program_marked_prints_prints_the_block_below_it(string name)
    {
        using var image = new MemoryStream();
        Assert.Equal("", Compiler.Compile(Blocks[name].Source, image));
        var (wanted, found) = (Blocks[name].Output!, PrintedOutput.Of(image.ToArray()));
        Assert.Equal(Form(string.Join('\n', wanted)), Form(string.Join('\n', found)));
        // The outputs are recorded with vectors of 512 and 256 bits. Sums of shorter vectors may round differently, and a
        // training carries the difference on.
        if (Vector256.IsHardwareAccelerated)
        {
            Assert.Equal(wanted, found);
        }
    }

    [Fact]
    public void Outputs_have_the_same_form_when_only_their_numbers_differ()
    {
        Assert.Equal(Form("loss  -1.5, 3 of 20\nE 1e-05"), Form("loss 12.25, 4 of 7\nE 2.5E+3"));
        Assert.NotEqual(Form("loss 1.5"), Form("lost 1.5"));
        Assert.NotEqual(Form("loss 1.5"), Form("loss NaN"));
    }

    private static string Form(string output) => Spaces().Replace(Numbers().Replace(output, "N"), " ");

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][+-]?\d+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    // If these pages lost their blocks, every other test here would pass with nothing to compile.
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Vae.Model/README.md")]
    [InlineData("docs/what-is-a-vae.md")]
    [InlineData("docs/extending.md")]
    public void The_blocks_of_the_pages_that_most_people_read_are_found(string document)
        => Assert.Contains(Blocks.Keys, name => name.StartsWith($"{document}:", StringComparison.Ordinal));

    // Under another name a block would be shown and not compiled.
    [Theory, MemberData(nameof(EveryDocument))]
    public void Every_block_of_CSharp_has_the_language_csharp(string document)
        => Assert.DoesNotContain(
            Fence.In(Repository.Lines(document)).Select(fence => $"{fence.Language} in line {fence.Line - 1}"),
            fence => OtherNames.Any(name => fence.StartsWith($"{name} ", StringComparison.Ordinal)));

    [Fact]
    public void A_block_with_a_mistake_is_refused_by_the_line_of_its_document()
    {
        string[] lines =
        [
            "# Title",
            "",
            "```csharp",
            "using Vae.Model;",
            "var options = new VaeOptions { Features = 4 };",
            "options.Fly();",
            "```",
        ];
        var problems = Compiler.Compile(CodeBlock.In("a.md", lines).Single().Source, Stream.Null);
        Assert.Contains("a.md(6,9): error CS1061", problems);
    }

    [Fact]
    public void A_block_that_may_read_null_is_refused()
    {
        string[] lines = ["```csharp", "string? name = Console.ReadLine();", "Console.WriteLine(name.Length);", "```"];
        Assert.Contains("a.md(3,19): warning CS8602", Compiler.Compile(CodeBlock.In("a.md", lines).Single().Source, Stream.Null));
    }

    [Fact]
    public void A_block_compiles_only_with_its_given_declarations()
    {
        string[] block =
        [
            "```csharp",
            "using Vae.Math;",
            "Console.WriteLine(Elementwise.BadName);",
            "Console.WriteLine(rows.Length);",
            "```",
        ];
        Assert.Contains("a.md(4,19): error CS0103", Compiler.Compile(CodeBlock.In("a.md", block).Single().Source, Stream.Null));

        string[] given =
        [
            "<!-- given: var rows = new float[2][]; -->",
            "```csharp",
            "using Vae.Math;",
            "Console.WriteLine(rows.Length);",
            "```",
        ];
        Assert.Equal("", Compiler.Compile(CodeBlock.In("a.md", given).Single().Source, Stream.Null));
    }

    [Fact]
    public void A_mistake_in_given_declarations_is_refused()
    {
        string[] lines = ["<!-- given: var rows = nothing; -->", "```csharp", "Console.WriteLine(rows.Length);", "```"];
        Assert.Contains(
            "a.md:3, given(1,12): error CS0103", Compiler.Compile(CodeBlock.In("a.md", lines).Single().Source, Stream.Null));
    }

    [Fact]
    public void A_block_that_continues_knows_the_declarations_of_the_blocks_above()
    {
        string[] lines =
        [
            "```csharp", "using Vae.Math;", "var one = 1;", "```",
            "<!-- continues -->", "```csharp", "using System.Text;", "var two = one + 1;", "```",
            "<!-- prints; continues -->", "```csharp", "Console.WriteLine(one + two);", "```", "```", "3", "```",
        ];
        var last = CodeBlock.In("a.md", lines)[2];
        Assert.Equal(["3"], last.Output!);
        Assert.Equal("", Compiler.Compile(last.Source, Stream.Null));
    }

    [Fact]
    public void The_output_of_a_program_is_recorded()
    {
        using var image = new MemoryStream();
        Assert.Equal(
            "", Compiler.Compile("""Console.WriteLine("as written"); await Task.Yield(); Console.WriteLine(2);""", image));
        Assert.Equal(["as written", "2"], PrintedOutput.Of(image.ToArray()));
    }

    [Fact]
    public void Blocks_that_continue_one_another_print_the_output_below_each()
    {
        string[] lines =
        [
            "<!-- prints -->", "```csharp", "var one = 1; Console.WriteLine(one);", "```", "```", "1", "```",
            "<!-- continues -->", "```csharp", "one++;", "```",
            "<!-- prints; continues -->", "```csharp", "Console.WriteLine(one);", "```", "```", "2", "```",
        ];
        Assert.Equal(["1", "2"], CodeBlock.In("a.md", lines)[2].Output!);
    }

    [Theory]
    [InlineData("prints", "expected a plain block below")]
    [InlineData("continues", "expected a block of C# above")]
    [InlineData("given nothing", "expected a remark")]
    public void A_remark_that_cannot_be_followed_is_reported(string remark, string message)
        => Assert.Contains(
            message,
            Assert.Throws<FormatException>(() => CodeBlock.In("a.md", [$"<!-- {remark} -->", "```csharp", "```"])).Message);

    [Fact]
    public void A_fence_that_is_never_closed_is_reported_with_its_line()
        => Assert.Contains("line 2", Assert.Throws<FormatException>(() => Fence.In(["text", "```csharp", "var x = 1;"])).Message);

    // All blocks that a printing block continues, directly or through others.
    private static IEnumerable<CodeBlock> Continued()
    {
        foreach (var block in Blocks.Values.Where(block => block.Output is not null))
        {
            for (var before = block.Before; before is not null; before = before.Before)
            {
                yield return before;
            }
        }
    }
}
