using System.Text.RegularExpressions;

namespace Vae.Docs.Tests;

/// <summary>
/// A document's references into the repository: links, images, and files that it names in backticks, such as
/// <c>src/Vae.Math/README.md</c>.
/// </summary>
internal static partial class Links
{
    /// <summary>Finds the links that lead nowhere.</summary>
    /// <param name="document">Relative to the root.</param>
    /// <param name="lines">Its lines.</param>
    /// <returns>A line for each, such as <c>docs/a.md:3: b.md#heading: b.md has no such heading</c>.</returns>
    public static IEnumerable<string> Broken(string document, IReadOnlyList<string> lines)
    {
        foreach (var (number, text) in Prose(lines))
        {
            foreach (var path in FileName().Matches(text).Select(match => match.Groups[1].Value).Where(path => !Exists(path)))
            {
                yield return $"{document}:{number}: {path}: there is no such file";
            }

            foreach (var target in Target().Matches(Code().Replace(text, "")).Select(match => match.Groups[1].Value))
            {
                if (Problem(document, lines, target) is { } problem)
                {
                    yield return $"{document}:{number}: {target}: {problem}";
                }
            }
        }
    }

    private static bool Exists(string path) => Path.Exists(Path.Combine(Repository.Root, path));

    private static string? Problem(string document, IReadOnlyList<string> lines, string target)
    {
        if (Scheme().IsMatch(target))
        {
            return null;                                              // another site's
        }

        var parts = Uri.UnescapeDataString(target).Split('#', 2);
        var path = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, parts[0]));
        if (parts[0].Length > 0 && !File.Exists(path) && !Directory.Exists(path))
        {
            return "there is no such file";
        }

        if (parts.Length == 1)
        {
            return null;
        }

        var headings = Anchors(parts[0].Length == 0 ? lines : File.ReadAllLines(path));
        return headings.Contains(parts[1]) ? null : "there is no such heading";
    }

    // Anchors as GitHub makes them: lower case, blanks to hyphens, other punctuation left out, a number after a repeated name.
    private static HashSet<string> Anchors(IReadOnlyList<string> lines)
    {
        var anchors = new HashSet<string>();
        foreach (var heading in Prose(lines).Select(line => Heading().Match(line.Text)).Where(match => match.Success))
        {
            var text = LinkText().Replace(heading.Groups[1].Value, "$1");
            var anchor = Left().Replace(text.ToLowerInvariant(), "").Replace(' ', '-');
            for (var (number, name) = (1, anchor); !anchors.Add(anchor); number++)
            {
                anchor = $"{name}-{number}";
            }
        }

        return anchors;
    }

    // All lines outside fenced blocks, numbered from 1.
    private static IEnumerable<(int Number, string Text)> Prose(IReadOnlyList<string> lines)
    {
        var inside = Fence.In(lines).SelectMany(fence => Enumerable.Range(fence.Line - 1, fence.Content.Count + 2)).ToHashSet();
        return lines.Select((text, i) => (i + 1, text)).Where(line => !inside.Contains(line.Item1));
    }

    [GeneratedRegex(@"\]\(\s*<?([^)\s>]+)")]
    private static partial Regex Target();

    [GeneratedRegex(@"`((?:src|tests|docs|benchmarks)/[\w./-]+)`")]
    private static partial Regex FileName();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*:")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^#{1,6}\s+(.*?)\s*#*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M}\p{Pc} -]")]
    private static partial Regex Left();
}
