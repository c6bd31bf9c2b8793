using System.Data.Common;
using Vae.Model;

namespace Vae.Parquet.Tests;

/// <summary>Files of writers that have nothing in common with this reader, read with every value.</summary>
public class GoldenTests
{
    private const string Hadoop = "arrow-lz4-hadoop.parquet";

    public static TheoryData<string> Files
        => [.. Directory.GetFiles(Folder, "*.parquet").Select(path => Path.GetFileName(path)).Where(name => name != Hadoop)];

    private static string Folder => Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden");

    [Theory, MemberData(nameof(Files))]
    public void Every_value_of_another_writer_is_read(string name)
    {
        using var reader = ParquetTable.OpenReader(Path.Combine(Folder, name));
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        for (var row = 0; row < GoldenRow.Count; row++)
        {
            Assert.True(reader.Read());
            for (var field = 0; field < columns.Length; field++)
            {
                if (!IsRead(name, columns[field]))
                {
                    continue;
                }

                var expected = GoldenRow.Value(columns[field], row);
                Assert.True(
                    expected.Equals(reader.GetValue(field)),
                    $"row {row}, column {columns[field]}: expected {expected}, but found {reader.GetValue(field)}");
                Assert.Equal(expected is DBNull, reader.IsDBNull(field));
                Assert.True(expected is DBNull || reader.GetFieldType(field) == expected.GetType(), columns[field]);
            }
        }

        Assert.False(reader.Read());
        Assert.True(columns.Length >= 19, string.Join(' ', columns));
    }

    [Theory, MemberData(nameof(Files))]
    public void Nested_columns_and_bytes_are_left_out_with_a_note(string name)
    {
        using DbDataReader reader = ParquetTable.OpenReader(Path.Combine(Folder, name));
        Assert.Equal(["left out, as they are nested or bytes: bytes, list"], ((IReadNotes)reader).Notes);
    }

    [Theory]
    [InlineData("arrow-encodings-v1.parquet", "flag", "yes and no are in the encoding RLE")]
    [InlineData("arrow-encodings-v2.parquet", "sure", "yes and no are in the encoding RLE")]
    [InlineData("arrow-encodings-v1.parquet", "half", "")]
    [InlineData("arrow-encodings-v2.parquet", "price", "")]
    [InlineData("arrow-lz4-hadoop.parquet", "flag", "pages are compressed by lz4 in Hadoop's frames")]
    [InlineData("arrow-lz4-hadoop.parquet", "double", "pages are compressed by lz4 in Hadoop's frames")]
    public void What_Parquet_Net_does_not_read_or_reads_wrongly_is_refused_with_a_remedy(string name, string column, string why)
    {
        using var reader = ParquetTable.OpenReader(Path.Combine(Folder, name));
        Assert.True(reader.Read());
        var refusal = Assert.Throws<ParquetTableException>(() => reader[column]);
        Assert.Contains($"column '{column}': Parquet.Net cannot read it ({why}", refusal.Problem, StringComparison.Ordinal);
        Assert.Contains("snappy or zstd", refusal.Remedy, StringComparison.Ordinal);
    }

    private static bool IsRead(string name, string column)
        => !name.Contains("encodings", StringComparison.Ordinal) || column is not ("flag" or "sure" or "half" or "price");
}
