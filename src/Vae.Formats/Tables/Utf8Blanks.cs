using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Vae.Formats;

/// <summary>Removes blanks around a text in UTF-8: spaces, tabs, line ends, no-break spaces.</summary>
internal static class Utf8Blanks
{
    /// <summary>The text without blanks around it, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
        => text.IsEmpty || (IsInk(text[0]) && IsInk(text[^1])) ? text : TrimSlowly(text);

    // An ASCII character that is no blank. Others are decoded to be known.
    private static bool IsInk(byte value) => value is > 0x20 and < 0x80;

    private static ReadOnlySpan<byte> TrimSlowly(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeFromUtf8(text, out var first, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(first))
        {
            text = text[length..];
        }

        while (Rune.DecodeLastFromUtf8(text, out var last, out var length) == OperationStatus.Done && Rune.IsWhiteSpace(last))
        {
            text = text[..^length];
        }

        return text;
    }
}
