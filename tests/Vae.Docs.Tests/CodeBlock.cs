using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vae.Docs.Tests;

/// <summary>
/// A block of C# as a program of its own. Three remarks, in an HTML comment on the line above the block, change what is compiled;
/// docs/README.md explains them to writers:
/// <list type="bullet">
/// <item><c>given: CODE</c> puts declarations in front, for values that the text says the reader has;</item>
/// <item><c>continues</c> puts the C# block above in front, with all that it continues;</item>
/// <item>
/// <c>prints</c> (which may stand before the others, with a semicolon) also runs the program, whose output must be the next
/// block.
/// </item>
/// </list>
/// </summary>
internal sealed partial record CodeBlock
{
    private CodeBlock(string document, Fence fence, CodeBlock? before, string given, IReadOnlyList<string>? output)
    {
        Document = document;
        Fence = fence;
        Before = before;
        Given = given;
        Output = output is null ? null : [.. Printed(before), .. output];
    }

    /// <summary>Where it stands, such as <c>docs/choosing.md:12</c>.</summary>
    public string Name => $"{Document}:{Fence.Line}";

    /// <summary>
    /// The lines that it must print, after the output of the blocks that it continues; null where it is only compiled.
    /// </summary>
    public IReadOnlyList<string>? Output { get; }

    /// <summary>The block that it continues; null where it stands by itself.</summary>
    public CodeBlock? Before { get; }

    private string Document { get; }

    private Fence Fence { get; }

    private string Given { get; }

    /// <summary>The C# blocks of a document.</summary>
    /// <param name="document">Its name in messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <exception cref="FormatException">
    /// A remark is none of the three, or continues nothing, or says that a block prints, but no plain block follows.
    /// </exception>
    public static IReadOnlyList<CodeBlock> In(string document, IReadOnlyList<string> lines)
    {
        var fences = Fence.In(lines);
        var blocks = new List<CodeBlock>();
        for (var i = 0; i < fences.Count; i++)
        {
            if (fences[i].Language == "csharp")
            {
                var follower = i + 1 < fences.Count && fences[i + 1].Language.Length == 0 ? fences[i + 1].Content : null;
                blocks.Add(Of(document, fences[i], blocks.LastOrDefault(), follower));
            }
        }

        return blocks;
    }

    /// <summary>The program's text. <c>#line</c> directives make the compiler's messages name the document's lines.</summary>
    public string Source
    {
        get
        {
            var usings = new StringBuilder();
            var statements = new StringBuilder();
            Append(usings, statements);
            return usings.Append(statements).ToString();
        }
    }

    private static CodeBlock Of(string document, Fence fence, CodeBlock? before, IReadOnlyList<string>? follower)
    {
        var match = Remark().Match(fence.Remark);
        if (!match.Success)
        {
            return Keyword().IsMatch(fence.Remark)
                ? throw new FormatException(
                    $"{document}:{fence.Line}: expected a remark such as 'given: CODE', 'continues' or 'prints; continues', "
                        + $"found: {fence.Remark}")
                : new CodeBlock(document, fence, null, "", null);
        }

        var continues = match.Groups["continues"].Success;
        var prints = match.Groups["prints"].Success;
        if ((continues && before is null) || (prints && follower is null))
        {
            throw new FormatException(
                $"{document}:{fence.Line}: expected {(prints ? "a plain block below" : "a block of C# above")}, found none. "
                    + $"Write it, or leave out '{fence.Remark}'.");
        }

        return new CodeBlock(document, fence, continues ? before : null, match.Groups["given"].Value, prints ? follower : null);
    }

    private static IReadOnlyList<string> Printed(CodeBlock? block) => block is null ? [] : block.Output ?? Printed(block.Before);

    // Directives of using stand before all statements, wherever they come from.
    private void Append(StringBuilder usings, StringBuilder statements)
    {
        Before?.Append(usings, statements);
        Append(Given.Split('\n'), 1, $"{Name}, given", usings, statements);
        Append(Fence.Content, Fence.Line, Document, usings, statements);
    }

    private static void Append(
        IReadOnlyList<string> lines, int first, string place, StringBuilder usings, StringBuilder statements)
    {
        statements.Append(CultureInfo.InvariantCulture, $"#line {first} \"{place}\"\n");
        for (var i = 0; i < lines.Count; i++)
        {
            var isUsing = UsingDirective().IsMatch(lines[i]);
            if (isUsing && !usings.ToString().Contains($"{lines[i].Trim()}\n", StringComparison.Ordinal))
            {
                usings.Append(CultureInfo.InvariantCulture, $"#line {first + i} \"{place}\"\n{lines[i].Trim()}\n");
            }

            statements.Append(isUsing ? "" : lines[i]).Append('\n');
        }
    }

    [GeneratedRegex(@"^(?!$)(?<prints>prints)?(?:;\s*)?(?<continues>continues)?(?:;\s*)?(?:given:\s*(?<given>[\s\S]+))?$")]
    private static partial Regex Remark();

    [GeneratedRegex("^(prints|continues|given)")]
    private static partial Regex Keyword();

    [GeneratedRegex(@"^\s*using\s+(static\s+)?[A-Za-z_][\w.]*(\s*=\s*[^();]+)?;\s*(//.*)?$")]
    private static partial Regex UsingDirective();
}
