namespace Vae.Docs.Tests;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">The language after the three backticks; empty for plain text.</param>
/// <param name="Line">The number of its first line of content, from 1.</param>
/// <param name="Content">Its lines, without the indentation of the fence.</param>
/// <param name="Remark">The text of the HTML comment that ends on the line above the fence; empty where there is none.</param>
internal sealed record Fence(string Language, int Line, IReadOnlyList<string> Content, string Remark)
{
    /// <summary>Finds all fenced blocks, in order.</summary>
    /// <param name="lines">The lines of a document.</param>
    /// <exception cref="FormatException">A fence is never closed.</exception>
    public static IReadOnlyList<Fence> In(IReadOnlyList<string> lines)
    {
        var fences = new List<Fence>();
        for (var at = 0; at < lines.Count; at++)
        {
            var text = lines[at].TrimStart();
            if (!text.StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var marks = text[..(text.Length - text.TrimStart('`').Length)];
            var indentation = lines[at].Length - text.Length;
            var opening = at;
            do
            {
                if (++at == lines.Count)
                {
                    throw new FormatException($"The fence of line {opening + 1} is never closed. End the block with {marks}.");
                }
            }
            while (lines[at].Trim() != marks);

            var content = lines.Skip(opening + 1).Take(at - opening - 1).Select(line => Unindent(line, indentation));
            fences.Add(new Fence(text[marks.Length..].Trim(), opening + 2, [.. content], RemarkAbove(lines, opening)));
        }

        return fences;
    }

    private static string Unindent(string line, int most)
        => line[int.Min(most, line.Length - line.TrimStart(' ').Length)..];

    private static string RemarkAbove(IReadOnlyList<string> lines, int opening)
    {
        var last = opening - 1;
        if (last < 0 || !lines[last].TrimEnd().EndsWith("-->", StringComparison.Ordinal))
        {
            return "";
        }

        var first = last;
        while (first > 0 && !lines[first].TrimStart().StartsWith("<!--", StringComparison.Ordinal))
        {
            first--;
        }

        var remark = string.Join('\n', lines.Skip(first).Take(last - first + 1)).Trim();
        return remark["<!--".Length..^"-->".Length].Trim();
    }
}
