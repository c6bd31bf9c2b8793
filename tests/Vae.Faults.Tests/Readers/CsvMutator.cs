using System.Text;

namespace Vae.Faults.Tests;

/// <summary>
/// Damages tables as text: odd numbers, quotes and delimiters too many or too few, lines lost, doubled, joined or endless, texts
/// that attack the terminal they are printed on.
/// </summary>
internal static class CsvMutator
{
    private static readonly string[] OddFields =
    [
        "", " ", "0", "-0", "1e39", "-1e39", "1e999", "1e-999", "NaN", "NA", "null", "?", "Infinity", "-\u221E", "0x10", "1,5",
        "1.000,5", "1 2", "\"1\"", "\"\"", "\"", "\"1\"2", "1\"2", "\"1\n2\"", "99999999999999999999999999999999",
        "0.000000000000000000000000000000000000000000000000001", "+1", "--1", "1e", ".", "'1", "=1+1", "1\0",
    ];

    private static readonly string[] OddTexts =
    [
        "\u001b[2J", "\u202e", "\0", "\r", "\n", "\r\n", "\n\n\n", "\uFEFF", "\u001b]0;x\u0007", "ä", "\U0001F600", "\"", "\"\"",
        ",", ";", "\t", "|", " ", "#", "sep=;\n", "-", ".",
    ];

    public static byte[] Mutate(Random random, byte[] table)
    {
        var at = random.Next(table.Length + 1);
        return random.Next(8) switch
        {
            0 or 1 => Replace(table, FieldAt(table, at), Encoding.UTF8.GetBytes(OddFields[random.Next(OddFields.Length)])),
            2 => Replace(table, new Range(at, at), Encoding.UTF8.GetBytes(OddTexts[random.Next(OddTexts.Length)])),
            3 => Replace(table, OneAt(table, ",;\t\"\n"u8, at), []),
            4 => Replace(table, new Range(at, at), Line(table, at)),
            5 => Replace(table, LineAt(table, at), []),
            6 => Replace(table, new Range(at, at), Long(random)),
            _ => Exchange(table, ",;\t\n\"."u8[random.Next(6)], ",;\t\n\"|"u8[random.Next(6)]),
        };
    }

    private static byte[] Long(Random random)
    {
        var length = random.Next(200) == 0 ? 5 << 20 : random.Next(5000);
        return Enumerable.Repeat(",\"1x\n\0 "u8[random.Next(7)], length).ToArray();
    }

    private static byte[] Exchange(byte[] table, byte old, byte by) => [.. table.Select(value => value == old ? by : value)];

    private static byte[] Line(byte[] table, int at) => table[LineAt(table, at)];

    private static Range LineAt(byte[] table, int at)
    {
        var start = table.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var length = table.AsSpan(at).IndexOf((byte)'\n');
        return new Range(start, length < 0 ? table.Length : at + length + 1);
    }

    private static Range FieldAt(byte[] table, int at)
    {
        var start = table.AsSpan(0, at).LastIndexOfAny(",;\t\n"u8) + 1;
        var length = table.AsSpan(at).IndexOfAny(",;\t\n"u8);
        return new Range(start, length < 0 ? table.Length : at + length);
    }

    // The next of these bytes, or an empty range at the end.
    private static Range OneAt(byte[] table, ReadOnlySpan<byte> any, int at)
    {
        var found = table.AsSpan(at).IndexOfAny(any);
        return found < 0 ? new Range(table.Length, table.Length) : new Range(at + found, at + found + 1);
    }

    private static byte[] Replace(byte[] table, Range range, byte[] by)
        => [.. table[..range.Start], .. by, .. table[range.End..]];
}
