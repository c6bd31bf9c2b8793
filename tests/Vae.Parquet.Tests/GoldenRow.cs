namespace Vae.Parquet.Tests;

/// <summary>The values that <c>Golden/generate.cs</c> wrote.</summary>
internal static class GoldenRow
{
    public const int Count = 120;

    private static readonly DateTime Day = new(2020, 1, 1);

    /// <summary>A row's value in a column.</summary>
    public static object Value(string column, int i) => column switch
    {
        "flag" => Hole(i, 7) ? DBNull.Value : i % 3 == 0,
        "sure" => i % 5 < 2,
        "tiny" => (i % 200) - 100,
        "word" => i * 200,
        "int" => Hole(i, 4) ? DBNull.Value : (i * i) - 1000,
        "uint" => uint.MaxValue - (long)i,
        "long" => (i - 150L) * 10_000_000_000,
        "ulong" => Hole(i, 9) ? DBNull.Value : ulong.MaxValue - (decimal)i,
        "float" => i * 0.5f,
        "double" => Hole(i, 5) ? DBNull.Value : double.Sqrt(i),
        "half" => Hole(i, 6) ? DBNull.Value : i * 0.5f,
        "text" => Hole(i, 8) ? DBNull.Value : i % 3 == 0 ? "Köln" : i % 3 == 1 ? "" : "New York",
        "other" => $"row {i:D4} of the table",
        "id" => $"00000000-0000-0000-0000-{i:D12}",
        "day" => Hole(i, 10) ? DBNull.Value : Day.AddDays((i * 100) - 20000),
        "ms" => Day.AddMilliseconds(i * 12345),
        "us" => Hole(i, 3) ? DBNull.Value : Day.AddMicroseconds(i * 1234567),
        "ns" => Day.AddMicroseconds(i * 123456),
        "clock" => Hole(i, 11) ? DBNull.Value : i * 1.5,
        "price" => Hole(i, 12) ? DBNull.Value : (i * 1.001m) - 100,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "unknown"),
    };

    private static bool Hole(int i, int every) => i % every == every - 1;
}
