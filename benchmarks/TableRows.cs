using System.Globalization;
using System.Text.Unicode;

namespace Vae.Benchmarks;

/// <summary>Writes a table of any length to standard output, for <c>tests/large-table.sh</c>.</summary>
/// <remarks>
/// Argument: the gigabytes to write, such as <c>4</c>. A row is an order: a time in epoch seconds, a price, an amount, a count, a
/// flag, a category, a temperature with holes, an id. Numbers depend on each other, so that there is something to learn.
/// </remarks>
internal static class TableRows
{
    private static readonly string[] Cities = ["Rome", "Bern", "Vienna", "Prague", "Lisbon", "Oslo", "Paris"];

    public static int Run(string[] arguments)
    {
        if (arguments.Length != 1
            || !double.TryParse(arguments[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var gigabytes)
            || gigabytes <= 0)
        {
            Console.Error.WriteLine("rows wants: GIGABYTES, such as 4");
            return 2;
        }

        using var output = Console.OpenStandardOutput();
        output.Write("id,time,price,amount,items,express,city,temperature\n"u8);
        var buffer = new byte[1 << 20];
        var random = new Random(1);
        var (written, number) = (0L, 0);
        while (written < gigabytes * 1e9)
        {
            var filled = 0;
            while (filled < buffer.Length - 256)
            {
                filled += Row(buffer.AsSpan(filled), number++, random);
            }

            output.Write(buffer.AsSpan(0, filled));
            written += filled;
        }

        return 0;
    }

    private static int Row(Span<byte> room, int number, Random random)
    {
        var (size, warmth) = (random.NextDouble(), random.NextDouble());
        var items = 1 + (int)(5 * size * random.NextDouble());
        var price = double.Exp(1 + (2 * size) + (0.3 * random.NextDouble()));
        var temperature = (20 * warmth) + random.NextDouble();
        var isExpress = random.NextDouble() < 0.2 + (0.5 * size);
        var city = Cities[(int)(warmth * Cities.Length)];
        var time = 1_700_000_000 + (7L * number);
        Utf8.TryWrite(
            room,
            CultureInfo.InvariantCulture,
            $"order-{number},{time},{price:F2},{price * items:F2},{items},{(isExpress ? "yes" : "no")},{city},",
            out var length);
        if (random.Next(20) > 0)                                      // one of twenty is a hole
        {
            Utf8.TryWrite(room[length..], CultureInfo.InvariantCulture, $"{temperature:F1}", out var more);
            length += more;
        }

        room[length] = (byte)'\n';
        return length + 1;
    }
}
