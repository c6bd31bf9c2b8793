using System.Text;

namespace Vae.Faults.Tests;

/// <summary>
/// Damages JSON as text: odd numbers, missing quotes and braces, doubled tokens and properties, depth, texts that attack the
/// terminal they are printed on.
/// </summary>
internal static class TextMutator
{
    private static readonly string[] OddValues =
    [
        "0", "-0", "-1", "1", "2", "00", "0.5", "1e3", "2147483647", "2147483648", "-2147483649", "4294967296",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "99999999999999999999999999999999", "1e308", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "-Infinity", "null", "true",
        "\"\"", "\"1\"", "[]", "{}", "[[[[]]]]", "",
    ];

    private static readonly string[] OddTexts =
    [
        "\\u001b[2J", "\\ud800", "\\u0000", "\\u202e", "\\n", "\u001b]0;x\u0007", "\0", "\\", "\"", "\\\"", "ä", "\U0001F600",
        "__metadata__", "$type", ",", "1,",
    ];

    public static byte[] Mutate(Random random, byte[] text)
    {
        var at = random.Next(text.Length + 1);
        return random.Next(8) switch
        {
            0 or 1 => ReplaceNumber(random, text, at),
            2 => Remove(text, IndexOfAny(text, "{}[]\":,"u8, at), 1),
            3 => Insert(
                text,
                at,
                random.Next(20) == 0
                    ? Encoding.UTF8.GetBytes(new string('x', 5000))
                    : Encoding.UTF8.GetBytes(OddTexts[random.Next(OddTexts.Length)])),
            4 => DoubleProperty(text, at),
            5 => Nest(random, text, at),
            6 => ReplaceValue(random, text, at),
            _ => Insert(text, at, [(byte)random.Next(256)]),
        };
    }

    private static byte[] ReplaceNumber(Random random, byte[] text, int at)
    {
        var start = IndexOfAny(text, "0123456789"u8, at);
        var end = start;
        while (end < text.Length && "0123456789+-.eE"u8.Contains(text[end]))
        {
            end++;
        }

        return Replace(text, start, end, OddValues[random.Next(OddValues.Length)]);
    }

    // Whatever stands between a colon and what follows it.
    private static byte[] ReplaceValue(Random random, byte[] text, int at)
    {
        var start = int.Min(IndexOfAny(text, ":"u8, at) + 1, text.Length);
        return Replace(text, start, IndexOfAny(text, ",}]"u8, start), OddValues[random.Next(OddValues.Length)]);
    }

    private static byte[] DoubleProperty(byte[] text, int at)
    {
        var start = IndexOfAny(text, "\""u8, at);
        var end = IndexOfAny(text, ",}]"u8, start);
        return [.. text[..end], (byte)',', .. text[start..end], .. text[end..]];
    }

    private static byte[] Nest(Random random, byte[] text, int at)
    {
        var start = int.Min(IndexOfAny(text, ":"u8, at) + 1, text.Length);
        var end = IndexOfAny(text, ",}]"u8, start);
        var depth = new[] { 1, 3, 8, 64, 1000, 20000 }[random.Next(6)];
        var isList = random.Next(2) == 0;
        var (open, close) = isList ? ("[", "]") : ("{\"a\":", "}");
        return
        [
            .. text[..start], .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, depth))), .. text[start..end],
            .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(close, depth))), .. text[end..],
        ];
    }

    private static byte[] Replace(byte[] text, int start, int end, string value)
        => [.. text[..start], .. Encoding.UTF8.GetBytes(value), .. text[end..]];

    private static byte[] Insert(byte[] text, int at, byte[] what) => [.. text[..at], .. what, .. text[at..]];

    private static byte[] Remove(byte[] text, int at, int length)
        => [.. text[..at], .. text[int.Min(text.Length, at + length)..]];

    // The place of the next of these bytes, or the end.
    private static int IndexOfAny(byte[] text, ReadOnlySpan<byte> any, int at)
    {
        var found = text.AsSpan(at).IndexOfAny(any);
        return found < 0 ? text.Length : at + found;
    }
}
