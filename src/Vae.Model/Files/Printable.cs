using System.Globalization;
using System.Text;

namespace Vae.Model;

/// <summary>Escapes text of a file for a message: short, and without commands to a terminal.</summary>
internal static class Printable
{
    private const int MostOfName = 80;
    private const int MostOfMessage = 400;

    /// <summary>The beginning of a name or another text of a file, escaped, for the middle of a message.</summary>
    public static string Cut(string? text) => Escaped(text ?? "", MostOfName);

    /// <summary>An exception's message, which may quote a file; escaped.</summary>
    public static string Message(Exception failure) => Escaped(failure.Message, MostOfMessage);

    /// <summary>A whole text, escaped.</summary>
    public static string Escaped(string text) => Escaped(text, int.MaxValue);

    private static string Escaped(string text, int most)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())                   // half a pair comes as U+FFFD
        {
            if (shown.Length >= most)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(IsHarmless(rune)
                ? rune.ToString()
                : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"));
        }

        return shown.ToString();
    }

    // Format characters are invisible or turn the direction of the text after them.
    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
