using System.Buffers.Binary;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Vae.Faults.Tests;

/// <summary>Generators of well-formed files that lie.</summary>
internal static class Hostile
{
    /// <summary>Numbers at or near the limits where arithmetic overflows.</summary>
    public static Gen<long> Number { get; } = Gen.OneOf(
        Gen.Choose(-3, 300).Select(number => (long)number),
        Gen.Elements(
            0, 1, -1, 127, 128, 255, 256, 65535, 65536, 1L << 27, 1L << 30, 2_000_000_000, int.MaxValue - 1L, int.MaxValue,
            1L << 31, uint.MaxValue, 1L << 32, 1L << 33, 1L << 40, 1L << 53, 1L << 61, 1L << 62, (1L << 62) + 1,
            long.MaxValue - 7, long.MaxValue, int.MinValue, long.MinValue, long.MinValue + 8));

    /// <summary>Texts that attack parsers, readers of numbers and terminals; and the names that a header may hold.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(
        Gen.Elements(
            "", "F32", "F64", "F16", "BF16", "I64", "null", "NaN", "Infinity", "-Infinity", "1e999", "-1", "0", "1", "2", "3",
            "2147483648", "1099511627776", "9007199254740993", "99999999999999999999", "17", "DeadUnits", "DeadUnits,17",
            "DeadUnits,DeadUnits", "1e-999", "0x10", "1,5", " 1", "٣"),
        Gen.Elements(
            "__metadata__", "epoch", "samples", "step", "seed", "best_epoch", "best_score", "said", "last_epoch",
            "encoder.mean.weight", "adam.second.encoder.mean.bias", "../../etc/passwd", "\u001b[2J\u001b]0;owned\u0007",
            "\u202e\u2066", "\ud83d\ude00", "\0", new string('x', 100_000), "{}", "{\"epoch\":3}", "[[[[[[[[[[[[]]]]]]]]]]]]"));

    /// <summary>Up to six damages to a header.</summary>
    public static Arbitrary<HeaderDamage[]> Damages { get; } = Arb.From(
        Some(
            6,
            from kind in Gen.Elements(Enum.GetValues<HeaderDamage.Change>())
            from place in Gen.Choose(0, 100)
            from number in Number
            from text in Text
            select new HeaderDamage(kind, place, number, text)),
        Fewer);

    /// <summary>
    /// The numbers of an IDX header, and how many bytes follow: mostly with as many dimensions as the magic number says, often
    /// with as many bytes as they claim.
    /// </summary>
    public static Arbitrary<(uint[] Numbers, int Length)> IdxHeader { get; } = Arb.From(
        from magic in Gen.Elements(2051u, 2051u, 2051u, 2049u, 2049u, 2049u, 2050u, 0u, 0x08030000u, uint.MaxValue)
        from other in Gen.Choose(0, 9)
        from numbers in Gen.Frequency(
            (3, Gen.Choose(1, 6).Select(number => (uint)number)),
            (1, Number.Select(number => unchecked((uint)number)))).ArrayOf(other < 5 ? other : magic == 2051 ? 3 : 1)
        from length in Gen.Choose(0, 220)
        from isRight in Gen.Elements(true, false)
        select ((uint[])[magic, .. numbers], isRight ? ProductOf(numbers, length) : length));

    /// <summary>Up to three places of a JSON document, each with its new value.</summary>
    public static Arbitrary<(int Place, string Json)[]> Replacements { get; } = Arb.From(
        Some(3, from place in Gen.Choose(0, 100) from json in Json(depth: 3) select (place, json)),
        Fewer);

    /// <summary>
    /// Puts values into places of a document, counted round and round; a place in an object that is full of them stays
    /// well-formed.
    /// </summary>
    public static string Replaced(string good, IEnumerable<(int Place, string Json)> replacements)
    {
        var root = JsonNode.Parse(good)!;
        foreach (var (place, json) in replacements)
        {
            List<JsonNode> nodes = [.. Under(root)];
            if (nodes.Count > 0)
            {
                nodes[place % nodes.Count].ReplaceWith(JsonNode.Parse(json));
            }
        }

        return root.ToJsonString();
    }

    /// <summary>The bytes of an IDX file.</summary>
    public static byte[] IdxBytes(uint[] numbers, int length)
    {
        var bytes = new byte[(4 * numbers.Length) + length];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), numbers[i]);
        }

        return bytes;
    }

    private static IEnumerable<JsonNode> Under(JsonNode node) => node switch
    {
        JsonObject parts => parts.Select(part => part.Value).OfType<JsonNode>().SelectMany(part => Under(part).Append(part)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(item => Under(item).Append(item)),
        _ => [],
    };

    private static Gen<string> Json(int depth)
    {
        var leaf = Gen.OneOf(
            Number.Select(number => $"{number}"),
            Text.Select(text => System.Text.Json.JsonSerializer.Serialize(text)),
            Gen.Elements(
                "null", "true", "false", "1e999", "-1e999", "1e-999", "0.5", "1E+2", "18446744073709551615",
                "[]", "{}", "[2147483647,2147483647]", "[1,1,1,1,1,1,1]"));
        return depth == 0 ? leaf : Gen.Frequency(
            (5, leaf),
            (1, Some(4, Json(depth - 1)).Select(items => $"[{string.Join(',', items)}]")),
            (1, Some(4, Json(depth - 1)).Select(Properties)));
    }

    private static string Properties(string[] items)
    {
        var properties = items.Select((item, i) => $"\"p{i}\":{item}");
        return $"{{{string.Join(',', properties)}}}";
    }

    private static Gen<T[]> Some<T>(int most, Gen<T> one)
        => from count in Gen.Choose(0, most) from items in one.ArrayOf(count) select items;

    // What is left of a failure when FsCheck has shrunk it is what matters.
    private static IEnumerable<T[]> Fewer<T>(T[] items) => items.Select((_, i) => (T[])[.. items[..i], .. items[(i + 1)..]]);

    private static int ProductOf(uint[] numbers, int otherwise)
    {
        var product = numbers.Aggregate(1d, (product, number) => product * number);
        return product < 10_000 ? (int)product : otherwise;
    }
}
