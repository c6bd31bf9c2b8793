using System.Text;

namespace Vae.Formats;

/// <summary>The delimiters that a table may have, and their detection in the first line.</summary>
internal static class Delimiters
{
    private const int MostLookedAt = 1 << 16;                         // of the first line, characters
    private const char Quote = '"';

    private static readonly char[] Known = [',', ';', '\t'];

    /// <summary>The most frequent delimiter of the first line, outside of quotes; a comma where there is none.</summary>
    /// <param name="stream">The file; read from its beginning, and left at any position.</param>
    /// <param name="decimalComma">Whether commas belong to numbers, so that only a semicolon or a tab
    /// can be the delimiter.</param>
    public static char Detect(Stream stream, bool decimalComma)
    {
        var candidates = decimalComma ? Known[1..] : Known;
        var counts = new int[candidates.Length];
        var isQuoted = false;
        foreach (var character in FirstLine(stream))
        {
            isQuoted ^= character == Quote;
            var which = isQuoted ? -1 : Array.IndexOf(candidates, character);
            if (which >= 0)
            {
                counts[which]++;
            }
        }

        return candidates[Array.IndexOf(counts, counts.Max())];       // of several, the first
    }

    /// <summary>The name of a delimiter in a message.</summary>
    public static string NameOf(char delimiter) => delimiter switch
    {
        ',' => "a comma",
        ';' => "a semicolon",
        '\t' => "a tab",
        CsvSyntax.Blanks => "any number of spaces",
        _ => $"'{Model.Printable.Escaped(delimiter.ToString())}'",
    };

    /// <summary>The name of a delimiter, for many of them.</summary>
    public static string Plural(char delimiter) => delimiter switch
    {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        '|' => "bars",
        CsvSyntax.Blanks => "spaces",
        _ => NameOf(delimiter),
    };

    // The first line that is not empty, or its beginning. Line breaks within quotes do not end it.
    private static ReadOnlySpan<char> FirstLine(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var buffer = new char[MostLookedAt];
        var text = buffer.AsSpan(0, reader.ReadBlock(buffer)).TrimStart("\r\n");
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            isQuoted ^= text[i] == Quote;
            if (!isQuoted && text[i] is '\r' or '\n')
            {
                return text[..i];
            }
        }

        return text;
    }
}
