using global::Parquet;
using global::Parquet.Schema;

namespace Vae.Parquet.Tests;

/// <summary>Files of Parquet.Net, the usual library of .NET, written by the test.</summary>
public sealed class ParquetNetTests : IDisposable
{
    private const int Rows = 1000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Lz4Raw)]
    public async Task Every_value_of_Parquet_Net_is_read(CompressionMethod compression)
    {
        await Write(compression);
        using var reader = ParquetTable.OpenReader(_folder.File("table.parquet"));
        Assert.Equal(["x", "hole", "n", "town", "at", "price", "is", "old"], Enumerable.Range(0, 8).Select(reader.GetName));
        for (var row = 0; row < 2 * Rows; row++)
        {
            Assert.True(reader.Read());
            Assert.Equal(X(row), reader.GetDouble(0));
            Assert.Equal(Hole(row) is { } hole ? hole : DBNull.Value, reader["hole"]);
            Assert.Equal(Number(row), reader.GetInt32(2));
            Assert.Equal(Town(row) is { } town ? town : DBNull.Value, reader.GetValue(3));
            Assert.Equal(At(row), reader.GetDateTime(4));
            Assert.Equal(Price(row), reader.GetDecimal(5));
            Assert.Equal(row % 3 == 0, reader.GetBoolean(6));
            Assert.Equal(At(row), reader.GetDateTime(7));
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public async Task A_table_without_rows_has_its_columns()
    {
        await using (var stream = File.Create(_folder.File("empty.parquet")))
        await using (await ParquetWriter.CreateAsync(new ParquetSchema(new DataField<double>("x")), stream))
        {
        }

        using var reader = ParquetTable.OpenReader(_folder.File("empty.parquet"));
        Assert.Equal("x", reader.GetName(0));
        Assert.Equal(typeof(double), reader.GetFieldType(0));
        Assert.False(reader.Read());
    }

    private async Task Write(CompressionMethod compression)
    {
        var fields = new DataField[]
        {
            new DataField<double>("x"), new DataField<double?>("hole"), new DataField<int>("n"), new("town", typeof(string)),
            new DateTimeDataField("at", DateTimeFormat.DateAndTimeMicros), new DecimalDataField("price", 20, 4),
            new DataField<bool>("is"), new DateTimeDataField("old", DateTimeFormat.Impala),
        };
        await using var stream = File.Create(_folder.File("table.parquet"));
        var options = new ParquetOptions { CompressionMethod = compression };
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, options);
        for (var group = 0; group < 2; group++)
        {
            var rows = Enumerable.Range(group * Rows, Rows).ToArray();
            using var part = writer.CreateRowGroup();
            await part.WriteAsync<double>(fields[0], rows.Select(X).ToArray());
            await part.WriteAsync<double>(fields[1], rows.Select(Hole).ToArray());
            await part.WriteAsync<int>(fields[2], rows.Select(Number).ToArray());
            await part.WriteAsync(fields[3], rows.Select(Town).ToArray());
            await part.WriteAsync<DateTime>(fields[4], rows.Select(At).ToArray());
            await part.WriteAsync<decimal>(fields[5], rows.Select(Price).ToArray());
            await part.WriteAsync<bool>(fields[6], rows.Select(row => row % 3 == 0).ToArray());
            await part.WriteAsync<DateTime>(fields[7], rows.Select(At).ToArray());
        }
    }

    private static double X(int row) => double.Sin(row) * 1e3;

    private static double? Hole(int row) => row % 4 == 1 ? null : row / 7.0;

    private static int Number(int row) => (row * 7919) - 3_000_000;

    private static string? Town(int row) => row % 5 == 2 ? null : row % 3 == 0 ? "Rom" : $"Łódź {row % 40}";

    private static DateTime At(int row) => new DateTime(1999, 12, 31).AddSeconds(row * 4001.5);

    private static decimal Price(int row) => (row * 12.3456m) - 5000;
}
